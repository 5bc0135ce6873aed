"""What is stored of each instrument: from when to when, what is missing, what looks wrong. The table, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from pricing.market.calendar import BY_QUOTE, CURRENCIES
from pricing.models import Finding, Instrument
from pricing.selectors import SETTLED

ROWS_A_PAGE = 100
YEAR = timedelta(days=365)
Status = Instrument.Status
# The worst first among those nothing is found of: what has no price comes before what had one.
WORST = (Status.UNKNOWN, Status.DELISTED, Status.NEW, Status.ACTIVE, Status.MANUAL)

# Of a page's instruments only: bars are many. Of those whose sessions nobody knows exactly (by hand, by quote,
# currencies) nothing is told; a delisted one misses nothing after its last bar, a young one nothing before its first.
_COUNTED = """
SELECT instrument.id, bars.first, bars.last, bars.count, bars.provisional_since,
  CASE WHEN instrument.status = %(manual)s OR instrument.calendar = ANY(%(untold)s) OR bars.first IS NULL THEN NULL
  ELSE (
    SELECT count(*) FROM pricing_tradingsession AS day
    WHERE day.calendar = instrument.calendar AND day.closes_at <= %(settled)s
      AND day.session > greatest(bars.first, %(year_ago)s)
      AND (instrument.status <> %(delisted)s OR day.session < bars.last)
      AND NOT EXISTS (
        SELECT FROM pricing_bar WHERE instrument_id = instrument.id AND pricing_bar.session = day.session)
  ) END AS missing
FROM pricing_instrument AS instrument CROSS JOIN LATERAL (
  SELECT min(session) AS first, max(session) AS last, count(*) AS count,
    min(session) FILTER (WHERE session > instrument.checked_to) AS provisional_since
  FROM pricing_bar WHERE instrument_id = instrument.id
) AS bars WHERE instrument.id = ANY(%(wanted)s)
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the table shows, as its address says."""

    text: str = ""
    status: str = ""
    only_findings: bool = False
    page: str = "1"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filters:
        """Of a request's query; what makes no sense is left out."""
        status = query.get("status", "")
        return cls(
            text=query.get("q", "").replace("\0", "").strip(),
            status=status if status in Status.values else "",
            only_findings=bool(query.get("findings")),
            page=query.get("page", "1"),
        )

    @property
    def address(self) -> str:
        """As a query, without the page."""
        chosen = {"q": self.text, "status": self.status, "findings": "1" if self.only_findings else ""}
        return urlencode({name: value for name, value in chosen.items() if value})


@dataclass(frozen=True, slots=True)
class Stored:
    """Of one instrument's bars."""

    first: date | None
    last: date | None
    bars: int
    provisional_since: date | None  # bars from there on are the source's quotes, until a history says otherwise
    missing: int | None  # sessions of the last year without a bar; None: nobody can tell


@dataclass(frozen=True, slots=True)
class CoverageRow:
    instrument: Instrument  # with `wrong`: how many findings nobody ignores
    stored: Stored


@dataclass(frozen=True, slots=True)
class Coverage:
    rows: list[CoverageRow]
    page: Page[Instrument]
    filters: Filters


@dataclass(frozen=True, slots=True)
class Counted:
    """Instruments, whatever their status; those that have prices; those with something that looks wrong."""

    all: int
    active: int
    wrong: int


def count() -> Counted:
    """One query."""
    wrong = Q(Exists(_open_findings()))
    active = Q(status__in=[Status.ACTIVE, Status.MANUAL])
    return Counted(
        **Instrument.objects.aggregate(
            all=Count("pk"), active=Count("pk", filter=active), wrong=Count("pk", filter=wrong)
        )
    )


def coverage(filters: Filters, now: datetime) -> Coverage:
    """Three queries, whatever there is."""
    page = Paginator(_worst_first(_filtered(filters)), ROWS_A_PAGE).get_page(filters.page)
    instruments = list(page)
    counted = stored((row.pk for row in instruments), now)
    return Coverage([CoverageRow(row, counted[row.pk]) for row in instruments], page, filters)


def _filtered(filters: Filters) -> QuerySet[Instrument]:
    rows = Instrument.objects.all()
    if filters.text:
        rows = rows.filter(Q(symbol__icontains=filters.text) | Q(name__icontains=filters.text))
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.only_findings:
        rows = rows.filter(Exists(_open_findings()))
    return rows


def _worst_first(rows: QuerySet[Instrument]) -> QuerySet[Instrument]:
    wrong = _open_findings().values("instrument").annotate(n=Count("pk")).values("n")
    places = [When(status=status, then=Value(place)) for place, status in enumerate(WORST)]
    worst = Case(*places, output_field=IntegerField())
    oldest = F("fetched_at").asc(nulls_first=True)
    return rows.annotate(wrong=Coalesce(Subquery(wrong), 0)).order_by("-wrong", worst, "-strikes", oldest, "symbol")


def _open_findings() -> QuerySet[Finding]:
    return Finding.objects.filter(instrument=OuterRef("pk"), ignored_at=None).order_by()


def stored(instruments: Iterable[int], now: datetime) -> dict[int, Stored]:
    """{instrument: what there is of it}. One query."""
    told: dict[str, Any] = {
        "manual": Status.MANUAL,
        "delisted": Status.DELISTED,
        "untold": ["", BY_QUOTE, CURRENCIES],
        "settled": now - SETTLED,
        "year_ago": (now - YEAR).date(),
        "wanted": list(instruments),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, told)
        return {
            pk: Stored(first, last, count, provisional_since, missing)
            for pk, first, last, count, provisional_since, missing in cursor.fetchall()
        }
