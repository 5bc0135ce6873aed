"""Symbols for a text somebody types: what is known here at once, what the source finds as soon as it has answered.

Answers of the source are kept in Redis for a day, for everybody; a page never asks the source itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db.models import Case, Q, Value, When
from redis import RedisError

from stocktracker.redis import store

from .models import Instrument
from .upstream.client import Found

SHORTEST = 2  # characters worth asking a source for
LONGEST = 40
SHOWN = 8  # suggestions under a field
KEPT = timedelta(days=1)
FAILURE_KEPT = timedelta(seconds=30)  # then the source may be asked again
PER_MINUTE, PER_HOUR = 20, 60  # questions of one person to the source


@dataclass(frozen=True, slots=True)
class Kept:
    """What the source answered, or why it did not."""

    found: tuple[Found, ...] = ()
    failure: str = ""


def normal(text: str) -> str:
    """One spelling for one question."""
    return " ".join(text.upper().split())[:LONGEST]


def known(text: str, user_id: int) -> list[Instrument]:
    """Instruments that are here already, symbols that begin with the text first; other people's own are not shown."""
    wanted = normal(text)
    if not wanted:
        return []
    own = Q(entered_by=None) | Q(entered_by=user_id)
    begins = Q(symbol__startswith=wanted)
    rows = Instrument.objects.exclude(status=Instrument.Status.UNKNOWN).filter(own)
    rank = Case(When(symbol=wanted, then=Value(0)), When(begins, then=Value(1)), default=Value(2))
    return list(rows.filter(begins | Q(name__icontains=wanted)).order_by(rank, "symbol")[:SHOWN])


def kept(text: str) -> Kept | None:
    """None: the source has not been asked lately, or Redis is away."""
    try:
        stored = store().get(_key(text))
    except RedisError:
        return None
    if not stored:
        return None
    answer = json.loads(str(stored))
    return Kept(tuple(Found(**row) for row in answer["found"]), answer["failure"])


def keep(text: str, found: Iterable[Found] = (), failure: str = "") -> None:
    answer = json.dumps({"found": [asdict(row) for row in found], "failure": failure})
    try:
        store().set(_key(text), answer, ex=FAILURE_KEPT if failure else KEPT)
    except RedisError:
        return  # whoever types asks again


def may_ask(user_id: int) -> bool:
    """Whether this person has questions left this minute and this hour; nobody has while Redis is away."""
    try:
        with store().pipeline() as pipe:
            for unit in ("minutes", "hours"):
                pipe.set(f"search:{unit}:{user_id}", 0, ex=timedelta(**{unit: 1}), nx=True)
                pipe.incr(f"search:{unit}:{user_id}")
            _, minute, _, hour = pipe.execute()
    except RedisError:
        return False
    return int(minute) <= PER_MINUTE and int(hour) <= PER_HOUR


def _key(text: str) -> str:
    return f"search:{normal(text)}"
