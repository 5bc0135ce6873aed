"""How many jobs of a queue may run at once in the whole deployment: advisory locks, taken like seats.

What waits for a source of prices must not hold every worker while somebody waits for a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from zlib import crc32

from django.conf import settings
from django.db import DatabaseError, connection

SLOT_SPACE = 7071  # first half of the advisory lock's key
MOST = 1000  # slots of a queue

TAKE = """
SELECT %s + n FROM generate_series(1, %s) n WHERE pg_try_advisory_lock(%s, %s + n) LIMIT 1
"""


@contextmanager
def slot(queue: str) -> Iterator[bool]:
    """Whether one was free; it is ours until the block ends, or our process does. True for queues without a limit."""
    limit = settings.RUNNING_AT_ONCE.get(queue)
    if limit is None:
        yield True
        return
    taken = _take(queue, limit)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            _give_back(taken)


def is_limited(queue: str) -> bool:
    return queue in settings.RUNNING_AT_ONCE


def _take(queue: str, limit: int) -> int | None:
    first = crc32(queue.encode()) % 1_000_000 * MOST
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [first, min(limit, MOST), SLOT_SPACE, first])
        row = cursor.fetchone()
    return row[0] if row else None


def _give_back(number: int) -> None:
    with suppress(DatabaseError), connection.cursor() as cursor:  # a lost connection has given it back already
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SLOT_SPACE, number])
