"""When each breaker let nobody through: the last day as a strip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from charts.series.places import place
from pricing.models import Breaker, BreakerTransition

SHOWN = timedelta(hours=24)
TONES = {"closed": "gain", "open": "loss", "half_open": "warn"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Of the strip, in percent of its width."""

    state: str
    begin: datetime
    end: datetime
    x: str
    width: str

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "loss")


@dataclass(frozen=True, slots=True)
class Strip:
    breaker: Breaker
    stretches: list[Stretch]
    asleep: timedelta  # of the time shown


def strips(now: datetime) -> list[Strip]:
    """Of each breaker that was ever asked. Two queries."""
    breakers = list(Breaker.objects.all())
    changes = BreakerTransition.objects.filter(breaker__in=breakers, at__gt=now - SHOWN).order_by("id")
    own: dict[int, list[BreakerTransition]] = {row.pk: [] for row in breakers}
    for change in changes:
        own[change.breaker_id].append(change)
    return [Strip(row, *_drawn(own[row.pk], row.forced or row.state, now)) for row in breakers]


def _drawn(changes: Sequence[BreakerTransition], state: str, now: datetime) -> tuple[list[Stretch], timedelta]:
    """`state` is how it is now; before the first change it was as that says."""
    stretches = [_stretch(*one, now) for one in _states(changes, state, now)]
    asleep = sum((one.end - one.begin for one in stretches if one.tone != "gain"), timedelta())
    return stretches, asleep


def _states(
    changes: Sequence[BreakerTransition], state: str, now: datetime
) -> Iterable[tuple[str, datetime, datetime]]:
    begin, current = now - SHOWN, changes[0].before if changes else state
    for change in changes:
        yield current, begin, change.at
        begin, current = change.at, change.after
    yield current, begin, now


def _stretch(state: str, begin: datetime, end: datetime, now: datetime) -> Stretch:
    start = now - SHOWN
    x, width = (begin - start) / SHOWN * 100, (end - begin) / SHOWN * 100
    return Stretch(state, begin, end, place(x), place(max(width, 0.2)))
