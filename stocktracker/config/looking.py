"""Goes and looks at PostgreSQL, Redis, the mail server and the memory there is; tells what was seen, judges nothing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.utils import ProgrammingError

from celeryconfig import QUEUES
from pricing.models import Source
from stocktracker.redis import tls

from .broker import Broker
from .database import Database

PROBE = 7073  # an advisory lock nobody else uses
PATIENCE = 3.0  # seconds
MOST_KEYS = 2_000  # looked at
OURS = ("_kombu", "unacked", "job:", "prices:", "handshake:", "portfolios:", "workers", "beat:", "sweep:", "plan:",
        "metrics:", "alarms:", "celery", "monitoring:", *QUEUES)  # fmt: skip
MEGABYTE = 1024 * 1024
MEMORY_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
NO_LIMIT = 1 << 40  # bytes: what old kernels say where there is none
LIMIT = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
       coalesce((SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user), 1000000),
       (SELECT count(*) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND usename IS DISTINCT FROM current_user)
"""


def look_at_database() -> Database:
    """Raises django.db.Error."""
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, extract(epoch FROM clock_timestamp())")
        version, theirs = cursor.fetchone()
        ours = (before + time.time()) / 2
        cursor.execute(LIMIT)
        limit, own_limit, taken = cursor.fetchone()
    return Database(
        version=version, pooled=_shares_a_session(), pending=_pending(), market=_market(), limit=min(limit, own_limit),
        taken=taken, ahead=float(theirs) - ours,
    )  # fmt: skip


def _shares_a_session() -> bool:
    """Whether a lock that one connection holds is given to another one: then a pooler hands one session to both."""
    other = connections.create_connection("default")
    try:
        with connection.cursor() as mine, other.cursor() as theirs:
            mine.execute("SELECT pg_try_advisory_lock(%s)", [PROBE])
            theirs.execute("SELECT pg_try_advisory_lock(%s)", [PROBE])
            shared: bool = theirs.fetchone()[0]
            mine.execute("SELECT pg_advisory_unlock_all()")
        return shared
    finally:
        other.close()


def _pending() -> list[str]:
    loader = MigrationLoader(connection)
    return sorted(f"{app}.{name}" for app, name in set(loader.disk_migrations) - set(loader.applied_migrations))


def _market() -> str | None:
    try:
        return Source.objects.values_list("market", flat=True).first()
    except ProgrammingError:  # there is no such table yet
        return None


def look_at_broker() -> Broker:
    """With more patience than a page has. Raises redis.RedisError."""
    client = redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, decode_responses=True,
        **tls(settings.REDIS_URL, verify=settings.REDIS_TLS_VERIFY),
    )  # fmt: skip
    told: Any = client.info()
    limit = told.get("maxmemory")
    return Broker(
        version=str(told.get("redis_version", "")),
        policy=told.get("maxmemory_policy"),
        persistent=_persists(client, told),
        limit_mb=None if limit is None else limit / MEGABYTE,
        strange=_strange(client),
    )


def _persists(client: Any, told: Any) -> bool | None:
    if told.get("aof_enabled"):
        return True
    try:
        return bool(client.config_get("save").get("save"))
    except redis.RedisError:  # platforms forbid CONFIG
        return None


def _strange(client: Any) -> list[str]:
    found = []
    for seen, key in enumerate(client.scan_iter(count=500)):
        if not key.startswith(OURS):
            found.append(key)
        if seen > MOST_KEYS:
            break
    return sorted(found)


def look_at_mail(address: str) -> None:
    """Signs in at the mail server; sends a mail if there is somebody to send it to. Raises OSError, SMTPException."""
    with get_connection(timeout=PATIENCE) as mail:
        if address:
            text = "This deployment of MyStockTracker can send mail: alerts will arrive like this."
            EmailMessage(
                "A test of MyStockTracker", text, settings.DEFAULT_FROM_EMAIL, [address], connection=mail
            ).send()


def memory_mb() -> int | None:
    """Of this container, or of the machine."""
    for path in MEMORY_LIMITS:
        try:
            told = Path(path).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if told.isdecimal() and int(told) < NO_LIMIT:
            return int(told) // MEGABYTE
    try:
        total = Path("/proc/meminfo").read_text(encoding="ascii").partition("MemTotal:")[2].split()[0]
    except (OSError, IndexError):
        return None
    return int(total) // 1024
