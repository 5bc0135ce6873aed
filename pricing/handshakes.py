"""One cookie and crumb for the whole deployment, kept in Redis: however many processes ask, Yahoo hands out one."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from redis import RedisError

from pricing.upstream.handshake import Handshake, InMemory
from stocktracker.redis import store

KEPT_SECONDS = 24 * 3600  # a handshake nobody refuses is good for months; a fresh one a day costs two requests
TURN_SECONDS = 15  # more than cookie and crumb may take together: a process that died in its turn blocks nobody longer
LOOK_EVERY_SECONDS = 0.05

_GIVE_BACK = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end"


class Shared:
    """A `HandshakeStore`. While Redis is away every process shakes hands for itself."""

    def __init__(self, market: str) -> None:
        self._key, self._turn_key = f"handshake:{market}", f"handshake:{market}:turn"
        self._own = InMemory()

    def lookup(self) -> Handshake | None:
        try:
            kept = store().get(self._key)
        except RedisError:
            return self._own.lookup()
        return Handshake(**json.loads(str(kept))) if kept else None

    def store(self, handshake: Handshake | None) -> None:
        self._own.store(handshake)
        with suppress(RedisError):
            if handshake is None:
                store().delete(self._key)
            else:
                kept = json.dumps({"cookie": handshake.cookie, "crumb": handshake.crumb})
                store().set(self._key, kept, ex=KEPT_SECONDS)

    @contextmanager
    def turn(self) -> Iterator[None]:
        mine = secrets.token_hex(8)
        with self._own.turn():
            self._wait(mine)
            try:
                yield
            finally:
                with suppress(RedisError):
                    store().eval(_GIVE_BACK, 1, self._turn_key, mine)

    def _wait(self, mine: str) -> None:
        """Returns when it is ours, or when Redis cannot say."""
        with suppress(RedisError):
            while not store().set(self._turn_key, mine, nx=True, ex=TURN_SECONDS):
                time.sleep(LOOK_EVERY_SECONDS)  # another process is asking Yahoo: what it gets serves us too
