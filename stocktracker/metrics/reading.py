"""What all processes counted in the last minutes or hours, added up."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import cast

from stocktracker.redis import store

from .recording import HOUR, HOURS_KEPT, MINUTE, MINUTES_KEPT, NAMES_KEPT, TOTAL, hour_key, minute_key
from .series import Numbers, together
from .statements import TEXTS

# Hours nobody adds to any more, as this process has read them: a busy day is 180,000 fields, which take two seconds.
_ended: dict[int, Numbers] = {}


def last(span: timedelta, now: datetime) -> Numbers:
    """Of so many whole minutes (up to two hours) or hours (up to 26) and the running one. Raises redis.RedisError."""
    return together(numbers for _, numbers in course(span, now))


def course(span: timedelta, now: datetime) -> list[tuple[datetime, Numbers]]:
    """The same minute by minute or hour by hour, the running one last. Raises redis.RedisError."""
    if span.total_seconds() < MINUTES_KEPT:
        minutes = _between(now - span, now, MINUTE)
        return _dated(minutes, MINUTE, map(_numbers, _read(map(minute_key, minutes))))
    numbers = _between(max(now - span, now - timedelta(seconds=HOURS_KEPT)), now, HOUR)
    return _dated(numbers, HOUR, _hours(numbers))


def _between(begin: datetime, end: datetime, length: int) -> range:
    return range(int(begin.timestamp()) // length, int(end.timestamp()) // length + 1)


def _dated(numbers: Iterable[int], length: int, found: Iterable[Numbers]) -> list[tuple[datetime, Numbers]]:
    begins = (datetime.fromtimestamp(number * length, UTC) for number in numbers)
    return list(zip(begins, found, strict=True))


def hours(begins: Iterable[datetime]) -> list[Numbers]:
    """Of each hour that begins then; nothing of it after HOURS_KEPT. Raises redis.RedisError."""
    return _hours([int(at.timestamp()) // HOUR for at in begins])


def _hours(numbers: Iterable[int]) -> list[Numbers]:
    """Those that have ended are read once."""
    known = dict(_ended)
    missing = [number for number in numbers if number not in known]
    read = dict(zip(missing, map(_numbers, _read(map(hour_key, missing))), strict=True))
    running = int(time.time() - NAMES_KEPT) // HOUR
    _ended.update({number: found for number, found in read.items() if number < running})
    for number in known:
        if number < running - HOURS_KEPT // HOUR:
            _ended.pop(number, None)
    known |= read
    return [known[number] for number in numbers]


def forget() -> None:
    """What was read: Redis is another one, or empty."""
    _ended.clear()


def total() -> Numbers:
    """Since Redis has its memory: never falls, but to nothing. Raises redis.RedisError."""
    return _numbers(_read([TOTAL])[0])


def texts() -> dict[str, str]:
    """{digest: statement} of the slow ones. Raises redis.RedisError."""
    return cast("dict[str, str]", store().hgetall(TEXTS))


def _numbers(stored: Mapping[str, str]) -> Numbers:
    numbers = Numbers()
    numbers.add(stored)
    return numbers


def _read(keys: Iterable[str]) -> list[dict[str, str]]:
    with store().pipeline(transaction=False) as pipe:
        for key in keys:
            pipe.hgetall(key)
        return pipe.execute()
