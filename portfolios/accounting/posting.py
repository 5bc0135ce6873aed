"""What each kind of entry does to the ledger: to a position, to cash, and across the border of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from .entries import (
    COSTS,
    INCOME,
    TRANSFERS,
    ZERO,
    Entry,
    Kind,
    Place,
    SplitFact,
    nothing_held_error,
    oversold_error,
    short_account_error,
)
from .ledger import Inside, Ledger, Leg, Marks, Rules
from .lots import NO_LOT, NOTHING, Earned, Moved, Payment, Position, marked, total
from .splits import SAME_WITHIN
from .transfers import pair_transfers


class Posting:
    """A replay under way."""

    def __init__(
        self,
        entries: Sequence[Entry],
        splits: dict[int, list[SplitFact]],
        rules: Rules,
        marks: Marks,
        inside: Inside,
    ) -> None:
        self.entries, self.splits, self.rules, self.marks, self.inside = entries, splits, rules, marks, inside
        self.ledger = Ledger()
        self.partners = pair_transfers(entries)
        self.moved: set[int] = set()  # transfers that happened with their other half
        self.of_instrument: dict[int, list[Position]] = defaultdict(list)  # in every account
        self.applied: dict[int, int] = defaultdict(int)  # splits so far
        self.split: set[tuple[int | None, date]] = set()  # (instrument, ex-date) of those that found something

    def post(self, number: int, entry: Entry) -> None:
        if entry.instrument is not None:
            self._split_up_to(entry.instrument, entry.date)
        if entry.kind is Kind.SPLIT:
            self._check_split(entry)
            return
        earned = self._earned(entry.place)
        earned.fees += entry.fee * entry.rate
        earned.taxes += entry.tax * entry.rate
        match entry.kind:
            case Kind.BUY | Kind.SELL:
                self._trade(number, entry)
            case kind if kind in INCOME:
                self._income(number, entry, earned)
            case kind if kind in COSTS:
                self._cost(number, entry, earned)
            case Kind.DEPOSIT | Kind.WITHDRAWAL:
                self._payment(number, entry)
            case Kind.RETURN_OF_CAPITAL:
                self._return_of_capital(number, entry)
            case kind if kind in TRANSFERS:
                self._transfer(number, entry)

    def open_period(self, start: date) -> None:
        """That evening: gains count from what everything is worth then."""
        self.split_all(start)
        self.ledger.opening = self.ledger.values(self.marks, start)
        for place, position in self.ledger.positions.items():
            if place.instrument is not None:
                position.measure_from(
                    self.marks.price(place.instrument, start), self.marks.rate_of(place.instrument, start)
                )
        self.ledger.cash_earned.clear()

    def split_all(self, until: date) -> None:
        for instrument in list(self.of_instrument):
            self._split_up_to(instrument, until)

    def _split_up_to(self, instrument: int, day: date) -> None:
        """Splits act before anything else happens on their ex-date."""
        facts = self.splits.get(instrument, [])
        while self.applied[instrument] < len(facts) and facts[self.applied[instrument]].ex_date <= day:
            fact = facts[self.applied[instrument]]
            for position in self.of_instrument[instrument]:
                if position.quantity:
                    self.split.add((instrument, fact.ex_date))
                position.split(fact)
            self.applied[instrument] += 1

    def _position(self, place: Place) -> Position:
        known = place in self.ledger.positions
        position = self.ledger.positions[place]
        if not known and place.instrument is not None:
            self.of_instrument[place.instrument].append(position)
        return position

    def _earned(self, place: Place) -> Earned:
        return self._position(place).earned if place.instrument is not None else self.ledger.cash_earned[place]

    def _trade(self, number: int, entry: Entry) -> None:
        """A purchase or a sale; also shares that come from outside or go there, which move no cash."""
        buys = entry.kind in {Kind.BUY, Kind.TRANSFER_IN}
        position = self._position(entry.place)
        if not buys and not self.rules.allow_short:
            self._check_held(entry, position)
        net = entry.cost if buys else -entry.proceeds
        gross = entry.gross if buys else -entry.gross
        quantity = entry.quantity if buys else -entry.quantity
        payment = Payment(net * entry.rate, gross * entry.rate, self._instrument_rate(entry))
        position.trade(entry.date, quantity, payment)
        self._leg(number, entry, entry.place, payment.net)
        if entry.kind not in TRANSFERS:
            self._cash(number, entry, -net)

    def _instrument_rate(self, entry: Entry) -> Decimal:
        """The entry's own rate, if it is one of the instrument's currency."""
        instrument = entry.instrument or 0
        own = entry.currency == self.marks.currency_of(instrument)
        return entry.rate if own else self.marks.rate_of(instrument, entry.date)

    def _check_held(self, entry: Entry, position: Position) -> None:
        if entry.quantity > position.quantity + NOTHING or not position.quantity:
            everywhere = sum((own.quantity for own in self.of_instrument[entry.instrument or 0]), ZERO)
            raise oversold_error(entry, position.quantity, everywhere - position.quantity)

    def _income(self, number: int, entry: Entry, earned: Earned) -> None:
        amount = entry.gross * entry.rate
        if entry.kind is Kind.DIVIDEND:
            earned.dividends += amount
        else:
            earned.interest += amount
        self._settle(number, entry, entry.proceeds)

    def _cost(self, number: int, entry: Entry, earned: Earned) -> None:
        if entry.kind is Kind.FEE:
            earned.fees += entry.gross * entry.rate
        else:
            earned.taxes += entry.gross * entry.rate
        self._settle(number, entry, -entry.cost)

    def _settle(self, number: int, entry: Entry, change: Decimal) -> None:
        """Money an instrument or the cash itself has brought (+) or taken (−), in the entry's currency."""
        if entry.instrument is not None:
            self._leg(number, entry, entry.place, -change * entry.rate)
            self._cash(number, entry, change)
        elif self.rules.keeps_cash(entry.account):
            self._cash(number, entry, change, flow=ZERO)
        else:
            self._leg(number, entry, entry.place, -change * entry.rate)

    def _payment(self, number: int, entry: Entry) -> None:
        """Over the portfolio's border; its fee and tax are the portfolio's cost. Without cash only those count."""
        arrives = entry.kind in {Kind.DEPOSIT, Kind.TRANSFER_IN}
        if self.rules.keeps_cash(entry.account):
            flow = entry.gross * entry.rate if arrives else -entry.gross * entry.rate
            self._cash(number, entry, entry.proceeds if arrives else -entry.cost, flow)
        elif entry.fee or entry.tax:
            self._leg(number, entry, entry.place, (entry.fee + entry.tax) * entry.rate)

    def _return_of_capital(self, number: int, entry: Entry) -> None:
        position = self._position(entry.place)
        if position.quantity <= NOTHING:
            raise nothing_held_error(entry)
        position.return_capital(entry.gross * entry.rate, self._instrument_rate(entry))
        self._settle(number, entry, entry.proceeds)

    def _check_split(self, entry: Entry) -> None:
        """The split itself is one of the facts, applied by now; it must have split something."""
        days = [day for instrument, day in self.split if instrument == entry.instrument]
        if not any(abs((day - entry.date).days) <= SAME_WITHIN for day in days):
            raise nothing_held_error(entry)

    def _transfer(self, number: int, entry: Entry) -> None:
        partner = self.partners.get(number)
        if entry.is_cash_transfer:
            self._cash_transfer(number, entry, partner)
        elif partner is None:
            self._trade(number, entry if entry.priced else self._at_market(entry))
        else:
            if number not in self.moved and (number > partner or self._can_leave(number, partner)):
                self._move(min(number, partner), *sorted((number, partner), key=self._is_arrival))
                self.moved |= {number, partner}
            if entry.fee or entry.tax:
                self._settle(number, entry, -(entry.fee + entry.tax))

    def _can_leave(self, number: int, partner: int) -> bool:
        """Whether the first half of a transfer finds its shares; else it waits for the second."""
        out = self.entries[partner if self._is_arrival(number) else number]
        return self._position(out.place).quantity + NOTHING >= out.quantity

    def _is_arrival(self, number: int) -> bool:
        return self.entries[number].kind is Kind.TRANSFER_IN

    def _at_market(self, entry: Entry) -> Entry:
        return replace(entry, gross=self._worth(entry) / entry.rate if entry.rate else ZERO)

    def _worth(self, entry: Entry) -> Decimal:
        """Of its shares that day, in base currency."""
        return entry.quantity * self.marks.price(entry.instrument or 0, entry.date) * self._instrument_rate(entry)

    def _move(self, group: int, source: int, target: int) -> None:
        """Shares change the account and keep their lots; whoever looks at one account sees them at market value."""
        out, arrival = self.entries[source], self.entries[target]
        position, target_position = self._position(out.place), self._position(arrival.place)
        self._check_held(out, position)
        if target_position.quantity < 0:
            raise short_account_error(arrival)
        moved, worth = position.leave(out.quantity), self._worth(out)
        if self.inside(out.place) != self.inside(arrival.place):
            rate = self._instrument_rate(out)
            gone = total(moved.lots)
            position.earned.gain += worth - gone.basis
            position.earned.gain_by_currency += gone.local * rate - gone.basis
            price = self.marks.price(out.instrument or 0, out.date)
            moved = Moved([marked(lot, price, rate) for lot in moved.lots], moved.average_cost, moved.average_gross)
        target_position.arrive(moved)
        self._leg(group, out, out.place, -worth, bare=True)
        self._leg(group, arrival, arrival.place, worth, bare=True)

    def _cash_transfer(self, number: int, entry: Entry, partner: int | None) -> None:
        """Between two accounts what leaves is what arrives: a difference is the exchange's."""
        if partner is None or not self.rules.keeps_cash(entry.account):
            self._payment(number, entry)
            return
        out = self.entries[number if entry.kind is Kind.TRANSFER_OUT else partner]
        worth, group = out.gross * out.rate, min(number, partner)
        if entry.kind is Kind.TRANSFER_OUT:
            self._cash(group, entry, -entry.cost, -worth)
        else:
            self._cash(group, entry, entry.proceeds, worth)

    def _cash(self, group: int, entry: Entry, change: Decimal, flow: Decimal | None = None) -> None:
        """`change` in the entry's currency; `flow` across the border of the cash, where it is not all of it."""
        if self.rules.keeps_cash(entry.account):
            self.ledger.cash[entry.cash_place] += change
            self._leg(group, entry, entry.cash_place, change * entry.rate if flow is None else flow)

    def _leg(self, group: int, entry: Entry, place: Place, flow: Decimal, *, bare: bool = False) -> None:
        """`bare`: without the entry's fee and tax, which have a leg of their own."""
        owns = place == entry.place and not bare
        fees, taxes = (entry.fee, entry.tax) if owns else (ZERO, ZERO)
        income = entry.gross if owns and entry.kind in INCOME else ZERO
        if owns and entry.kind is Kind.FEE:
            fees += entry.gross
        elif owns and entry.kind is Kind.TAX:
            taxes += entry.gross
        position = self.ledger.positions[place] if place.instrument is not None else None
        held = position.held if position else NO_LOT
        self.ledger.legs.append(
            Leg(
                group,
                entry.date,
                place,
                flow,
                income * entry.rate,
                fees * entry.rate,
                taxes * entry.rate,
                held.quantity if position else self.ledger.cash.get(place, ZERO),
                held.cost,
                held.basis,
                held.local,
                position.earned.gain if position else ZERO,
                position.earned.gain_by_currency if position else ZERO,
            )
        )
