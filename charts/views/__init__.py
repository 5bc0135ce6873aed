"""Pages of the charts app: backtests."""
