"""Ask for rebuilds: which portfolios need one, and the job that does it. Light enough for the web process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from portfolios.dependencies import dependents, prices_revision
from portfolios.models import Portfolio, Snapshot
from portfolios.viewed import NOW, viewed_since
from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.models import UNDER_WAY, Job, State
from stocktracker.jobs.parts import close
from stocktracker.jobs.sending import tell
from stocktracker.jobs.services import Request, enqueue, enqueue_many

KIND = "stocktracker.rebuild"
URGENT, LOOKED_AT, NOBODY_LOOKS = 1, 4, 7  # priorities: somebody has just asked, looks at it now, may look some day
FAILED_AGAIN_AFTER = timedelta(hours=6)  # a rebuild that failed for good, or was cancelled


def rebuild_is_needed(portfolio: Portfolio) -> bool:
    """False where the snapshot is of this ledger and of these prices already."""
    snapshot = Snapshot.objects.filter(portfolio=portfolio).only("ledger_revision", "prices_revision").first()
    if snapshot is None or snapshot.ledger_revision < portfolio.ledger_revision:
        return True
    return snapshot.prices_revision < prices_revision(portfolio)


def request_rebuild(portfolio: Portfolio) -> Job:
    """For somebody who waits: before all others, also where one was waiting its turn already."""
    with transaction.atomic():
        waiting = _waiting([portfolio.pk]).first()
        if waiting is None:
            return enqueue(
                KIND,
                queue="interactive",
                priority=URGENT,
                portfolio=portfolio.pk,
                portfolio_id=portfolio.pk,
                requested_by_id=portfolio.owner_id,
                subject=portfolio.name,
            )
        return _made_urgent(waiting)


def _made_urgent(waiting: Job) -> Job:
    """As if it had just been asked for; if a pipeline is cancelled, it is none of its parts any more."""
    pipeline, waiting.parent_id = waiting.parent_id, None
    waiting.queue, waiting.priority, waiting.run_at = "interactive", URGENT, timezone.now()
    waiting.max_attempts = waiting.attempts + kind_named(KIND).max_attempts
    waiting.save(update_fields=["parent_id", "queue", "priority", "run_at", "max_attempts"])
    transaction.on_commit(lambda: tell([waiting]))
    if pipeline is not None:
        Job.objects.filter(pk=pipeline, parts__gt=0).update(parts=F("parts") - 1)
        transaction.on_commit(lambda: close(pipeline))
    return waiting


def request_rebuilds(instruments: Iterable[int], parent: Job | None = None) -> int:
    """How many rebuilds are new, of portfolios that depend on any of these instruments; those looked at come first."""
    return len(_request_all(dependents(instruments), parent))


def request_rebuilds_of(portfolios: Iterable[int], parent: Job | None = None) -> list[Job]:
    """The new rebuilds of these."""
    return _request_all(Portfolio.objects.filter(pk__in=list(portfolios)), parent)


def request_failed(now: datetime) -> list[Job]:
    """Asks again for rebuilds that came to nothing hours ago and were not followed: no figures stay old for ever."""
    later = Q(state__in=UNDER_WAY) | Q(finished_at__gt=OuterRef("finished_at"))
    newer = Job.objects.filter(later, kind=KIND, portfolio_id=OuterRef("portfolio_id"))
    ended = Job.objects.filter(
        ~Exists(newer),
        kind=KIND,
        state__in=[State.FAILED, State.CANCELLED],
        finished_at__lt=now - FAILED_AGAIN_AFTER,
    )
    return _request_all(Portfolio.objects.filter(pk__in=ended.values("portfolio_id")))


def _request_all(portfolios: QuerySet[Portfolio], parent: Job | None = None) -> list[Job]:
    """The new jobs; who has one waiting already needs no other."""
    chosen = list(portfolios.order_by("pk").only("pk", "owner_id", "name"))
    with transaction.atomic():
        waiting = set(_waiting([portfolio.pk for portfolio in chosen]).values_list("portfolio_id", flat=True))
        looked_at = set(viewed_since(timezone.now() - NOW))
        requests = [
            Request(
                {"portfolio": portfolio.pk},
                priority=LOOKED_AT if portfolio.pk in looked_at else NOBODY_LOOKS,
                portfolio_id=portfolio.pk,
                requested_by_id=portfolio.owner_id,
                subject=portfolio.name,
            )
            for portfolio in chosen
            if portfolio.pk not in waiting
        ]
        return enqueue_many(KIND, requests, parent)


def _waiting(portfolios: Iterable[int]) -> QuerySet[Job]:
    """Rebuilds that have not begun, locked: none begins before the caller has committed what it shall see.

    One that is being claimed at this moment, or asked for by somebody else, does not count.
    """
    queued = Job.objects.filter(kind=KIND, state=State.QUEUED, portfolio_id__in=list(portfolios))
    return queued.select_for_update(skip_locked=True).order_by("pk")
