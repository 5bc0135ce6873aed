"""Which transfer out and which transfer in are one: the same day, two accounts, the same shares or some money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from .entries import TRANSFERS, Entry, Kind
from .lots import NOTHING


def pair_transfers(entries: Sequence[Entry]) -> dict[int, int]:
    """{index of a transfer: index of its other half}; one without another half comes from, or goes to, outside."""
    days: dict[tuple[date, int | None], list[int]] = defaultdict(list)
    for index, entry in enumerate(entries):
        if entry.kind in TRANSFERS:
            days[entry.date, entry.instrument].append(index)
    pairs: dict[int, int] = {}
    for (_, instrument), indices in days.items():
        outs = [i for i in indices if entries[i].kind is Kind.TRANSFER_OUT]
        ins = [i for i in indices if entries[i].kind is Kind.TRANSFER_IN]
        pairs |= _of_money(entries, outs, ins) if instrument is None else _matched(entries, outs, ins, _same_shares)
    return pairs | {arrival: out for out, arrival in pairs.items()}


def _same_shares(out: Entry, arrival: Entry) -> bool:
    return arrival.account != out.account and abs(arrival.quantity - out.quantity) <= NOTHING


def _same_money(out: Entry, arrival: Entry) -> bool:
    return arrival.cash_place != out.cash_place and (arrival.currency, arrival.gross) == (out.currency, out.gross)


def _matched(
    entries: Sequence[Entry], outs: Sequence[int], ins: Sequence[int], fits: Callable[[Entry, Entry], bool]
) -> dict[int, int]:
    """As many pairs as there can be: one that is taken gives way where it fits another as well (Kuhn)."""
    out_of: dict[int, int] = {}

    def found(out: int, tried: set[int]) -> bool:
        for arrival in ins:
            if arrival not in tried and fits(entries[out], entries[arrival]):
                tried.add(arrival)
                if arrival not in out_of or found(out_of[arrival], tried):
                    out_of[arrival] = out
                    return True
        return False

    for out in outs:
        found(out, set())
    return {out: arrival for arrival, out in out_of.items()}


def _of_money(entries: Sequence[Entry], outs: Sequence[int], ins: Sequence[int]) -> dict[int, int]:
    """The same amount first; then other currencies, those nearest in worth first."""
    pairs = _matched(entries, outs, ins, _same_money)
    taken = set(pairs.values())
    rest = [
        (_apart(entries[out], entries[arrival]), out, arrival)
        for out in outs
        for arrival in ins
        if out not in pairs and arrival not in taken and entries[out].currency != entries[arrival].currency
    ]
    for _, out, arrival in sorted(rest):
        if out not in pairs and arrival not in taken:
            pairs[out] = arrival
            taken.add(arrival)
    return pairs


def _apart(out: Entry, arrival: Entry) -> Decimal:
    """How much more or less arrives, as a share of what left."""
    left = out.gross * out.rate
    return abs(arrival.gross * arrival.rate - left) / left if left else Decimal(1)
