"""The demo: a user, and a portfolio of ten years that was lived on the simulated market's own prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio, Transaction
from portfolios.services.portfolios import create_portfolio
from portfolios.services.transactions import add_transactions
from pricing.market.currencies import major, rate_symbol, unit
from pricing.simulator.instruments import find
from pricing.simulator.prices import Form, closes, dividends

USERNAME = PASSWORD = "demo"  # noqa: S105 — of a machine that holds nothing but simulated prices
BASE = "USD"
YEARS = 10
OPENING_DEPOSIT, MONTHLY_DEPOSIT = Decimal(40_000), Decimal(1_200)
FEE = Decimal("1.00")
CENT, SHARE = Decimal("0.01"), Decimal("0.0001")
# Bought on the first day in these shares of the opening deposit, then one after the other, month by month.
OPENING = {
    "VTI": 24, "VXUS": 10, "BND": 14, "AAPL": 8, "MSFT": 8, "AMZN": 5, "GOOGL": 5, "BRK-B": 5, "JNJ": 4, "PFE": 4,
    "DIS": 4,
}  # fmt: skip
MONTHLY = ("VTI", "NVDA", "VXUS", "BND", "ASML.AS", "VTI", "VOD.L", "MSFT", "SAP.DE", "VTI", "7203.T", "VXUS")
COIN, COIN_MONEY = "BTC-USD", Decimal(300)  # bought each January of late as well
RECENT_YEARS, SOLD_YEARS_AGO = 5, 4
SOLD_OUT = "DIS"  # sold then
TRIMMED = "NVDA"  # a tenth sold each January since

Typed = tuple[Transaction, str]  # a transaction and its symbol


def load_demo(today: date) -> Portfolio | None:
    """Makes the demo user and portfolio, and queues the jobs that fill it; None if there is one already."""
    with transaction.atomic():
        user, created = User.objects.get_or_create(username=USERNAME)
        if created:
            user.set_password(PASSWORD)
            user.is_staff = user.is_superuser = True  # who tries the product wants to see monitoring and admin too
            user.save()
        if user.portfolios.exists():
            return None
        return add_demo(user, today)


def add_demo(user: User, today: date) -> Portfolio:
    """A demo portfolio for somebody, and the jobs that fill it; the one that is there, if there is."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if there := user.portfolios.filter(is_demo=True).first():
            return there
        portfolio = create_portfolio(user, gettext("Demo portfolio"), BASE, tracks_cash=True, is_demo=True)
        add_transactions(portfolio, list(_Life(portfolio, today).rows()), user.pk)
    return portfolio


