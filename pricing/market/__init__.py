"""Calculations on calendars, quotes and bars; knows no Django, database or network."""
