"""The period report that adds up: where the value at the end comes from, line by line, in Decimal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .entries import ZERO, Place
from .ledger import Inside, Ledger, Marks, net_of


@dataclass(frozen=True, slots=True)
class Statement:
    """value_start + inflows − outflows + total_gain = value_end; gains are without fees and taxes."""

    value_start: Decimal
    value_end: Decimal
    inflows: Decimal
    outflows: Decimal
    realised_gain: Decimal  # against the value when the period began, or the purchase inside it
    unrealised_gain: Decimal
    securities_gain_by_currency: Decimal  # of both, what exchange rates made
    income: Decimal  # dividends and interest, before fees and taxes
    interest: Decimal  # of which
    fees: Decimal
    taxes: Decimal
    currency_gain: Decimal  # foreign cash, revalued

    @property
    def total_gain(self) -> Decimal:
        earned = self.realised_gain + self.unrealised_gain + self.income + self.currency_gain
        return earned - self.fees - self.taxes


def statement(ledger: Ledger, marks: Marks, start: date, end: date, inside: Inside) -> Statement:
    """Of the places inside, for (start, end]; the ledger is one replayed until `end` with that `start`."""
    places = [place for place in dict.fromkeys([*ledger.places(), *ledger.opening]) if inside(place)]
    closing = ledger.values(marks, end)
    flows: dict[Place, Decimal] = dict.fromkeys(places, ZERO)
    crossing = [leg for leg in ledger.legs if start < leg.date <= end and inside(leg.place)]
    for leg in crossing:
        flows[leg.place] += leg.flow
    net = net_of(crossing, inside)
    earned = {place: ledger.earned(place) for place in places}
    held = {p: ledger.positions[p].held for p in places if p.instrument is not None}
    unrealised = {place: closing.get(place, ZERO) - lot.basis for place, lot in held.items()}
    revalued = sum(
        (lot.local * marks.rate_of(place.instrument or 0, end) - lot.basis for place, lot in held.items()), ZERO
    )
    cash = [place for place in places if place.instrument is None]
    return Statement(
        value_start=sum((ledger.opening.get(place, ZERO) for place in places), ZERO),
        value_end=sum((closing.get(place, ZERO) for place in places), ZERO),
        inflows=sum((flow for flow in net.values() if flow > 0), ZERO),
        outflows=-sum((flow for flow in net.values() if flow < 0), ZERO),
        realised_gain=sum((one.gain for one in earned.values()), ZERO),
        unrealised_gain=sum(unrealised.values(), ZERO),
        securities_gain_by_currency=sum((one.gain_by_currency for one in earned.values()), ZERO) + revalued,
        income=sum((one.dividends + one.interest for one in earned.values()), ZERO),
        interest=sum((one.interest for one in earned.values()), ZERO),
        fees=sum((one.fees for one in earned.values()), ZERO),
        taxes=sum((one.taxes for one in earned.values()), ZERO),
        currency_gain=sum(
            (
                closing.get(place, ZERO)
                - ledger.opening.get(place, ZERO)
                - flows[place]
                - earned[place].interest
                + earned[place].fees
                + earned[place].taxes
                for place in cash
            ),
            ZERO,
        ),
    )


CENT = Decimal("0.01")


def in_cents(lines: Statement) -> dict[str, Decimal]:
    """{line: amount rounded to cents}, which still add up: what rounding leaves over goes to the unrealised gain."""
    rounded = {
        name: getattr(lines, name).quantize(CENT)
        for name in (
            "value_start", "inflows", "outflows", "realised_gain", "unrealised_gain", "income", "fees", "taxes",
            "currency_gain", "value_end",
        )
    }  # fmt: skip
    sign = {"outflows": -1, "fees": -1, "taxes": -1, "value_end": 0}
    total = sum((amount * sign.get(name, 1) for name, amount in rounded.items()), ZERO)
    rounded["unrealised_gain"] += rounded["value_end"] - total
    return rounded