class _Life:
    """Ten years of deposits, purchases, dividends and a few sales."""

    def __init__(self, portfolio: Portfolio, today: date) -> None:
        self.portfolio, self.today = portfolio, today
        self.start = date(today.year - YEARS, today.month, 1)
        self.held: dict[str, Decimal] = defaultdict(Decimal)  # in today's shares
        self.paid_until = self.start

    def rows(self) -> Iterator[Typed]:
        yield self._money(self.start, Kind.DEPOSIT, OPENING_DEPOSIT)
        for symbol, share in OPENING.items():
            yield from self._buy(symbol, self.start, OPENING_DEPOSIT * share / 100)
        for number, day in enumerate(self._months()):
            yield from self._dividends(day)
            yield self._money(day, Kind.DEPOSIT, MONTHLY_DEPOSIT)
            yield from self._buy(MONTHLY[number % len(MONTHLY)], day, MONTHLY_DEPOSIT)
            if day.month == 1 and self.today.year - day.year <= RECENT_YEARS:
                yield from self._buy(COIN, day, COIN_MONEY)
                yield from self._sales(day)
        yield from self._dividends(self.today)

    def _months(self) -> Iterator[date]:
        day = self.start
        while (day := (day + timedelta(days=32)).replace(day=5)) < self.today:
            yield day

    def _sales(self, day: date) -> Iterator[Typed]:
        years_ago = self.today.year - day.year
        if years_ago == SOLD_YEARS_AGO and self.held[SOLD_OUT]:
            yield from self._sell(SOLD_OUT, day, self.held[SOLD_OUT])
        if years_ago < SOLD_YEARS_AGO and self.held[TRIMMED]:
            yield from self._sell(TRIMMED, day, self.held[TRIMMED] / 10)

    def _buy(self, symbol: str, day: date, money: Decimal) -> Iterator[Typed]:
        session, price, factor = self._price(symbol, day)
        rate = self._rate(symbol, session)
        shares = (money / (price * unit(_currency(symbol)) * rate)).quantize(SHARE, ROUND_DOWN)
        if shares:
            self.held[symbol] += shares * factor
            yield self._trade(Kind.BUY, symbol, session, shares, price, rate)

    def _sell(self, symbol: str, day: date, todays_shares: Decimal) -> Iterator[Typed]:
        session, price, factor = self._price(symbol, day)
        shares = (todays_shares / factor).quantize(SHARE, ROUND_DOWN)
        self.held[symbol] -= shares * factor
        yield self._trade(Kind.SELL, symbol, session, shares, price, self._rate(symbol, session))

    def _dividends(self, until: date) -> Iterator[Typed]:
        """Everything that fell due since the last call, with 15 % withheld abroad."""
        for symbol, shares in self.held.items():
            for day, amount in dividends(symbol).items():
                if self.paid_until < day <= until and shares:
                    _, _, factor = self._price(symbol, day)
                    yield self._income(symbol, day, shares / factor * Decimal(repr(amount)))
        self.paid_until = until

    def _income(self, symbol: str, day: date, gross: Decimal) -> Typed:
        quoted = _currency(symbol)
        gross = (gross * unit(quoted)).quantize(CENT)
        foreign = major(quoted) != BASE
        row = self._row(day, Kind.DIVIDEND, amount=max(gross, CENT), currency=major(quoted))
        row.tax = (row.amount * Decimal("0.15")).quantize(CENT) if foreign and row.amount else Decimal(0)
        row.fx_rate = self._rate(symbol, day) if foreign else None
        return row, symbol

    def _trade(self, kind: Kind, symbol: str, day: date, quantity: Decimal, price: Decimal, rate: Decimal) -> Typed:
        quoted = _currency(symbol)
        foreign = major(quoted) != BASE
        row = self._row(day, kind, quantity=quantity, price=price, fee=FEE, currency=quoted)
        row.fx_rate = rate if foreign else None
        return row, symbol

    def _money(self, day: date, kind: Kind, amount: Decimal) -> Typed:
        return self._row(day, kind, amount=amount, currency=BASE), ""

    def _row(self, day: date, kind: Kind, **fields: object) -> Transaction:
        return Transaction(portfolio=self.portfolio, date=day, kind=kind, account="Demo broker", **fields)

    def _price(self, symbol: str, day: date) -> tuple[date, Decimal, Decimal]:
        """(the next session, its price as traded, today's shares for one share then)."""
        until = day + timedelta(days=12)
        days, traded = closes(symbol, day, until, Form.AS_TRADED)
        _, adjusted = closes(symbol, day, until)
        factor = Decimal(round(float(traded[0]) / float(adjusted[0]), 6)).quantize(Decimal("0.000001"))
        return days[0], round(Decimal(repr(float(traded[0]))), 4), factor

    def _rate(self, symbol: str, day: date) -> Decimal:
        rate = rate_symbol(_currency(symbol), BASE)
        if rate is None:
            return Decimal(1)
        _, values = closes(rate, day - timedelta(days=7), day)
        return round(Decimal(repr(float(values[-1]))), 6)


def _currency(symbol: str) -> str:
    known = find(symbol)
    if known is None:
        raise LookupError(f"{symbol} is not on the simulated market")
    return known.currency
