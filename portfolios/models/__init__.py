"""What is stored of portfolios and of their owners: what they own, how it changed, what they watch."""

from .allocation import Label, Target
from .changes import Change
from .portfolio import Holding, ImportBatch, Portfolio, ProposedDividend, Snapshot, Transaction
from .watchlist import Alert, Watched

__all__ = [
    "Alert",
    "Change",
    "Holding",
    "ImportBatch",
    "Label",
    "Portfolio",
    "ProposedDividend",
    "Snapshot",
    "Target",
    "Transaction",
    "Watched",
]
