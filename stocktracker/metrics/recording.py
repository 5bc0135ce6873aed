"""Counting in memory, carried to Redis once a second by a thread: nobody waits for it, and nothing is counted twice.

A batch has a name, and Redis takes each name once: after an answer that was lost it is sent again. What a process that
is killed had counted within its last second is lost.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.util import Finalize
from uuid import uuid4

from redis import RedisError

from stocktracker.redis import store

from .buckets import bucket
from .series import AMOUNT, MICROSECONDS, MILLION, SEPARATOR, name

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
MINUTE, HOUR = 60, 3600  # seconds
MINUTES_KEPT, HOURS_KEPT, NAMES_KEPT = 2 * HOUR, 26 * HOUR, 600  # seconds, from the last time somebody added
MOST_FIELDS = 20_000  # waiting for a Redis that is away; beyond that the oldest minute is forgotten
TOTAL = "metrics:total"  # since Redis has its memory, for Prometheus

# The first key is the batch's name. Then for each target: its key, its life in seconds (0: for ever), how many pairs
# follow, and the pairs.
ADD = """
if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[1]) then return 0 end
local at = 2
while at < #ARGV do
  local key, life, pairs = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  at = at + 3
  for _ = 1, pairs do
    redis.call('HINCRBY', key, ARGV[at], ARGV[at + 1])
    at = at + 2
  end
  if life > 0 then redis.call('EXPIRE', key, life) end
end
return 1
"""

Field = tuple[tuple[str, ...], str]  # a series, and what of it


@dataclass(frozen=True, slots=True)
class Batch:
    name: str
    made_at: float
    arguments: list[str | int]


def minute_key(minute: int) -> str:
    """`minute`: since the epoch."""
    return f"metrics:minute:{minute}"


def hour_key(hour: int) -> str:
    return f"metrics:hour:{hour}"


class Recorder:
    """Of one process."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._counting, self._carrying = threading.Lock(), threading.Lock()
        self._counted: dict[int, Counter[Field]] = {}  # by minute
        self._unsure: Batch | None = None  # sent, and no answer came

    def timed(self, seconds: float, *series: str) -> None:
        self.add({(series, str(bucket(seconds))): 1, (series, MICROSECONDS): round(seconds * MILLION)})

    def counted(self, amount: int, *series: str) -> None:
        self.add({(series, AMOUNT): amount})

    def add(self, amounts: dict[Field, int]) -> None:
        minute = int(self._clock()) // MINUTE
        with self._counting:
            counted = self._counted.get(minute)
            if counted is None:
                counted = self._counted[minute] = Counter()
                self._make_room()
            for field, amount in amounts.items():
                counted[field] += amount

    def _make_room(self) -> None:
        while len(self._counted) > 1 and sum(map(len, self._counted.values())) > MOST_FIELDS:
            del self._counted[min(self._counted)]

    def forget(self) -> None:
        """What was counted and not carried: of a parent process, which carries it itself."""
        self._counting, self._carrying = threading.Lock(), threading.Lock()
        self._counted, self._unsure = {}, None

    def flush(self) -> None:
        """Carries what was counted so far; while Redis is away it waits here."""
        with self._carrying:
            batch = self._unsure or self._next()
            while batch is not None:
                if not self._carried(batch):
                    return
                batch = self._next()

    def _next(self) -> Batch | None:
        with self._counting:
            counted, self._counted = self._counted, {}
        if not counted:
            return None
        arguments: list[str | int] = [NAMES_KEPT]
        for minute, amounts in counted.items():
            pairs = _pairs(amounts)
            targets = (
                (minute_key(minute), MINUTES_KEPT),
                (hour_key(minute * MINUTE // HOUR), HOURS_KEPT),
                (TOTAL, 0),
            )
            for key, life in targets:
                arguments += [key, life, len(pairs) // 2, *pairs]
        return Batch(f"metrics:batch:{uuid4().hex}", self._clock(), arguments)

    def _carried(self, batch: Batch) -> bool:
        """Whether it is done with: stored, or too old for Redis to still know its name."""
        self._unsure = batch
        if abs(self._clock() - batch.made_at) < NAMES_KEPT / 2:  # a clock that was put back tells nothing of its age
            try:
                store().eval(ADD, 1, batch.name, *batch.arguments)
            except RedisError as error:
                log.debug("numbers wait: %s", error)
                return False
        self._unsure = None
        return True


def _pairs(amounts: Counter[Field]) -> list[str | int]:
    pairs: list[str | int] = []
    for (series, field), amount in amounts.items():
        if amount:
            pairs += [f"{name(*series)}{SEPARATOR}{field}", amount]
    return pairs


recorder = Recorder()
timed, counted, flush = recorder.timed, recorder.counted, recorder.flush

_carriers: set[int] = set()  # processes whose thread carries: this one, and perhaps its parents


def in_background(also: Callable[[], None] = lambda: None) -> None:
    """From now on a thread of this process carries every second, and calls `also` each time; once is enough."""
    if os.getpid() not in _carriers:
        _carriers.add(os.getpid())
        threading.Thread(target=_carry_for_ever, args=[also], name="metrics", daemon=True).start()


def _carry_for_ever(also: Callable[[], None]) -> None:
    pause = threading.Event()
    while True:
        pause.wait(EVERY_SECONDS)
        try:
            flush()
            also()
        except Exception:
            log.exception("numbers were not carried")  # nobody else would hear of it, and the thread goes on


Finalize(None, flush, exitpriority=0)  # at the end of any process, also of one that granian has started
os.register_at_fork(after_in_child=recorder.forget)
