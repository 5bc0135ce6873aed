"""A second, slow opinion on ledger, history and report: lists of lots, one day after the other, in exact fractions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from portfolios.accounting.entries import Entry, Kind
from tests.portfolios.accounting.lives import ACCOUNTS, CURRENCIES, DAYS, Held, Life, day, ratio

DUST = Fraction(1, 10**12)
NIL = Fraction(0)


@dataclass
class Share:
    """A lot; a short one has negative numbers."""

    opened: int
    quantity: Fraction
    cost: Fraction
    gross: Fraction
    basis: Fraction
    local: Fraction

    def cut(self, quantity: Fraction) -> Share:
        """Takes that many away, with their part of the money."""
        part = quantity / self.quantity
        gone = Share(self.opened, quantity, *(money * part for money in self._money()))
        self.quantity -= gone.quantity
        self.cost, self.gross = self.cost - gone.cost, self.gross - gone.gross
        self.basis, self.local = self.basis - gone.basis, self.local - gone.local
        return gone

    def _money(self) -> tuple[Fraction, ...]:
        return self.cost, self.gross, self.basis, self.local


@dataclass
class Evening:
    value: Fraction
    invested: Fraction
    inflow: Fraction
    outflow: Fraction
    income: Fraction
    fees: Fraction
    taxes: Fraction
    index: Fraction | None


class Sums(defaultdict[str, Fraction]):
    def __init__(self) -> None:
        super().__init__(Fraction)


class World:
    """Lives it again; looks at some accounts from the evening of day `since` on."""

    def __init__(self, life: Life, inside: Sequence[str] = ACCOUNTS, since: int = -1) -> None:
        self.life, self.inside, self.since = life, inside, since
        self.lots: dict[Held, list[Share]] = defaultdict(list)
        self.average: dict[Held, list[Fraction]] = defaultdict(lambda: [NIL, NIL])  # with fees, without
        self.realised: dict[Held, list[Fraction]] = defaultdict(lambda: [NIL, NIL])  # FIFO, average
        self.cash: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        self.sums = Sums()  # of the period
        self.today = Sums()
        self.opening = NIL
        self.evenings: list[Evening] = []

    def live(self, until: int = DAYS - 1) -> World:
        if self.since < 0:
            self._begin(-1)
        for number in range(until + 1):
            self._split(number)
            self.today.clear()
            for index, one in enumerate(self.life.entries):
                if one.date == day(number):
                    self._book(index, one, number)
            self._close_day(number)
            if number == self.since:
                self._begin(number)
        return self

    def quantity(self, held: Held) -> Fraction:
        return sum((lot.quantity for lot in self.lots[held]), NIL)

    def value(self, number: int, accounts: Sequence[str] | None = None) -> Fraction:
        of = self.inside if accounts is None else accounts
        securities = (self.quantity(h) * self.life.worth(h[1], number) for h in list(self.lots) if h[0] in of)
        money = (a * self.life.rate(c, number) for (account, c), a in self.cash.items() if account in of)
        return sum(securities, NIL) + sum(money, NIL)

    def shares(self) -> list[tuple[int, Share]]:
        return [(h[1], lot) for h, lots in self.lots.items() if h[0] in self.inside for lot in lots]

    def _begin(self, number: int) -> None:
        self.opening = self.value(number) if number >= 0 else NIL
        self.sums.clear()
        self.realised.clear()
        for (_, instrument), lots in self.lots.items():
            price, fx = self.life.prices[instrument][number], self.life.rate(CURRENCIES[instrument], number)
            self._mark(lots, Fraction(price), fx)
        for (account, currency), amount in self.cash.items():
            if account in self.inside:
                self.sums["cash"] += amount * self.life.rate(currency, number)

    def _mark(self, lots: Sequence[Share], price: Fraction, fx: Fraction) -> None:
        for lot in lots:
            lot.local, lot.basis = lot.quantity * price, lot.quantity * price * fx

    def _fx(self, one: Entry, number: int) -> Fraction:
        """Its own rate, if it is one of the instrument's currency."""
        own = CURRENCIES[one.instrument or 0]
        return Fraction(one.rate) if one.currency == own else self.life.rate(own, number)

    def _split(self, number: int) -> None:
        for (_, instrument), lots in self.lots.items():
            facts = self.life.splits.get(instrument, [])
            for lot in lots:
                lot.quantity *= ratio([fact for fact in facts if fact.ex_date == day(number)])

    def _close_day(self, number: int) -> None:
        value, today, yesterday = self.value(number), self.today, self.evenings[-1] if self.evenings else None
        index = yesterday.index if yesterday else Fraction(1)
        begin = (yesterday.value if yesterday else NIL) + today["inflow"]
        traded = any(e.date == day(number) and e.instrument and e.account in self.inside for e in self.life.entries)
        idle = not self.life.tracks_cash and not traded and not value and not (yesterday and yesterday.value)
        if index is not None and begin > DUST and not idle:  # a cost of nothing is no loss of it
            growth = (value + today["outflow"]) / begin
            index = index * growth if growth >= 0 else None
        elif begin < -DUST:
            index = None
        invested = sum((lot.cost for _, lot in self.shares()), NIL)
        moved = {name: today[name] for name in ("inflow", "outflow", "income", "fees", "taxes")}
        self.evenings.append(Evening(value=value, invested=invested, index=index, **moved))

    def _add(self, name: str, amount: Fraction) -> None:
        self.sums[name] += amount
        self.today[name] += amount

    def _cross(self, amount: Fraction) -> None:
        self._add("inflow", max(amount, NIL))
        self._add("outflow", max(-amount, NIL))

    def _book(self, index: int, one: Entry, number: int) -> None:
        rate, gross, costs = Fraction(one.rate), Fraction(one.gross), Fraction(one.fee) + Fraction(one.tax)
        mine = one.account in self.inside
        if mine:
            self._add("fees", (Fraction(one.fee) + (gross if one.kind is Kind.FEE else 0)) * rate)
            self._add("taxes", (Fraction(one.tax) + (gross if one.kind is Kind.TAX else 0)) * rate)
            if one.kind in {Kind.DIVIDEND, Kind.INTEREST}:
                self._add("income", gross * rate)
                self._add("interest", gross * rate if one.kind is Kind.INTEREST else NIL)
        paired = index in self.life.pairs
        if paired and one.instrument is not None:
            crossing = self._move(index, number) if index < self.life.pairs[index] else NIL
            self._pay(one, -costs, self.life.tracks_cash, crossing)
        elif one.kind in {Kind.BUY, Kind.TRANSFER_IN} and one.instrument is not None:
            self._trade(one, number, Fraction(one.quantity), (gross + costs) * rate, gross * rate)
            self._pay(one, -gross - costs, self.life.tracks_cash and one.kind is Kind.BUY)
        elif one.kind in {Kind.SELL, Kind.TRANSFER_OUT} and one.instrument is not None:
            self._trade(one, number, -Fraction(one.quantity), (costs - gross) * rate, -gross * rate)
            self._pay(one, gross - costs, self.life.tracks_cash and one.kind is Kind.SELL)
        elif one.kind in {Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER_IN, Kind.TRANSFER_OUT}:
            self._payment(index, one)
        elif one.kind in {Kind.FEE, Kind.TAX}:
            self._pay(one, -gross - costs, self.life.tracks_cash)
        else:
            if one.kind is Kind.RETURN_OF_CAPITAL:
                self._repay(one, number, gross * rate)
            self._pay(one, gross - costs, self.life.tracks_cash)

    def _pay(self, one: Entry, change: Fraction, to_cash: bool, crossing: Fraction = NIL) -> None:
        """Money that something brought (+) or took (−): into the cash, or over the border with what crosses there."""
        mine = one.account in self.inside
        if to_cash:
            self.cash[one.account, one.currency] += change
            self.sums["cash"] += change * Fraction(one.rate) if mine else NIL
        elif mine:
            crossing -= change * Fraction(one.rate)
        self._cross(crossing)

    def _payment(self, index: int, one: Entry) -> None:
        gross, costs, rate = Fraction(one.gross), Fraction(one.fee) + Fraction(one.tax), Fraction(one.rate)
        sign = 1 if one.kind in {Kind.DEPOSIT, Kind.TRANSFER_IN} else -1
        mine = one.account in self.inside
        if not self.life.tracks_cash:
            if mine:
                self._cross(costs * rate)
            return
        worth, within = gross * rate, False
        if index in self.life.pairs:
            other = self.life.entries[self.life.pairs[index]]
            out = one if one.kind is Kind.TRANSFER_OUT else other
            worth, within = Fraction(out.gross) * Fraction(out.rate), other.account in self.inside
        self.cash[one.account, one.currency] += sign * gross - costs
        if mine:
            self.sums["cash"] += sign * worth - costs * rate
            self._cross(NIL if within else sign * worth)

    def _move(self, index: int, number: int) -> Fraction:
        """What crosses the border between the accounts looked at and the others."""
        halves = (self.life.entries[index], self.life.entries[self.life.pairs[index]])
        out, arrival = sorted(halves, key=lambda half: half.kind is Kind.TRANSFER_IN)
        instrument, quantity = out.instrument or 0, Fraction(out.quantity)
        source, target = (out.account, instrument), (arrival.account, instrument)
        fx = self._fx(out, number)
        price = Fraction(self.life.prices[instrument][number])
        worth, part = quantity * price * fx, quantity / self.quantity(source)
        for at in (0, 1):
            self.average[target][at] += self.average[source][at] * part
            self.average[source][at] *= 1 - part
        gone = self._take(source, quantity)
        if (out.account in self.inside) != (arrival.account in self.inside):
            if out.account in self.inside:
                self.sums["realised"] += worth - sum((lot.basis for lot in gone), NIL)
                self.sums["realised_currency"] += sum((lot.local * fx - lot.basis for lot in gone), NIL)
            self._mark(gone, price, fx)
        self.lots[target] = sorted([*self.lots[target], *gone], key=lambda lot: lot.opened)
        return worth * ((arrival.account in self.inside) - (out.account in self.inside))

    def _take(self, held: Held, quantity: Fraction) -> list[Share]:
        """The oldest lots of so many shares; `quantity` has their sign."""
        lots, gone = self.lots[held], []
        while abs(quantity) > DUST:
            if abs(lots[0].quantity) <= abs(quantity):
                gone.append(lots.pop(0))
            else:
                gone.append(lots[0].cut(quantity))
            quantity -= gone[-1].quantity
        if abs(self.quantity(held)) <= DUST:
            self.lots[held], self.average[held] = [], [NIL, NIL]
        return gone

    def _trade(self, one: Entry, number: int, quantity: Fraction, net: Fraction, gross: Fraction) -> None:
        held = (one.account, one.instrument or 0)
        fx = self._fx(one, number)
        open_now = self.quantity(held)
        closing = NIL
        if open_now * quantity < 0:
            closing = max(quantity, -open_now) if quantity < 0 else min(quantity, -open_now)
            self._close(held, closing, net * closing / quantity, gross * closing / quantity, fx)
        left = quantity - closing
        if abs(left) > DUST:
            money = net * left / quantity, gross * left / quantity
            self.lots[held].append(Share(number, left, *money, money[1], money[1] / fx))
            self.average[held] = [old + new for old, new in zip(self.average[held], money, strict=True)]

    def _close(self, held: Held, quantity: Fraction, net: Fraction, gross: Fraction, fx: Fraction) -> None:
        part = -quantity / self.quantity(held)
        self.realised[held][1] -= net + self.average[held][0] * part
        self.average[held] = [money * (1 - part) for money in self.average[held]]
        gone = self._take(held, -quantity)
        self.realised[held][0] -= net + sum((lot.cost for lot in gone), NIL)
        if held[0] in self.inside:
            basis = sum((lot.basis for lot in gone), NIL)
            self.sums["realised"] -= gross + basis
            self.sums["realised_currency"] += sum((lot.local for lot in gone), NIL) * fx - basis

    def _repay(self, one: Entry, number: int, amount: Fraction) -> None:
        held = (one.account, one.instrument or 0)
        fx, whole = self._fx(one, number), self.quantity(held)
        self.realised[held][1] += max(amount - self.average[held][0], NIL)
        self.average[held] = [max(money - amount, NIL) for money in self.average[held]]
        for lot in self.lots[held]:
            own_part = amount * lot.quantity / whole
            self.realised[held][0] += max(own_part - lot.cost, NIL)
            lot.cost, lot.gross = max(lot.cost - own_part, NIL), max(lot.gross - own_part, NIL)
            lot.basis, lot.local = lot.basis - own_part, lot.local - own_part / fx
