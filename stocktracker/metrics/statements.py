"""Every SQL statement is counted and timed; those that take long are kept with their text, without its values."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from hashlib import blake2s
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from redis import RedisError

from stocktracker.redis import store

from .recording import HOURS_KEPT, timed
from .series import SLOW
from .tally import current

TEXTS = "metrics:statements"  # {digest: text} in Redis
LONGEST_TEXT = 2_000  # characters
LISTS = re.compile(r"\((?:\s*%s\s*,?)+\)(?:\s*,\s*\((?:\s*%s\s*,?)+\))*")  # as many values as there happen to be

LITERALS = re.compile(r"'(?:[^']|'')*'|(?<![\w$.\"])\d+(?:\.\d+)?(?![\w\"])")  # also those of LIMIT and OFFSET
SAVEPOINTS = re.compile(r'"s\d+_x\d+"')  # Django gives each a name of its own

TOLD_AGAIN = HOURS_KEPT / 2  # seconds; Redis forgets

_told: dict[str, float] = {}  # when this process told Redis the text of a digest


def watch(connection: BaseDatabaseWrapper, **_signal: object) -> None:
    """Of each connection, once: a receiver of connection_created."""
    if measured not in connection.execute_wrappers:
        connection.execute_wrappers.append(measured)


def measured(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Django's execute wrapper."""
    start = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        seconds = time.perf_counter() - start
        tally = current()
        tally.statements += 1
        tally.database_seconds += seconds
        if seconds >= settings.SLOW_STATEMENT_SECONDS:
            _note(str(sql), seconds)


def without_values(sql: str) -> str:
    """Also without those that are written in it; the same for as many as there happen to be, in one line."""
    text = LITERALS.sub("…", LISTS.sub("(…)", SAVEPOINTS.sub('"…"', sql)))
    return " ".join(text.split())


def _note(sql: str, seconds: float) -> None:
    text = without_values(sql)[:LONGEST_TEXT]
    digest = blake2s(text.encode(), digest_size=8).hexdigest()
    timed(seconds, SLOW, digest)
    now = time.monotonic()
    if now - _told.get(digest, -TOLD_AGAIN) < TOLD_AGAIN:
        return
    try:
        with store().pipeline(transaction=False) as pipe:
            pipe.hset(TEXTS, digest, text)
            pipe.expire(TEXTS, HOURS_KEPT)
            pipe.execute()
    except RedisError:
        return  # the next time it is slow
    _told[digest] = now
