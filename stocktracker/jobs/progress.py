"""How far a running job is, and whether somebody wants it to stop: a Redis hash. Best effort; the row is the truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import redis

from stocktracker.redis import store

WRITES_PER_SECOND = 5  # more than a page can show
KEPT_SECONDS = 3600  # of a job that nobody cleaned up after
STOP = "stop"  # the field that asks handlers to give up: up to this attempt


@dataclass(frozen=True, slots=True)
class Advance:
    done: int
    total: int
    message: str

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


def _key(job_id: int) -> str:
    return f"job:{job_id}"


class StoppedError(Exception):
    """The job was cancelled while it ran: whatever it would still do is for nothing."""


class Progress:
    """A handler's end: `progress(3, 20, "AAPL")`. Writes at most 5 times a second, and always the last step.

    Raises StoppedError when the job was cancelled meanwhile.
    """

    def __init__(self, job_id: int, attempt: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._job_id, self._attempt, self._clock = job_id, attempt, clock
        self._written_at = float("-inf")

    def __call__(self, done: int, total: int, message: str = "") -> None:
        now = self._clock()
        if done < total and now - self._written_at < 1 / WRITES_PER_SECOND:
            return
        self._written_at = now
        try:
            with store().pipeline(transaction=False) as pipe:
                pipe.hset(_key(self._job_id), mapping={"done": done, "total": total, "message": message})
                pipe.expire(_key(self._job_id), KEPT_SECONDS)
                pipe.hget(_key(self._job_id), STOP)
                *_, stop = pipe.execute()
        except redis.RedisError:
            return  # progress is a courtesy
        if stop is not None and int(stop) >= self._attempt:
            raise StoppedError

    def clear(self) -> None:
        """What was reported, if anything was."""
        if self._written_at == float("-inf"):
            return
        try:
            store().delete(_key(self._job_id))
        except redis.RedisError:
            return


def ask_to_stop(attempts: Mapping[int, int]) -> None:
    """{job id: attempt}: its handler gives up when it next reports, one of a later attempt does not.

    Who never reports ends in vain, for the row is not its own any more.
    """
    if not attempts:
        return
    try:
        with store().pipeline(transaction=False) as pipe:
            for job_id, attempt in attempts.items():
                pipe.hset(_key(job_id), STOP, attempt)
                pipe.expire(_key(job_id), KEPT_SECONDS)
            pipe.execute()
    except redis.RedisError:
        return


def read_progress(job_ids: Iterable[int]) -> dict[int, Advance]:
    """{job id: how far}, only of jobs that have reported; empty while Redis is away."""
    ids = list(job_ids)
    if not ids:
        return {}
    try:
        with store().pipeline(transaction=False) as pipe:
            for job_id in ids:
                pipe.hgetall(_key(job_id))
            answers = cast("list[dict[str, str]]", pipe.execute())
    except redis.RedisError:
        return {}
    return {
        job_id: Advance(int(answer["done"]), int(answer["total"]), answer.get("message", ""))
        for job_id, answer in zip(ids, answers, strict=True)
        if answer.get("total")
    }
