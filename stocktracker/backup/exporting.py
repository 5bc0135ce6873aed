"""What one person owns, as files people and programs can read, and `import_all` can take over."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F

from portfolios.accounting.importers.native import write as write_rows
from portfolios.exports import row_of
from portfolios.models import Alert, Label, Portfolio, ProposedDividend, Snapshot, Watched
from pricing.models import Bar, Correction, Instrument
from stocktracker.preferences.models import Preferences

from . import portable
from .moment import one_moment
from .portable import as_json, folder_of, folder_of_portfolio, parts_of
from .strategies import strategies_of

PREFERRED = ("language", "numbers", "theme", "gains", "private", "currency", "benchmarks")
SETTINGS = ("name", "base_currency", "is_combined", "tracks_cash", "allow_short", "risk_free", "inflation")
DISMISSED = ("account", "ex_date", "quantity", "per_share", "amount", "currency")

Reporter = Callable[[Portfolio], dict[str, Any] | None]


def stored_report(portfolio: Portfolio) -> dict[str, Any] | None:
    """As it was last computed; None if it never was. Light enough for a page."""
    stored = Snapshot.objects.filter(portfolio=portfolio).values_list("report", "trades").first()
    if stored is None or not stored[0]:
        return None
    report, trades = stored
    return {**report, "trades": trades}


def export(users: Iterable[User], file: IO[bytes], now: datetime, report: Reporter = stored_report) -> int:
    """How many portfolios were written, all as of one moment."""
    with one_moment(), ZipFile(file, "w", ZIP_DEFLATED) as packed:
        return sum(_Person(packed, user, now, report).write() for user in users)


class _Person:
    def __init__(self, packed: ZipFile, user: User, now: datetime, report: Reporter) -> None:
        self.packed, self.user, self.now, self.report = packed, user, now, report
        self.folder = folder_of(user.username, user.pk)

    def write(self) -> int:
        self._put(portable.ABOUT, {
            "product": "MyStockTracker", "format": portable.FORMAT, "version": settings.VERSION,
            "market": settings.MARKET, "made_at": self.now.isoformat(), "user": self.user.username,
        })  # fmt: skip
        self._put(portable.PREFERENCES, self._preferences())
        watched = Watched.objects.filter(user=self.user).values("note", symbol=F("instrument__symbol"))
        self._put(portable.WATCHLIST, list(watched))
        alerts = Alert.objects.filter(user=self.user).order_by("pk")
        self._put(
            portable.ALERTS, list(alerts.values("kind", "threshold", "note", "active", symbol=F("instrument__symbol")))
        )
        labels = Label.objects.filter(user=self.user).order_by("pk")
        self._put(portable.LABELS, list(labels.values("dimension", "name", symbol=F("instrument__symbol"))))
        self._put(portable.STRATEGIES, strategies_of(self.user))
        self._instruments()
        portfolios = list(Portfolio.objects.filter(owner=self.user).select_related("benchmark").order_by("pk"))
        for number, portfolio in enumerate(portfolios, 1):
            self._portfolio(folder_of_portfolio(number, portfolio.name or "all"), portfolio)
        return len(portfolios)

    def _put(self, name: str, told: Any) -> None:
        self._text(name, as_json(told))

    def _text(self, name: str, text: str) -> None:
        self.packed.writestr(f"{self.folder}/{name}", text)

    def _preferences(self) -> dict[str, Any]:
        """Empty for somebody who never chose any."""
        own = Preferences.objects.filter(user=self.user).values(*PREFERRED).first()
        return {**(own or {}), **({"email": self.user.email} if self.user.email else {})}

    def _instruments(self) -> None:
        """Those of one's own with all their prices, and what was corrected of others."""
        own = Instrument.objects.filter(status=Instrument.Status.MANUAL, entered_by=self.user)
        self._put(portable.INSTRUMENTS, list(own.values("symbol", "name", "currency")))
        for instrument in own:
            closes = Bar.objects.filter(instrument=instrument).order_by("session").values_list("session", "close")
            self._text(f"prices/{instrument.symbol}.csv", _table(["date", "close"], closes))
        corrected = Correction.objects.filter(entered_by=self.user).exclude(instrument__in=own)
        rows = corrected.order_by("pk").values("close", day=F("session"), symbol=F("instrument__symbol"))
        self._put(portable.CORRECTIONS, list(rows))

    def _portfolio(self, folder: str, portfolio: Portfolio) -> None:
        self._put(f"{folder}/{portable.PORTFOLIO}", self._settings(portfolio))
        rows = portfolio.transactions.select_related("instrument", "portfolio").order_by("date", "pk")
        found = [row_of(row) for row in rows]
        for name, which in parts_of(len(found)) if found else []:
            self._text(f"{folder}/{name}", write_rows(found[which]))
        if (report := self.report(portfolio)) is not None:
            self._put(f"{folder}/{portable.REPORT}", report)

    def _settings(self, portfolio: Portfolio) -> dict[str, Any]:
        dismissed = portfolio.proposed_dividends.filter(state=ProposedDividend.State.DISMISSED)
        accounts = portfolio.transactions.order_by("account").values_list("account", flat=True).distinct()
        return {
            **{name: getattr(portfolio, name) for name in SETTINGS},
            "benchmark": portfolio.benchmark.symbol if portfolio.benchmark else "",
            "more_benchmarks": list(portfolio.more_benchmarks.values_list("symbol", flat=True)),
            "accounts": [name for name in accounts if name],
            "targets": list(portfolio.targets.order_by("pk").values("dimension", "name", "weight")),
            "dismissed_dividends": list(dismissed.values(*DISMISSED, symbol=F("instrument__symbol"))),
        }


def _table(header: list[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
