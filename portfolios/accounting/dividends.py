"""Dividends a portfolio should have had: what the source says was paid, times what was held before the ex-date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .entries import ONE, ZERO, Entry, Kind, Place, SplitFact
from .ledger import Leg
from .splits import factor_after

EARLIEST, LATEST = timedelta(days=-5), timedelta(days=60)  # of a booking, from the ex-date: most pay within six weeks
LEAST, MOST = Decimal("0.5"), Decimal("1.25")  # of what was expected: withheld tax, a rounded amount per share
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Payout:
    """One dividend as the source states it: per share of today, in the instrument's currency (pounds, not pence)."""

    ex_date: date
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A dividend nobody has booked; quantity and amount per share are those of its day."""

    instrument: int
    account: str
    ex_date: date
    quantity: Decimal
    per_share: Decimal
    amount: Decimal
    currency: str


def proposals(
    entries: Sequence[Entry],
    legs: Sequence[Leg],
    splits: Mapping[int, Sequence[SplitFact]],
    payouts: Mapping[int, Sequence[Payout]],
    until: date,
) -> list[Proposal]:
    """Oldest first; each booked dividend accounts for one payout, so that none is proposed twice."""
    quantities = _held([leg for leg in legs if leg.place.instrument in payouts], splits)
    booked: dict[Place, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind is Kind.DIVIDEND and entry.instrument in payouts:
            booked[entry.place].append(entry)
    found: list[Proposal] = []
    for place, history in quantities.items():
        own = booked[place]
        for payout in payouts.get(place.instrument or 0, ()):
            held = _before(history, payout.ex_date)
            if held <= 0 or payout.ex_date > until:
                continue
            factor = factor_after(splits.get(place.instrument or 0, ()), payout.ex_date)
            proposal = _proposal(place, payout, held, factor)
            match = next((e for e in own if _accounts_for(e, proposal)), None)
            if match is not None:
                own.remove(match)
            elif proposal.amount >= CENT:
                found.append(proposal)
    return sorted(found, key=lambda one: (one.ex_date, one.instrument, one.account))


def _held(legs: Sequence[Leg], splits: Mapping[int, Sequence[SplitFact]]) -> dict[Place, list[tuple[date, Decimal]]]:
    """{place: (day, today's shares from then on), in order}."""
    quantities: dict[Place, list[tuple[date, Decimal]]] = {}
    for leg in legs:
        if leg.place.instrument is not None:
            facts = splits.get(leg.place.instrument, ())
            factor = factor_after(facts, leg.date) if facts else ONE
            quantities.setdefault(leg.place, []).append((leg.date, leg.quantity * factor))
    return quantities


def _before(history: Sequence[tuple[date, Decimal]], day: date) -> Decimal:
    """On the evening before that day: who buys on the ex-date comes too late."""
    held = ZERO
    for booked, quantity in history:
        if booked >= day:
            break
        held = quantity
    return held


def _proposal(place: Place, payout: Payout, held: Decimal, factor: Decimal) -> Proposal:
    return Proposal(
        instrument=place.instrument or 0,
        account=place.account,
        ex_date=payout.ex_date,
        quantity=held / factor,
        per_share=payout.amount * factor,
        amount=(held * payout.amount).quantize(CENT),
        currency=payout.currency,
    )


def _accounts_for(entry: Entry, proposal: Proposal) -> bool:
    """Whether a booked dividend is this one: about its day, and about its amount where both are in one currency."""
    if not EARLIEST <= entry.date - proposal.ex_date <= LATEST:
        return False
    if entry.currency != proposal.currency:
        return True
    return LEAST * proposal.amount <= entry.gross <= MOST * proposal.amount + CENT
