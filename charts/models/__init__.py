"""What is stored of charts and of backtests."""

from .backtests import Asked, Backtest, Share, Strategy, Study
from .chart import Chart

__all__ = ["Asked", "Backtest", "Chart", "Share", "Strategy", "Study"]
