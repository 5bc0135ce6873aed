"""One job as its page shows it: what it is part of, its own parts, when it did what, and what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Case, IntegerField, QuerySet, Value, When

from .listing import ROWS_A_PAGE
from .models import Job, State
from .selectors import JobList, JobRow, job_rows, visible, with_parts
from .telling import between, result_as_facts

WORST = (State.FAILED, State.CANCELLED, State.RUNNING, State.PARTS, State.QUEUED, State.DONE)


@dataclass(frozen=True, slots=True)
class OneJob:
    row: JobRow
    parts: list[JobRow]  # a page of them
    page: int
    has_more: bool
    now: datetime

    @property
    def job(self) -> Job:
        return self.row.job

    @property
    def shown(self) -> JobList:
        """All that moves on the page."""
        rows = [self.row, *self.parts]
        return JobList(rows, sum(row.under_way for row in rows))

    @property
    def waited(self) -> str:
        """From when it was due, for its last attempt, until that began, or until now."""
        job = self.job
        waits = job.state == State.QUEUED
        return between(job.run_at, self.now if waits else job.started_at)

    @property
    def running_for(self) -> str:
        """Of an attempt that has not ended."""
        began = self.job.started_at if self.job.state in {State.RUNNING, State.PARTS} else None
        return between(began, self.now)

    @property
    def result(self) -> list[tuple[str, str]]:
        return result_as_facts(self.job.result)

    @property
    def arguments(self) -> str:
        return json.dumps(self.job.args, indent=2, ensure_ascii=False)

    @property
    def has_failed_parts(self) -> bool:
        return bool(self.row.failed_parts)


def visible_job(user: User, pk: int) -> Job | None:
    """With its parent; None where there is none, or it is somebody else's. One query."""
    return with_parts(visible(user)).select_related("requested_by", "parent").filter(pk=pk).first()


def one_job(job: Job, page: int, now: datetime) -> OneJob:
    """One query, where it has parts."""
    first = (page - 1) * ROWS_A_PAGE
    found = list(_parts(job)[first : first + ROWS_A_PAGE + 1]) if job.parts else []
    row, *parts = job_rows([job, *found[:ROWS_A_PAGE]])
    return OneJob(row, parts, page, len(found) > ROWS_A_PAGE, now)


def _parts(job: Job) -> QuerySet[Job]:
    place = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(WORST)), output_field=IntegerField())
    return with_parts(job.children.all()).order_by(place, "pk")
