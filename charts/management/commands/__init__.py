"""Commands about backtests."""
