"""Which portfolios people look at, remembered in Redis for a while: their prices are fetched before all others."""

from __future__ import annotations

from datetime import datetime, timedelta

from redis import RedisError

from stocktracker.redis import store

KEY = "portfolios:viewed"
NOW = timedelta(minutes=15)  # who looked within this is still looking
KEPT = timedelta(days=14)  # lately


def looked_at(portfolio_id: int, now: datetime) -> None:
    """Best effort: a page does not wait for Redis to be well."""
    try:
        with store().pipeline(transaction=False) as pipe:
            pipe.zadd(KEY, {str(portfolio_id): now.timestamp()})
            pipe.zremrangebyscore(KEY, "-inf", (now - KEPT).timestamp())
            pipe.execute()
    except RedisError:
        return


def viewed_since(moment: datetime) -> list[int]:
    """Ids of portfolios, the one looked at last first; nobody while Redis is away."""
    try:
        return [int(str(pk)) for pk in store().zrevrangebyscore(KEY, "+inf", moment.timestamp())]
    except RedisError:
        return []
