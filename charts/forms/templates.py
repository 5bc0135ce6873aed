"""What one can begin with: each a sentence with blanks, and the request it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Template:
    """One of the cards; its sentence is charts/backtests/sentences/<slug>.html."""

    slug: str
    kind: str  # of the strategy
    title: Any
    example: Any  # the sentence with its blanks filled in
    fields: tuple[str, ...] = ()  # of the strategy
    weighted: bool = False  # rows of parts and securities
    way: str = ""  # what the first rule of money does, if it stands in the sentence
    paid: bool = True  # whether money may come and go
    optional: tuple[str, ...] = ()  # fields that may be empty
    initial: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return f"charts/backtests/sentences/{self.slug.replace('-', '_')}.html"


CALENDAR = ("every", "band")
MIXED = {"part_0": "60", "symbol_0": "VTI", "part_1": "40", "symbol_1": "BND"}
ONE = {"part_0": "100", "symbol_0": "VTI"}

TEMPLATES: dict[str, Template] = {
    one.slug: one
    for one in (
        Template("hold", "hold", _("Buy and hold"), _("Buy 60 % VTI and 40 % BND for 10,000 USD, and hold them."),
                 ("idle",), weighted=True, optional=("idle",), initial=MIXED),
        Template("contributions", "hold", _("Savings plan"),
                 _("Every month put 500 USD into VTI, beginning with 10,000."),
                 ("idle",), weighted=True, way="in", optional=("idle",),
                 initial=ONE | {"flow1_amount": "500", "flow1_every": "month", "flow1_growth": "0"}),
        Template("withdrawals", "hold", _("Withdrawals"),
                 _("Begin with 500,000 USD, half VTI and half BND, and take out 2,000 every month."),
                 ("idle",), weighted=True, way="out", optional=("idle",),
                 initial=MIXED | {"cash": "500000", "flow1_amount": "2000", "flow1_every": "month",
                                  "flow1_growth": "2"}),
        Template("allocation", "allocation", _("Rebalancing"),
                 _("Keep 60 % VTI and 40 % BND, brought back to it every year."),
                 ("idle", *CALENDAR), weighted=True, optional=("idle", *CALENDAR), initial=MIXED | {"every": "year"}),
        Template("crossover", "crossover", _("Moving averages"),
                 _("Hold SPY while its 50-day average is above its 200-day average, else cash."),
                 ("symbol", "average", "fast", "slow", "entry"),
                 initial={"symbol": "SPY", "average": "sma", "fast": "50", "slow": "200", "entry": "state"}),
        Template("reversion", "reversion", _("Buying after a fall"),
                 _("Buy QQQ when its RSI of 14 days is below 30, sell it above 70."),
                 ("symbol", "days", "below", "above"),
                 initial={"symbol": "QQQ", "days": "14", "below": "30", "above": "70"}),
        Template("momentum", "momentum", _("Momentum"),
                 _("Of five funds hold the three that rose most in twelve months, chosen anew every month."),
                 ("symbols", "top", "months", "skip", "every"),
                 initial={"symbols": "VTI, VEA, VWO, BND, GLD", "top": "3", "months": "12", "skip": "1",
                          "every": "month"}),
        Template("dual-momentum", "dual_momentum", _("Dual momentum"),
                 _("Hold the better of VTI and VEA if it beat BND over twelve months, else BND."),
                 ("symbols", "refuge", "months", "every"),
                 initial={"symbols": "VTI, VEA", "refuge": "BND", "months": "12", "every": "month"}),
        Template("portfolio", "portfolio", _("My portfolio, kept"), _("Buy what my portfolio holds now, and hold it."),
                 ("portfolio",), optional=("cash", "currency"), initial={"cash": "", "currency": ""}),
        Template("portfolio-rebalanced", "portfolio", _("My portfolio, rebalanced"),
                 _("Keep the weights my portfolio has now, brought back to them every quarter."),
                 ("portfolio", *CALENDAR), optional=("cash", "currency", *CALENDAR),
                 initial={"cash": "", "currency": "", "every": "quarter"}),
        Template("untraded", "untraded", _("What if I had not traded"),
                 _("My portfolio as it was on a day, kept since, with the same payments."),
                 ("portfolio", "since"), paid=False, optional=("cash", "currency")),
    )
}  # fmt: skip


def template_of(request: Mapping[str, Any]) -> Template:
    """The one whose sentence says this request, as charts.backtests.request.as_data writes it."""
    kind, flows = request["strategy"]["kind"], request["flows"]
    if kind == "hold" and flows:
        return TEMPLATES["contributions" if flows[0]["amount"] > 0 else "withdrawals"]
    return TEMPLATES[kind.replace("_", "-")]
