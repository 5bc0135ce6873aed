"""The one Redis client: quick to give up, because nothing in Redis is worth a page that hangs."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from functools import cache
from typing import Any, Self, TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

T = TypeVar("T")
PATIENCE_SECONDS = 0.3  # to connect and to answer
AWAY_SECONDS = 2.0  # after a Redis that did not answer nobody waits for it again


class Impatience(Retry):
    """One more try on a connection that has broken; after a silence, failure at once for a while, for all of us."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
        self._clock, self._away_until = clock, float("-inf")

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self  # every connection would get its own, and each thread would wait once

    def update_supported_errors(self, specified_errors: Any) -> None:
        """Of the client's defaults, which would try again after a silence."""

    def call_with_retry(self, do: Callable[[], T], fail: Callable[..., Any], *args: Any, **kwargs: Any) -> T:
        if self._clock() < self._away_until:
            raise redis.TimeoutError("Redis did not answer a moment ago.")
        try:
            return super().call_with_retry(do, fail, *args, **kwargs)
        except redis.TimeoutError:
            self._away_until = self._clock() + AWAY_SECONDS
            raise


def tls(url: str, *, verify: bool) -> dict[str, Any]:
    """How to speak to a rediss:// address; nothing for any other. Unverified, it is private but might be anybody's."""
    if not url.startswith("rediss://"):
        return {}
    return {"ssl_cert_reqs": ssl.CERT_REQUIRED if verify else ssl.CERT_NONE, "ssl_check_hostname": verify}


@cache
def store() -> redis.Redis:
    """Text in, text out; raises redis.RedisError when it is away, after 0.3 s, and for 2 s at once."""
    return redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry=Impatience(),
        decode_responses=True,
        **tls(settings.REDIS_URL, verify=settings.REDIS_TLS_VERIFY),
    )
