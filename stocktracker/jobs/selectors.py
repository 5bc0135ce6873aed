"""What pages show of jobs: rows with their live progress, and what of a page moves by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from .models import ENDED, UNDER_WAY, Job, State
from .pace import mark_of
from .progress import Advance, read_progress
from .telling import between, of_parts

SHOWN = 5  # rows of the dashboard's card
RECENT = timedelta(minutes=10)  # how long an ended job stays on the dashboard
ASIDE = ("pricing.search",)  # kinds that end before anybody reads of them, and whose form shows what came of it

# On every page, therefore no queryset: to put this one together would take longer (4 ms) than all the rest of it.
# Parts of a job that is told of itself, by the same page, are left out.
_FEW = """
SELECT job.*, ended_parts, failed_parts,
  count(*) FILTER (WHERE job.state IN ('queued', 'running', 'parts')) OVER () AS active
FROM jobs_job job
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE state IN ('done', 'failed', 'cancelled')) AS ended_parts,
    count(*) FILTER (WHERE state IN ('failed', 'cancelled')) AS failed_parts
  FROM jobs_job part WHERE job.parts > 0 AND part.parent_id = job.id
) counted
LEFT JOIN jobs_job whole ON whole.id = job.parent_id AND whole.{whose} = job.{whose}
  AND whole.state IN ('queued', 'running', 'parts')
WHERE {wanted} AND whole.id IS NULL
ORDER BY CASE job.state WHEN 'running' THEN 0 WHEN 'parts' THEN 1 WHEN 'queued' THEN 2 ELSE 3 END, job.id DESC
LIMIT {limit}
"""
MINE = _FEW.format(
    whose="requested_by_id", limit=SHOWN,
    wanted="job.requested_by_id = %(user)s AND job.state IN ('queued', 'running', 'parts')"
    " AND job.kind <> ALL(%(aside)s)",
)  # fmt: skip
OF_PORTFOLIO = _FEW.format(
    whose="portfolio_id", limit=SHOWN,
    wanted="job.portfolio_id = %(portfolio)s AND (job.state IN ('queued', 'running', 'parts')"
    " OR job.finished_at >= %(since)s AND NOT EXISTS (SELECT FROM jobs_job later"
    " WHERE later.portfolio_id = job.portfolio_id AND later.id > job.id"
    " AND (later.kind, later.subject) = (job.kind, job.subject)"
    " AND later.args->'symbol' IS NOT DISTINCT FROM job.args->'symbol'))",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JobRow:
    job: Job
    advance: Advance | None = None
    ended_parts: int = 0
    failed_parts: int = 0  # or cancelled: of those ended, the ones that came to nothing

    @property
    def under_way(self) -> bool:
        return self.job.state in UNDER_WAY

    @property
    def postponed(self) -> bool:
        """Whether it was tried and waits: for the price source, or after an error."""
        return self.job.state == State.QUEUED and bool(self.job.error)

    @property
    def percent(self) -> int | None:
        """0–100, or None while there is nothing to tell."""
        if self.job.state == State.PARTS:
            return 100 * self.ended_parts // max(self.job.parts, 1)
        return self.advance.percent if self.advance else None

    @property
    def progress(self) -> str:
        """How far in words: 45% · AAPL; 37 of 120 parts, 2 failed; nothing before and after."""
        if self.job.state == State.PARTS:
            return of_parts(self.ended_parts, self.job.parts, self.failed_parts)
        if self.advance is None:
            return ""
        step = gettext(self.advance.message) if self.advance.message else ""
        return " · ".join(filter(None, [f"{self.percent}%", step]))

    @property
    def ran(self) -> str:
        """How long its last attempt took; nothing while it lasts."""
        return between(self.job.started_at, self.job.finished_at)

    @property
    def may_be_retried(self) -> bool:
        return self.job.state in {State.FAILED, State.CANCELLED} and not self.job.parts

    @property
    def facts(self) -> tuple[object, ...]:
        """All that may change while somebody looks."""
        return self.job.pk, self.job.state, self.job.attempts, self.job.run_at, self.progress


@dataclass(frozen=True, slots=True)
class JobList:
    rows: list[JobRow]
    active: int = 0  # jobs under way, shown or not
    hidden: int = 0  # of them, not shown

    @property
    def waiting(self) -> bool:
        """Whether all that is under way has its next try before it."""
        return all(row.postponed for row in self.rows if row.under_way)

    @property
    def mark(self) -> str:
        return mark_of([self.active, *(row.facts for row in self.rows)])


def job_rows(jobs: Iterable[Job]) -> list[JobRow]:
    """Each with its progress: what its handler reports, or its parts where `with_parts` has counted them."""
    found = list(jobs)
    advances = read_progress(job.pk for job in found if job.state == State.RUNNING)
    return [
        JobRow(job, advances.get(job.pk), getattr(job, "ended_parts", 0), getattr(job, "failed_parts", 0))
        for job in found
    ]


def listed(jobs: Iterable[Job]) -> JobList:
    """All of them."""
    rows = job_rows(jobs)
    return JobList(rows, sum(row.under_way for row in rows))


def with_parts(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """With how many of its parts have ended, and how many of these came to nothing."""

    def count(*states: str) -> Case:
        parts = Job.objects.filter(parent=OuterRef("pk"), state__in=states).order_by().values("parent")
        counted = Coalesce(Subquery(parts.annotate(n=Count("pk")).values("n")), 0)
        return Case(When(parts__gt=0, then=counted), default=0, output_field=IntegerField())

    return jobs.annotate(ended_parts=count(*ENDED), failed_parts=count(State.FAILED, State.CANCELLED))


def first_what_runs(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """What runs, what waits for its parts, what waits, what has ended; the latest of each first."""
    places = [When(state=state, then=Value(place)) for place, state in enumerate([State.RUNNING, State.PARTS])]
    place = Case(*places, When(state=State.QUEUED, then=2), default=3, output_field=IntegerField())
    return jobs.order_by(place, "-pk")


def _few(query: str, **told: Any) -> JobList:
    """One query."""
    found = list(Job.objects.raw(query, told))
    rows = job_rows(found)
    active = getattr(found[0], "active", 0) if found else 0
    return JobList(rows, active, active - sum(row.under_way for row in rows))


def portfolio_jobs(portfolio_id: int, now: datetime) -> JobList:
    """The dashboard's card: what runs for this portfolio, and what ended a moment ago, each title once. One query."""
    return _few(OF_PORTFOLIO, portfolio=portfolio_id, since=now - RECENT)


def my_jobs(user: User | AnonymousUser) -> JobList:
    """The bar: what I asked for and is under way. One query; none for who is not signed in."""
    return _few(MINE, user=user.pk, aside=list(ASIDE)) if user.pk else JobList([])


def visible(user: User | AnonymousUser) -> QuerySet[Job]:
    """What I asked for; staff sees everybody's."""
    if user.is_staff:
        return Job.objects.all()
    return Job.objects.filter(requested_by=user.pk) if user.pk else Job.objects.none()
