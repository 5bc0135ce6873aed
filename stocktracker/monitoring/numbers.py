"""What was counted, as rows of tables: pages, kinds of jobs, sources of prices, layers of caches, slow statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pricing.counters import layers_of
from stocktracker.jobs.kinds import find_kind
from stocktracker.metrics.requests import BROWSER, PARTS, STATIC
from stocktracker.metrics.series import (
    ANSWERED,
    ASKED,
    CACHE,
    DATABASE,
    JOB,
    MILLION,
    REQUEST,
    SLOW,
    STATEMENTS,
    UPSTREAM,
    WAITED,
    Numbers,
    Timing,
    added,
)

MOST_STATEMENTS = 15
BACKTESTS = "backtests"  # charts.services.asking.LAYER
LEDGERS = "ledgers"  # portfolios.ledgers.LAYER, which no page may import: it would bring numpy
ASIDE = frozenset({STATIC, "healthz", "readyz", "metrics", "favicon", "manifest", "monitoring"})  # asked by programs


@dataclass(frozen=True, slots=True)
class Course:
    """How long something took: seconds that half, 95 and 99 of 100 needed at most."""

    count: int
    p50: float | None
    p95: float | None
    p99: float | None

    @classmethod
    def of(cls, timing: Timing) -> Course:
        return cls(timing.count, timing.at(0.5), timing.at(0.95), timing.at(0.99))


@dataclass(frozen=True, slots=True)
class PageRow:
    page: str
    course: Course
    seconds: float  # of all its requests together
    errors: int  # answers 500 and up
    unchanged: int  # answers 304
    statements: float  # a request
    database_seconds: float  # a request
    asked: int  # requests to a source of prices

    @property
    def error_rate(self) -> float:
        return self.errors / self.course.count if self.course.count else 0.0


@dataclass(frozen=True, slots=True)
class KindRow:
    kind: str
    title: str
    done: int
    failed: int
    other: int  # retried, postponed, superseded
    course: Course  # of all attempts
    waited_p95: float | None


@dataclass(frozen=True, slots=True)
class FamilyRow:
    source: str
    family: str
    course: Course
    refused: Mapping[str, int]  # {error: how often}

    @property
    def failed(self) -> int:
        return sum(self.refused.values())


@dataclass(frozen=True, slots=True)
class CacheRow:
    name: str | Promise
    hits: int
    misses: int

    @property
    def rate(self) -> float | None:
        looked_up = self.hits + self.misses
        return self.hits / looked_up if looked_up else None


@dataclass(frozen=True, slots=True)
class StatementRow:
    text: str
    course: Course
    seconds: float


def pages(numbers: Numbers) -> list[PageRow]:
    """Those that took most of the server's time first."""
    rows = [_page(numbers, name, answers) for name, answers in _by_page(numbers).items()]
    return sorted(rows, key=lambda row: (-row.seconds, row.page))


def _by_page(numbers: Numbers) -> dict[str, dict[str, Timing]]:
    """{page: {answer: how long}}."""
    found: dict[str, dict[str, Timing]] = {}
    for (page, answer), timing in numbers.timings(REQUEST).items():
        found.setdefault(page, {})[answer] = timing
    return found


def _page(numbers: Numbers, page: str, answers: Mapping[str, Timing]) -> PageRow:
    timing = added(answers.values())
    count = timing.count or 1
    return PageRow(
        page=page,
        course=Course.of(timing),
        seconds=timing.seconds,
        errors=answers["5xx"].count if "5xx" in answers else 0,
        unchanged=answers["304"].count if "304" in answers else 0,
        statements=numbers.amount(STATEMENTS, page) / count,
        database_seconds=numbers.amount(DATABASE, page) / MILLION / count,
        asked=numbers.amount(ASKED, page),
    )


def looked_at(numbers: Numbers) -> Timing:
    """Of all pages people look at, together."""
    return added(timing for (page, _), timing in numbers.timings(REQUEST).items() if page not in ASIDE)


def all_pages(numbers: Numbers) -> PageRow:
    """Those people look at, together."""
    rows, timing = [row for row in pages(numbers) if row.page not in ASIDE], looked_at(numbers)
    count = timing.count or 1
    return PageRow(
        page="",
        course=Course.of(timing),
        seconds=timing.seconds,
        errors=sum(row.errors for row in rows),
        unchanged=sum(row.unchanged for row in rows),
        statements=sum(row.statements * row.course.count for row in rows) / count,
        database_seconds=sum(row.database_seconds * row.course.count for row in rows) / count,
        asked=sum(row.asked for row in rows),
    )


def kinds(numbers: Numbers) -> list[KindRow]:
    """Those that took most of the workers' time first."""
    names = sorted(
        {kind for kind, _outcome in numbers.labels(JOB)}, key=lambda kind: -numbers.timing(JOB, kind).seconds
    )
    return [_kind(numbers, name) for name in names]


def _kind(numbers: Numbers, kind: str) -> KindRow:
    known, timing = find_kind(kind), numbers.timing(JOB, kind)
    done, failed = (numbers.timing(JOB, kind, outcome).count for outcome in ("done", "failed"))
    return KindRow(
        kind=kind,
        title=known.plain_title if known else kind,
        done=done,
        failed=failed,
        other=timing.count - done - failed,
        course=Course.of(timing),
        waited_p95=numbers.timing(WAITED, kind).at(0.95),
    )


def families(numbers: Numbers) -> list[FamilyRow]:
    """Requests to sources of prices."""
    outcomes: dict[tuple[str, str], dict[str, int]] = {}
    for source, family, outcome in numbers.labels(UPSTREAM):
        count = numbers.timing(UPSTREAM, source, family, outcome).count
        outcomes.setdefault((source, family), {})[outcome] = count
    return [
        FamilyRow(
            source,
            family,
            Course.of(numbers.timing(UPSTREAM, source, family)),
            {outcome: count for outcome, count in found.items() if outcome != ANSWERED},
        )
        for (source, family), found in outcomes.items()
    ]


def caches(numbers: Numbers) -> list[CacheRow]:
    """From the reader's end to the source's."""
    layers = layers_of(numbers)
    return [
        CacheRow(_("Browsers: unchanged since they asked last"), *_found(numbers, BROWSER)),
        CacheRow(_("Web processes: parts of pages"), *_found(numbers, PARTS)),
        CacheRow(_("Workers: replayed ledgers"), *_found(numbers, LEDGERS)),
        CacheRow(_("Database: results of backtests"), *_found(numbers, BACKTESTS)),
        CacheRow(_("Workers: prices in memory"), layers.memory_hits, layers.memory_misses),
        CacheRow(_("Database: prices that are as new as they can be"), layers.database_hits, layers.database_misses),
    ]


def _found(numbers: Numbers, layer: str) -> tuple[int, int]:
    return numbers.amount(CACHE, layer, "hits"), numbers.amount(CACHE, layer, "misses")


def statements(numbers: Numbers, texts: Mapping[str, str]) -> list[StatementRow]:
    """Slow ones, those that took longest in all first."""
    rows = []
    for (digest,) in numbers.labels(SLOW):
        timing = numbers.timing(SLOW, digest)
        rows.append(StatementRow(texts.get(digest, digest), Course.of(timing), timing.seconds))
    return sorted(rows, key=lambda row: -row.seconds)[:MOST_STATEMENTS]
