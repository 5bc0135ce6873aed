"""What pages show of jobs: rows with their live progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from .models import UNDER_WAY, Job, State
from .progress import Advance, read_progress

LISTED = 100  # rows of the jobs page
SHOWN = 5  # rows of the dashboard's card
QUIET = 15  # seconds between two polls of a page whose jobs all wait for a next try
RECENT = timedelta(minutes=10)  # how long an ended job stays on the dashboard


@dataclass(frozen=True, slots=True)
class JobRow:
    job: Job
    advance: Advance | None

    @property
    def running(self) -> bool:
        return self.job.state in UNDER_WAY

    @property
    def postponed(self) -> bool:
        """Whether it was tried and waits: for the price source, or after an error."""
        return self.job.state == State.QUEUED and bool(self.job.error)

    @property
    def percent(self) -> int | None:
        """0–100, or None while there is nothing to tell."""
        return self.advance.percent if self.advance else None


@dataclass(frozen=True, slots=True)
class JobList:
    rows: list[JobRow]
    active: int  # jobs under way, shown or not
    hidden: int = 0  # of them, not shown

    @property
    def poll_seconds(self) -> int:
        """1 while something runs or is about to; 15 where everything waits for a next try; 0 = never ask again."""
        if not self.active:
            return 0
        return QUIET if all(row.postponed for row in self.rows if row.running) else 1


def _listed(jobs: QuerySet[Job], limit: int) -> JobList:
    under_way = jobs.filter(state__in=UNDER_WAY).order_by().values(one=Value(1)).annotate(n=Count("pk")).values("n")
    first = Case(
        When(state=State.RUNNING, then=0), When(state=State.QUEUED, then=1), default=2, output_field=IntegerField()
    )
    found = list(jobs.annotate(active=Coalesce(Subquery(under_way), 0)).order_by(first, "-id")[:limit])
    advances = read_progress(job.pk for job in found if job.state == State.RUNNING)
    rows = [JobRow(job, advances.get(job.pk)) for job in found]
    shown, active = sum(row.running for row in rows), getattr(found[0], "active", 0) if found else 0
    return JobList(rows, active, active - shown)


def portfolio_jobs(portfolio_id: int, now: datetime) -> JobList:
    """The dashboard's card: what runs for this portfolio, and what ended a moment ago. One query."""
    fresh = Q(state__in=UNDER_WAY) | Q(finished_at__gte=now - RECENT)
    return _listed(Job.objects.filter(fresh, portfolio_id=portfolio_id), SHOWN)


def visible_jobs(user: User | AnonymousUser) -> JobList:
    """What I asked for, or what was asked for in my name; staff sees everybody's."""
    jobs = Job.objects.all() if user.is_staff else Job.objects.filter(requested_by__in=[user.pk])  # nobody has no jobs
    return _listed(jobs.select_related("requested_by"), LISTED)
