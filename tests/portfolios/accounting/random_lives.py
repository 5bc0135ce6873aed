"""Random portfolios of everything a ledger knows, possible ones only; judged by tests.portfolios.naive."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from portfolios.accounting.entries import Entry, Kind, SplitFact
from tests.portfolios.accounting.lives import ACCOUNTS, BASE, CURRENCIES, DAYS, Held, Life, day, entry, ratio

SATOSHI = Decimal("1e-8")
PAYMENTS = (Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.FEE, Kind.TAX, Kind.INTEREST, Kind.DIVIDEND)
SIGNED = {Kind.FEE, Kind.TAX, Kind.INTEREST, Kind.DIVIDEND}  # refunds, charges, income taken back


def random_life(seed: int, *, allow_short: bool | None = None) -> Life:
    """Some forty entries on thirty days, in two accounts and three currencies."""
    return _Fate(seed, allow_short).life


class _Fate:
    def __init__(self, seed: int, allow_short: bool | None) -> None:
        self.chance = chance = random.Random(seed)
        self.life = Life(tracks_cash=chance.random() < 0.5)
        self.life.allow_short = chance.random() < 0.5 if allow_short is None else allow_short
        self.held: dict[Held, Fraction] = defaultdict(Fraction)
        self.exchanged: set[int] = set()  # days with a transfer of money: two would be a riddle
        self._market()
        numbers = sorted(chance.randrange(DAYS) for _ in range(40))
        for before, number in zip([0, *numbers], numbers, strict=False):
            for held in self.held:
                facts = self.life.splits.get(held[1], [])
                self.held[held] *= ratio([fact for fact in facts if day(before) < fact.ex_date <= day(number)])
            self._anything(number)

    def _market(self) -> None:
        chance, life = self.chance, self.life
        for instrument in CURRENCIES:
            size = chance.choice([1, 100, 10_000])
            life.prices[instrument] = [Decimal(chance.randint(50, 150) * size) / 100 for _ in range(DAYS)]
        for currency in sorted(set(CURRENCIES.values())):
            level = [Decimal(chance.randint(80, 140)) / 100 for _ in range(DAYS)]
            life.rates[currency] = [Decimal(1)] * DAYS if currency == BASE else level
        for instrument, new, old in ((2, 1, 3), (3, 2, 1), (3, 3, 2)):
            if chance.random() < 0.7:
                fact = SplitFact(day(chance.randrange(2, DAYS)), Decimal(new), Decimal(old))
                known = [f for f in life.splits.get(instrument, []) if f.ex_date != fact.ex_date]
                life.splits[instrument] = sorted([*known, fact], key=lambda f: f.ex_date)

    def _anything(self, number: int) -> None:
        instrument, account = self.chance.choice(list(CURRENCIES)), self.chance.choice(ACCOUNTS)
        what = self.chance.random()
        if what < 0.2:
            self._payment(number, instrument, account)
        elif what < 0.25:
            self._exchange(number, account)
        elif what < 0.32 and self.held[account, instrument] > 0:
            self._repaid(number, instrument, account)
        elif what < 0.42 and self.held[account, instrument] > 0:
            self._transfer(number, instrument, account)
        else:
            self._trade(number, instrument, account)

    def _money(self, number: int, instrument: int) -> dict[str, object]:
        """Currency, rate and costs; mostly the instrument's currency, at times at the broker's own rate."""
        chance = self.chance
        currency = CURRENCIES[instrument] if chance.random() < 0.8 else chance.choice(sorted(self.life.rates))
        rate = self.life.rates[currency][number]
        if currency != BASE and chance.random() < 0.3:
            rate += Decimal("0.01")
        costs = {"fee": Decimal(chance.randint(-20, 200)) / 100, "tax": Decimal(chance.randint(0, 50)) / 100}
        return {"currency": currency, "rate": rate, **costs}

    def _add(self, *entries: Entry) -> None:
        for one in entries:
            self.life.entries.append(replace(one, symbol=f"S{one.instrument}" if one.instrument else ""))

    def _amount(self) -> Decimal:
        return Decimal(self.chance.randint(500, 10_000)) / 100

    def _payment(self, number: int, instrument: int, account: str) -> None:
        kind = self.chance.choice(PAYMENTS)
        sign = -1 if kind in SIGNED and self.chance.random() < 0.25 else 1
        of = self.chance.random() < 0.5 and kind not in {Kind.DEPOSIT, Kind.WITHDRAWAL}
        owner = instrument if of or kind is Kind.DIVIDEND else None
        money = self._money(number, instrument)
        self._add(entry(number, kind, instrument=owner, gross=sign * self._amount(), account=account, **money))

    def _exchange(self, number: int, account: str) -> None:
        """Money to another account, into another currency, or over the border."""
        if number in self.exchanged:
            return
        self.exchanged.add(number)
        instrument, chance = self.chance.choice(list(CURRENCIES)), self.chance
        money, amount = self._money(number, instrument), self._amount()
        out = entry(number, Kind.TRANSFER_OUT, gross=amount, account=account, **money)
        other = next(name for name in ACCOUNTS if name != account)
        if chance.random() < 0.2:
            self._add(replace(out, kind=chance.choice([Kind.TRANSFER_IN, Kind.TRANSFER_OUT])))
            return
        arrival = replace(out, kind=Kind.TRANSFER_IN, account=other, fee=Decimal(0), tax=Decimal(0))
        if chance.random() < 0.5:
            currency = chance.choice([name for name in sorted(self.life.rates) if name != out.currency])
            rate = self.life.rates[currency][number]
            kept = Decimal(chance.randint(90, 110)) / 100  # by the bank's own rate
            gross = (out.gross * out.rate / rate * kept).quantize(Decimal("0.0001"))
            arrival = replace(arrival, currency=currency, rate=rate, gross=gross, account=account)
        self._pair(out, arrival)

    def _pair(self, out: Entry, arrival: Entry) -> None:
        at = len(self.life.entries)
        self.life.pairs |= {at: at + 1, at + 1: at}
        self._add(out, arrival)

    def _repaid(self, number: int, instrument: int, account: str) -> None:
        amount = self._amount() * self.chance.choice([1, 100])
        money = self._money(number, instrument)
        self._add(entry(number, Kind.RETURN_OF_CAPITAL, instrument=instrument, gross=amount, account=account, **money))

    def _part(self, held: Held) -> Decimal:
        share = Fraction(1) if self.chance.random() < 0.3 else Fraction(self.chance.randint(1, 99), 100)
        return Decimal(int(self.held[held] * share * 10**8)) * SATOSHI

    def _transfer(self, number: int, instrument: int, account: str) -> None:
        quantity, other = self._part((account, instrument)), next(name for name in ACCOUNTS if name != account)
        if quantity <= 0 or self.held[other, instrument] < 0:
            return
        self.held[account, instrument] -= Fraction(quantity)
        self.held[other, instrument] += Fraction(quantity)
        money = self._money(number, instrument)
        out = entry(number, Kind.TRANSFER_OUT, instrument=instrument, quantity=quantity, account=account, **money)
        self._pair(out, replace(out, kind=Kind.TRANSFER_IN, account=other, fee=Decimal(0), tax=Decimal(0)))

    def _trade(self, number: int, instrument: int, account: str) -> None:
        held, chance = (account, instrument), self.chance
        quantity, sells = Decimal(chance.randint(1, 10**6)) / 1000, chance.random() < 0.5
        if sells and not self.life.allow_short:
            quantity = self._part(held)
            if quantity <= 0:
                return
        lone = chance.random() < 0.1
        kinds = (Kind.TRANSFER_OUT, Kind.TRANSFER_IN) if lone else (Kind.SELL, Kind.BUY)
        kind = kinds[0] if sells else kinds[1]
        self.held[held] += Fraction(quantity) * (-1 if sells else 1)
        money = self._money(number, instrument)
        gross = quantity * self.life.prices[instrument][number] * Decimal(chance.randint(90, 110)) / 100
        self._add(entry(number, kind, instrument=instrument, quantity=quantity, gross=gross, account=account, **money))
