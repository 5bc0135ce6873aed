"""The one Redis client: quick to give up, because nothing in Redis is worth a page that hangs."""

from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry


@cache
def store() -> redis.Redis:
    """Text in, text out; 0.3 s to connect and to answer, one more try. Raises redis.RedisError when it is away."""
    return redis.from_url(
        settings.REDIS_URL,
        socket_timeout=0.3,
        socket_connect_timeout=0.3,
        retry=Retry(NoBackoff(), 1),
        decode_responses=True,
    )
