"""What each figure of a backtest means; those a portfolio has as well are defined where its own are."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portfolios.figures import FIGURES

OF_PORTFOLIOS = (
    "twr", "twr_annualised", "xirr", "max_drawdown", "volatility", "sharpe", "sortino", "calmar", "beta", "alpha",
    "correlation", "tracking_error", "information_ratio", "up_capture", "down_capture",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definition:
    name: str
    title: str
    text: str


def definitions() -> list[Definition]:
    """In the order in which a page shows the figures."""
    own = [Definition(name, title, text) for name, title, text in _own()]
    shared = [Definition(name, _(FIGURES[name].title), _(FIGURES[name].definition)) for name in OF_PORTFOLIOS]
    return [*own[:2], *shared, *own[2:]]


def _own() -> list[tuple[str, str, str]]:
    return [
        ("end_value", _("Value at the end"), _("Cash and securities at the closes of the last day.")),
        ("gain", _("Gain"), _("Value at the end, plus what was taken out, less everything that was put in.")),
        ("ulcer", _("Ulcer index"), _("Root of the mean squared distance from the highest so far: depth and length "
                                      "of all drops in one number.")),
        ("value_at_risk", _("Value at risk (5 %)"), _("On one day in twenty the loss was larger than this.")),
        ("best_day", _("Best day"), _("The largest return of one session.")),
        ("worst_day", _("Worst day"), _("The smallest return of one session.")),
        ("best_month", _("Best month"), _("The largest return of a calendar month; the first and the last may be "
                                          "parts of one.")),
        ("worst_month", _("Worst month"), _("The smallest return of a calendar month.")),
        ("time_in_market", _("Time in the market"), _("Share of the closes at which anything was held.")),
        ("turnover", _("Turnover"), _("The smaller of what was bought and what was sold ÷ average value, a year.")),
        ("fees", _("Costs"), _("What all orders cost together.")),
        ("orders", _("Orders"), _("Each purchase and each sale of one security.")),
        ("trips", _("Round trips"), _("From buying to having sold everything; what is still held is left out.")),
    ]  # fmt: skip
