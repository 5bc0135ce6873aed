"""One instrument as staff sees it: what is stored, the bars around what looks wrong, and what people entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection
from django.db.models import Q

from pricing.market.quality import REFUSED_ANSWERS, Kind
from pricing.models import Correction, Finding, Instrument
from pricing.upstream.client import PRIMARY
from stocktracker.jobs.models import UNDER_WAY, Job
from stocktracker.jobs.selectors import RECENT, JobList, listed, with_parts

from .coverage import Stored, stored

SHOWN = 50  # findings of one instrument, the latest
JOBS_SHOWN = 5
BARS_BEFORE, BARS_AFTER = 3, 4  # around a finding, its own day among the latter
ENTERED = (Kind.GAP, Kind.RATE_GAP, Kind.JUMP, Kind.SPLIT, Kind.CLOSE, Kind.BAR, Kind.QUOTE)  # a price may mend these


_AROUND = """
SELECT finding.id, bar.session, bar.open, bar.high, bar.low, bar.close, bar.volume
FROM pricing_finding AS finding CROSS JOIN LATERAL (
  (SELECT * FROM pricing_bar WHERE instrument_id = finding.instrument_id AND session < finding.day
   ORDER BY session DESC LIMIT %(before)s)
  UNION ALL
  (SELECT * FROM pricing_bar WHERE instrument_id = finding.instrument_id AND session >= finding.day
   ORDER BY session LIMIT %(after)s)
) AS bar WHERE finding.id = ANY(%(wanted)s) ORDER BY finding.id, bar.session
"""


@dataclass(frozen=True, slots=True)
class StoredBar:
    session: date
    open: float
    high: float
    low: float
    close: float
    volume: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    finding: Finding
    bars: list[StoredBar]  # around its day

    @property
    def may_be_entered(self) -> bool:
        return self.finding.kind in ENTERED

    @property
    def may_be_taken(self) -> bool:
        return self.finding.kind in REFUSED_ANSWERS


@dataclass(frozen=True, slots=True)
class OneInstrument:
    instrument: Instrument
    stored: Stored
    open: list[FindingRow]
    ignored: list[FindingRow]
    corrections: list[Correction]
    jobs: JobList

    @property
    def is_manual(self) -> bool:
        return self.instrument.status == Instrument.Status.MANUAL


def one_instrument(instrument: Instrument, now: datetime) -> OneInstrument:
    """Five queries."""
    findings = _findings(instrument)
    return OneInstrument(
        instrument,
        stored([instrument.pk], now)[instrument.pk],
        open=[row for row in findings if row.finding.ignored_at is None],
        ignored=[row for row in findings if row.finding.ignored_at],
        corrections=list(instrument.corrections.select_related("entered_by").order_by("-session")),
        jobs=jobs_of(instrument, now),
    )


def _findings(instrument: Instrument) -> list[FindingRow]:
    """The latest first. Two queries."""
    found = list(instrument.findings.order_by("-day", "kind")[:SHOWN])
    around = _around(row.pk for row in found)
    return [FindingRow(row, around.get(row.pk, [])) for row in found]


def _around(findings: Iterable[int]) -> dict[int, list[StoredBar]]:
    bars: dict[int, list[StoredBar]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, {"before": BARS_BEFORE, "after": BARS_AFTER, "wanted": list(findings)})
        for pk, *values in cursor.fetchall():
            bars[pk].append(StoredBar(*values))
    return bars


def jobs_of(instrument: Instrument, now: datetime) -> JobList:
    """What works on it, and what ended a moment ago. One query."""
    fresh = Q(state__in=UNDER_WAY) | Q(finished_at__gte=now - RECENT)
    jobs = with_parts(Job.objects.filter(fresh, args__symbol=instrument.symbol))
    return listed(jobs.order_by("-id")[:JOBS_SHOWN])


def second_sources() -> list[str]:
    """Names of the sources that may help out where the first does not answer."""
    return [name for name in settings.UPSTREAM_CLIENTS if name != PRIMARY]
