"""Random misfortune for a lived market: what strikes when is drawn from a seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from unittest.mock import patch

from django.db import OperationalError

from portfolios.ledgers import shelf as ledgers
from portfolios.models import Portfolio, Snapshot
from pricing import gateway
from pricing.closes import shelf
from pricing.market.quality import OF_QUOTES, Kind
from pricing.models import Bar, Breaker, Dividend, Finding, Instrument, Split
from pricing.selectors import with_gaps
from pricing.simulator.prices import dividends
from pricing.simulator.spoilers import FAULTS
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.sweep import sweep
from stocktracker.redis import store
from stocktracker.timetable import plan
from tests.storm import Life, wrong

SHARES = ("KO", "AAPL", "MSFT", "T", "VOD.L", "7203.T", "BTC-USD", "EURUSD=X", "OPAP.AT", "PFE", "DIS")
DELISTED, RENAMED = "PFE", "DIS"
KINDS = ("quote", "chart", "cookie", "crumb", "profile")
MOST_A_DAY = 400  # requests, of some fifteen symbols
SABOTAGED = (
    "pricing.services.backfill.swap",
    "pricing.services.backfill.replace_findings",
    "pricing.services.provisional.merge",
    "pricing.services.refresh._store",
    "stocktracker.pipelines.request_rebuilds",
    "stocktracker.pipelines.store",
)
SLOW = ("hang", "drip")  # cost real seconds


@dataclass(slots=True)
class Weather:
    lived: Life
    portfolios: list[Portfolio]
    seed: int
    avoided: tuple[str, ...] = ()
    told: list[str] = field(default_factory=list)  # what has struck
    found: list[str] = field(default_factory=list)  # what was wrong then
    days: Counter[date] = field(default_factory=Counter)
    bars: set[tuple[int, date]] = field(default_factory=set)
    currencies: dict[str, str] = field(default_factory=dict)
    checked: dict[int, int] = field(default_factory=dict)

    def blow(self, until: datetime) -> None:
        chance = random.Random(self.seed)
        self.currencies = dict(Instrument.objects.exclude(currency="").values_list("symbol", "currency"))
        while self.lived.now < until and not self.found:
            if chance.random() < 0.4:
                self._strike(chance)
            with _sabotage(chance, self.told):
                plan(self.lived.now)
                self.lived.work()
            self.look()
            self.lived.after(minutes=chance.choice((5, 10, 30, 45, 60, 90, 150)))

    def calm_down(self, until: datetime) -> None:
        self.lived.market.clear()
        self.lived.market.lag(None)
        self.lived.market.limit(None)
        while self.lived.now < until and not self.found:
            self.lived.live(self.lived.now + timedelta(minutes=90), minutes=90)
            self.look()

    def look(self) -> None:
        log = self.lived.market.requests()
        self.lived.market.reset_log()
        self.days[self.lived.now.date()] += len(log)
        found = wrong(self.lived, *self.portfolios)
        found += [f"{day}: {count} requests" for day, count in self.days.items() if count > MOST_A_DAY]
        now = dict(Instrument.objects.exclude(currency="").values_list("symbol", "currency"))
        found += [
            f"{symbol} is in {now.get(symbol)}" for symbol, was in self.currencies.items() if now.get(symbol) != was
        ]
        bars = set(Bar.objects.filter(session__gte=date(2026, 8, 1)).values_list("instrument_id", "session"))
        found += [f"a bar is gone: {one}" for one in self.bars - bars]
        self.bars = bars
        found += [f"running: {job}" for job in Job.objects.filter(state=State.RUNNING)]
        found += [f"failed without a reason: {job}" for job in Job.objects.filter(state=State.FAILED, error="")]
        self.found = [f"{self.lived.now:%a %d %H:%M}: {one}" for one in found]

    def _strike(self, chance: random.Random) -> None:
        happenings: list[Callable[[random.Random], str]] = [
            self._fault, self._fault, self._fault, self._fault, self._clear, self._trouble,
        ]  # fmt: skip
        self.told.append(f"{self.lived.now:%a %d %H:%M} {chance.choice(happenings)(chance)}")

    def _fault(self, chance: random.Random) -> str:
        name = chance.choice([name for name in FAULTS if name not in self.avoided])
        kinds = [kind for kind in KINDS if kind in FAULTS[name].kinds]
        if not kinds:
            return "nothing"
        kind = chance.choice(kinds)
        settings = {
            "kind": kind,
            "symbol": chance.choice([None, *SHARES]) if kind in ("quote", "chart") else None,
            "requests": chance.choice((1, 2, 3, 10, None)) if name not in SLOW else 1,
            "probability": chance.choice((1.0, 1.0, 0.5)),
            "seed": chance.randrange(1000),
        }
        if name == "throttle":
            settings["retry_after"] = chance.choice((None, 60, 7200))
        if name in SLOW:
            settings["seconds"] = 5.0
        self.lived.market.fault(name, **settings)
        return f"fault {name} {settings}"

    def _clear(self, _chance: random.Random) -> str:
        self.lived.market.clear()
        return "clear"

    def _trouble(self, chance: random.Random) -> str:
        market = self.lived.market
        troubles: dict[str, Callable[[], object]] = {
            "lag 3": lambda: market.lag(3),
            "lag 30": lambda: market.lag(30),
            "no lag": lambda: market.lag(None),
            "limit": lambda: market.limit(1, 0.05),
            "no limit": lambda: market.limit(None),
            "crumbs": market.expire_crumbs,
            "redis": lambda: store().flushdb(),
            "restart": _restart,
            "sweep": lambda: sweep(self.lived.now),
        }
        name = chance.choice(list(troubles))
        troubles[name]()
        return name

    def unhealed(self) -> list[str]:
        """What has not mended itself."""
        found = [f"{row} is {row.status}" for row in Instrument.objects.exclude(status="active")]
        found = [one for one in found if one not in (f"{DELISTED} is delisted", f"{RENAMED} is delisted")]
        gone = set(Instrument.objects.filter(symbol__in=(DELISTED, RENAMED), status="delisted"))
        found += [f"{name} is not delisted" for name in (DELISTED, RENAMED) if name not in {row.symbol for row in gone}]
        found += [f"gap: {Instrument.objects.get(pk=pk)}" for pk in with_gaps(self.lived.now)]
        found += [f"breaker {row} {row.state}" for row in Breaker.objects.exclude(state="closed")]
        wrong_kinds = [*OF_QUOTES, Kind.HISTORY, Kind.CURRENCY, Kind.BAR, Kind.WITHDRAWN, Kind.GAP]
        rows = Finding.objects.filter(kind__in=wrong_kinds).exclude(instrument__in=gone)
        found += [f"{row.instrument} {row.kind} {row.day}: {row}" for row in rows]
        for symbol, splits in self.lived.splits.items():
            stored = set(Split.objects.filter(instrument__symbol=symbol).values_list("ex_date", flat=True))
            found += [f"no split of {symbol} on {day}" for day, _ in splits if day not in stored]
        for symbol in SHARES:
            stored = set(Dividend.objects.filter(instrument__symbol=symbol).values_list("ex_date", flat=True))
            paid = [
                day for day in dividends(symbol) if date(2026, 1, 1) < day < self.lived.now.date() - timedelta(days=7)
            ]
            found += [
                f"no dividend of {symbol} on {day}"
                for day in paid
                if day not in stored and symbol not in (DELISTED, RENAMED)
            ]
        figures = Snapshot.objects.filter(portfolio__in=self.portfolios)
        found += [f"problem of {row.portfolio}: {row.problem}" for row in figures if row.problem]
        found += [] if len(figures) == len(self.portfolios) else ["somebody has no figures"]
        return found


def _restart() -> None:
    gateway._client.cache_clear()
    shelf.clear()
    ledgers.clear()


@contextmanager
def _sabotage(chance: random.Random, told: list[str]) -> Iterator[None]:
    """Now and then what a job does breaks off in the middle."""
    with ExitStack() as stack:
        if chance.random() < 0.1:
            name = chance.choice(SABOTAGED)
            told.append(f"broken: {name}")
            stack.enter_context(patch(name, side_effect=OperationalError("the database went away")))
        yield
