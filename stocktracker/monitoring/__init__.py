"""The monitoring room: is the market data all right, and what can a person do where it is not; for staff."""
