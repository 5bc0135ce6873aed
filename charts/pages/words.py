"""A request of a backtest in the reader's words: what is tried, with which money, over which time, at which cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from stocktracker import formats

Data = Mapping[str, Any]
MOST_DECIMALS = 3  # of a percentage
MOST_NAMED = 6  # securities of a sentence
NEARLY_NOTHING = 5e-4  # of the money


def strategy(request: Data) -> str:
    """60% VTI and 40% BND, bought once and held."""
    rules = request["strategy"]
    if rules["kind"] == "hold" and request["flows"]:  # not once: with each payment
        return _("%(parts)s, held") % {"parts": _parts(rules)}
    return _OF_KIND[rules["kind"]](rules)


def money(request: Data) -> str:
    """$10,000 at the start; $500 put in every month."""
    currency = request["currency"]
    if request["strategy"]["kind"] == "untraded":
        return _("with the payments there really were")
    start = _("%(amount)s at the start") % {"amount": _money(request["cash"], currency)}
    return "; ".join([start, *(_flow(flow, currency) for flow in request["flows"])])


def period(request: Data, found: Data | None = None) -> str:
    """From 3 Jan 2005 to 20 Nov 2026; `found`: the period of a report, which knows both ends."""
    first = found["start"] if found else request["start"]
    last = found["end"] if found else request["end"]
    if first and last:
        return _("from %(start)s to %(end)s") % {"start": _day(first), "end": _day(last)}
    if first:
        return _("from %(start)s to the latest close") % {"start": _day(first)}
    if last:
        return _("from as long ago as prices reach to %(end)s") % {"end": _day(last)}
    return _("from as long ago as prices reach to the latest close")


def costs(request: Data) -> str:
    """0.1% of each order, at least $1."""
    own, currency = request["costs"], request["currency"]
    if request["strategy"]["kind"] == "untraded":
        return _("no trading costs")
    parts = []
    if own["rate"]:
        parts.append(_("%(rate)s of each order") % {"rate": _share(own["rate"])})
    if own["fixed"]:
        parts.append(_("%(amount)s per order") % {"amount": formats.price(own["fixed"], currency)})
    if own["per_share"]:
        parts.append(_("%(amount)s per share") % {"amount": formats.price(own["per_share"], currency)})
    if own["minimum"]:
        parts.append(_("at least %(amount)s") % {"amount": formats.price(own["minimum"], currency)})
    return ", ".join(parts) or _("no trading costs")


def fill(request: Data) -> str:
    if request["strategy"]["kind"] == "untraded":
        return _("every payment is made at the close of its day")
    return {
        "next_open": _("decided at a close, bought and sold at the next open"),
        "next_close": _("decided at a close, bought and sold at the next close"),
        "close": _("bought and sold at the very close that decided: in practice this cannot be done"),
    }[request["fill"]]


def dividends(request: Data) -> str:
    if request["whole_shares"]:
        return _("whole shares at prices as traded; dividends are paid out as cash")
    return _("fractions of shares; dividends are reinvested")


def every(name: str) -> str:
    known = {"week": _("every week"), "month": _("every month"), "quarter": _("every quarter"), "year": _("every year")}
    return known[name]


def named(symbols: list[str]) -> str:
    """VTI, BND and 3 more."""
    if len(symbols) <= MOST_NAMED:
        return ", ".join(symbols)
    shown = ", ".join(symbols[: MOST_NAMED - 1])
    return _("%(symbols)s and %(count)d more") % {"symbols": shown, "count": len(symbols) - MOST_NAMED + 1}


def _flow(flow: Data, currency: str) -> str:
    words = {"amount": _money(abs(flow["amount"]), currency), "every": every(flow["every"])}
    said = [(_("%(amount)s put in %(every)s") if flow["amount"] > 0 else _("%(amount)s taken out %(every)s")) % words]
    if flow["since"]:
        said.append(_("from %(day)s") % {"day": _day(flow["since"])})
    if flow["until"]:
        said.append(_("until %(day)s") % {"day": _day(flow["until"])})
    if flow["growth"]:
        said.append(_("rising %(rate)s a year") % {"rate": formats.percent(flow["growth"], 1, signed=False)})
    return ", ".join(said)


def _money(amount: float, currency: str) -> str:
    """With cents where some were typed: 1,235 is not what was asked with 1,234.56."""
    return formats.money(amount, currency, cents=amount != int(amount))


def _parts(rules: Data) -> str:
    ranked = sorted(rules["weights"].items(), key=lambda one: (-one[1], one[0]))
    parts = [f"{_share(part, 1)} {symbol}" for symbol, part in ranked]
    if len(ranked) == 1 and rules["cash"] <= NEARLY_NOTHING:
        return str(ranked[0][0])
    if rules["cash"] > NEARLY_NOTHING:
        parts.append(_("%(part)s cash") % {"part": _share(rules["cash"], 1)})
    return named(parts)


def _share(part: float, most: int = MOST_DECIMALS) -> str:
    """With as many decimals as it was typed with, up to so many."""
    typed = round(part * 100, most)
    digits = next(count for count in range(most + 1) if round(typed, count) == typed)
    return formats.percent(part, digits, signed=False)


def _plain(value: float) -> str:
    return formats.separated(f"{round(value, MOST_DECIMALS):g}")


def _day(value: str) -> str:
    return formats.day(date.fromisoformat(value))


def _hold(rules: Data) -> str:
    return _("%(parts)s, bought once and held") % {"parts": _parts(rules)}


def _allocation(rules: Data) -> str:
    if rules["every"]:
        return _("%(parts)s, rebalanced %(every)s") % {"parts": _parts(rules), "every": every(rules["every"])}
    words = {"parts": _parts(rules), "band": _plain(rules["band"] * 100)}
    return _("%(parts)s, rebalanced when a part is more than %(band)s points off") % words


def _crossover(rules: Data) -> str:
    words = {name: rules[name] for name in ("symbol", "fast", "slow")} | {"average": rules["average"].upper()}
    if rules["entry"] == "cross":
        return _("%(symbol)s, bought when its %(average)s of %(fast)s days crosses that of %(slow)s days from below, "
                 "else cash") % words  # fmt: skip
    return _("%(symbol)s while its %(average)s of %(fast)s days is above that of %(slow)s days, else cash") % words


def _reversion(rules: Data) -> str:
    words = {"symbol": rules["symbol"], "days": rules["days"]}
    words |= {name: _plain(rules[name]) for name in ("below", "above")}
    return _("%(symbol)s, bought when its RSI of %(days)s days is below %(below)s, sold above %(above)s") % words


def _momentum(rules: Data) -> str:
    words = {"top": rules["top"], "symbols": named(rules["symbols"]), "months": rules["months"]}
    words |= {"skip": rules["skip"], "every": every(rules["every"])}
    if rules["skip"]:
        return _("the %(top)s of %(symbols)s that rose most in %(months)s months without the last %(skip)s, "
                 "chosen anew %(every)s") % words  # fmt: skip
    return _("the %(top)s of %(symbols)s that rose most in %(months)s months, chosen anew %(every)s") % words


def _dual_momentum(rules: Data) -> str:
    words = {"symbols": named(rules["symbols"]), "refuge": rules["refuge"], "months": rules["months"]}
    words["every"] = every(rules["every"])
    return _("the best of %(symbols)s over %(months)s months if it beat %(refuge)s, else %(refuge)s; "
             "chosen anew %(every)s") % words  # fmt: skip


def _untraded(rules: Data) -> str:
    return _("your portfolio as it was on %(day)s, not traded since") % {"day": _day(rules["since"])}


_OF_KIND = {
    "hold": _hold,
    "allocation": _allocation,
    "crossover": _crossover,
    "reversion": _reversion,
    "momentum": _momentum,
    "dual_momentum": _dual_momentum,
    "untraded": _untraded,
}
