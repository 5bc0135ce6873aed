"""From a case file to a book: docs/report.md describes the format. Any problem is a sentence that says where it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portfolios.accounting.entries import ONE, TAKES_INSTRUMENT, Entry, SplitFact, as_quoted
from portfolios.accounting.ledger import Rules
from portfolios.accounting.splits import factor_after, merge_splits
from portfolios.performance.book import Book, Listed, Series, close_on, paid_prices
from pricing.market.currencies import major, unit

from .rows import CaseError, Row, Shape, a_day, a_number, a_shape, read_row


@dataclass(frozen=True, slots=True)
class Case:
    book: Book
    start: date
    end: date


def read_case(text: str) -> Case:
    """Raises CaseError."""
    try:
        data = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise CaseError(f"The file is not JSON: {error}.") from None
    if not isinstance(data, dict):
        raise CaseError("The file must hold one JSON object, a case.")
    return _Reading(data).case()


class _Reading:
    """One case, part by part."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.base = as_quoted(str(data.get("currency") or "USD"))
        self.rows = [read_row(number, row) for number, row in enumerate(self._part("transactions", list), 1)]
        self.rows.sort(key=lambda row: row.date)
        self.instruments = self._part("instruments", dict)
        self.prices, self.fx = self._series("prices"), self._series("fx")
        named = [*self.instruments, *self.prices, *(row.symbol for row in self.rows)]
        self.ids = {symbol: number for number, symbol in enumerate(dict.fromkeys(named), 1) if symbol}

    def case(self) -> Case:
        self.rates = self._rates()
        rules = Rules(self.base, self._part("tracks_cash", bool), self._part("allow_short", bool))
        if self.data.get("prices_are") not in {None, "adjusted", "as-traded"}:
            raise CaseError(f'prices_are is «{self.data["prices_are"]}»; it must be "adjusted" or "as-traded".')
        entries = [self._entry(row) for row in self.rows]
        splits = merge_splits(entries, self._splits())
        book = Book(
            rules=rules,
            entries=entries,
            splits=splits,
            listed={pk: self._listed(symbol, pk, entries, splits) for symbol, pk in self.ids.items()},
            rates=self.rates,
            benchmarks=self._benchmarks(splits),
            risk_free=float(a_number(self.data.get("risk_free"), "risk_free") or 0),
        )
        start, end = self._period()
        return Case(book, start, end)

    def _part(self, name: str, shape: type[Shape]) -> Shape:
        """Empty where it is not stated."""
        stated = self.data.get(name)
        return shape() if stated is None else a_shape(stated, shape, name)

    def _series(self, name: str) -> dict[str, dict[str, Any]]:
        """{symbol or pair: {date: number}}."""
        return {own: a_shape(stated or {}, dict, f"{name}: {own}") for own, stated in self._part(name, dict).items()}

    def _period(self) -> tuple[date, date]:
        """As stated, or everything there is."""
        stated = self.data.get("period") or [None, None]
        if not isinstance(stated, list) or len(stated) != len(("start", "end")):
            raise CaseError("period must be two dates: [start, end].")
        booked = [row.date for row in self.rows]
        priced = [a_day(day, "prices") for series in self.prices.values() for day in series]
        if not all(stated) and not booked:
            raise CaseError("The case has no transactions; then period must state two dates.")
        start = a_day(stated[0], "period") if stated[0] else min(booked) - timedelta(days=1)
        end = a_day(stated[1], "period") if stated[1] else max([*booked, *priced])
        if end < start:
            raise CaseError(f"period ends on {end}, before it starts on {start}.")
        return start, end

    def _splits(self) -> dict[int, list[SplitFact]]:
        facts: dict[int, list[SplitFact]] = {}
        for number, stated in enumerate(self._part("splits", list), 1):
            where = f"split {number}"
            row = a_shape(stated, dict, where)
            symbol = str(row.get("symbol") or "")
            if symbol not in self.ids:
                raise CaseError(f"{where}: {symbol or 'its symbol'} is in no transaction and has no prices.")
            new, old = (a_number(row.get(name), f"{where}: {name}") for name in ("numerator", "denominator"))
            if not new or not old or new < 0 or old < 0:
                raise CaseError(f"{where}: numerator and denominator must be above zero.")
            facts.setdefault(self.ids[symbol], []).append(SplitFact(a_day(row.get("date"), where), new, old))
        return facts

    def _quoted(self, symbol: str) -> str:
        """The currency of its prices: GBp for pence."""
        stated = self.instruments.get(symbol) or {}
        return as_quoted(str(a_shape(stated, dict, f"instruments: {symbol}").get("currency") or self.base))

    def _closes(self, symbol: str, splits: Sequence[SplitFact]) -> Series:
        closes: dict[date, float] = {}
        for text, value in self.prices.get(symbol, {}).items():
            day, price = a_day(text, f"prices of {symbol}"), a_number(value, f"price of {symbol} on {text}")
            if price is None:
                continue
            if price < 0:
                raise CaseError(f"price of {symbol} on {text}: {price} is below zero.")
            as_traded = self.data.get("prices_are") == "as-traded"
            closes[day] = float(price / factor_after(splits, day)) if as_traded else float(price)
        return Series.of(closes)

    def _listed(
        self, symbol: str, pk: int, entries: Sequence[Entry], splits: Mapping[int, Sequence[SplitFact]]
    ) -> Listed:
        own, quoted = splits.get(pk, ()), self._quoted(symbol)
        prices = self._closes(symbol, own)
        priced = bool(len(prices.days))
        if not priced:
            trades = [entry for entry in entries if entry.instrument == pk]
            prices = paid_prices(trades, own, major(quoted), unit(quoted), self.rates.get(major(quoted)))
        return Listed(symbol, prices, float(unit(quoted)), major(quoted), priced=priced)

    def _benchmarks(self, splits: Mapping[int, Sequence[SplitFact]]) -> dict[str, Listed]:
        stated = self._part("benchmarks", list) or [self._part("benchmark", str)]
        found = {}
        for symbol in (a_shape(name, str, "benchmarks") for name in stated if name):
            quoted = self._quoted(symbol)
            closes = self._closes(symbol, splits.get(self.ids.get(symbol, 0), ()))
            if not len(closes.days):
                raise CaseError(f"benchmark: there are no prices of {symbol}.")
            found[symbol] = Listed(symbol, closes, float(unit(quoted)), major(quoted))
        return found

    def _rates(self) -> dict[str, Series]:
        """{foreign currency: its rate}: as stated, the other way round, or what the transactions say."""
        needed = {major(self._currency_of(row)) for row in self.rows} | {major(self._quoted(s)) for s in self.ids}
        return {currency: self._rate(currency) for currency in sorted(needed - {self.base})}

    def _rate(self, currency: str) -> Series:
        direct, inverse = f"{currency}{self.base}", f"{self.base}{currency}"
        values = _rate_values(direct, self.fx)
        values = values or {day: 1 / rate for day, rate in _rate_values(inverse, self.fx).items()}
        users = [row for row in self.rows if major(self._currency_of(row)) == currency]
        if not values:
            values = {row.date: float(row.fx_rate) for row in users if row.fx_rate}
        if not values:
            where = users[0].label if users else "instruments"
            raise CaseError(f"{where}: there is no rate from {currency} to {self.base}. Add fx «{direct}».")
        return Series.of(values)

    def _currency_of(self, row: Row) -> str:
        return row.currency or (self._quoted(row.symbol) if row.symbol else self.base)

    def _entry(self, row: Row) -> Entry:
        quoted = self._currency_of(row)
        currency = major(quoted)
        return Entry(
            label=row.label,
            date=row.date,
            kind=row.kind,
            instrument=self.ids[row.symbol] if row.symbol and row.kind in TAKES_INSTRUMENT else None,
            quantity=row.quantity,
            gross=row.gross(unit(quoted)),
            fee=row.fee,
            tax=row.tax,
            currency=currency,
            rate=self._rate_on(currency, row),
            symbol=row.symbol,
            account=row.account,
            priced=row.priced,
        )

    def _rate_on(self, currency: str, row: Row) -> Decimal:
        """A typed rate wins; else that day's, the last one before it, or the first."""
        if currency == self.base:
            return ONE
        if row.fx_rate:
            return row.fx_rate
        return close_on(self.rates[currency], row.date)


def _rate_values(pair: str, stated: Mapping[str, Mapping[str, Any]]) -> dict[date, float]:
    values = {}
    for text, value in (stated.get(pair) or {}).items():
        rate = a_number(value, f"fx {pair} on {text}")
        if rate is not None and rate <= 0:
            raise CaseError(f"fx {pair} on {text}: a rate must be above zero.")
        if rate is not None:
            values[a_day(text, f"fx {pair}")] = float(rate)
    return values
