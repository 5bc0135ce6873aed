"""At a worker's start: the prices people are most likely to need, read once before it forks, shared by its children;
and a job that looks after what was left undone while nobody worked.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from portfolios.ranks import ranks
from pricing import counters
from pricing.closes import closes, histories
from pricing.market.plan import Rank
from pricing.models import Instrument
from stocktracker.jobs.services import enqueue

log = logging.getLogger(__name__)

MOST = 400  # instruments: 30 years of them are 36 MB, and a second or two of a worker's start


def warm() -> int:
    """How many instruments' closes are in memory now: what is viewed, then held, then compared with."""
    wanted = sorted(ranks(timezone.now()).items(), key=_by_rank)[:MOST]
    revisions = dict(Instrument.objects.filter(pk__in=[pk for pk, _ in wanted]).values_list("pk", "revision"))
    benchmarks = [pk for pk, rank in wanted if rank is Rank.BENCHMARK]
    closes(revisions.items())
    closes([(pk, revisions[pk]) for pk in benchmarks], adjusted=True)
    popular = Instrument.objects.filter(symbol__in=settings.POPULAR_SYMBOLS).exclude(fetched_at=None)
    histories(popular.values_list("pk", "revision"))
    return len(revisions)


def _by_rank(ranked: tuple[int, Rank]) -> tuple[Rank, int]:
    pk, rank = ranked
    return rank, pk


def warm_before_forking() -> None:
    """A worker without its database yet starts cold; no connection is left for the children to share."""
    try:
        log.info("closes of %s instruments are in memory", warm())
    except DatabaseError as error:
        log.warning("starting cold: %s", error)
    finally:
        counters.flush()  # or each child would count it again
        connections.close_all()


def wake_up() -> None:
    """Asks for the first look around, once however many workers start; without its database, beat's plan makes it."""
    try:
        enqueue("stocktracker.wake_up", key="wake_up")
    except DatabaseError as error:
        log.warning("nobody looks around at this start: %s", error)
    finally:
        connections.close_all()
