"""All checks in the order in which one mends: what can be read off the settings first, then what they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from smtplib import SMTPException

import redis
from django.conf import settings
from django.db import Error

from stocktracker.environment import whole

from . import broker, database, web
from .alarms import Told, alarms
from .findings import Finding, error, ok
from .looking import look_at_broker, look_at_database, look_at_mail, memory_mb
from .names import names
from .processes import Sizes, concurrency, memory, ports, web_sizes
from .upstream import Pace, certificates, pace


def everything(environ: Mapping[str, str], *, mail_to: str = "") -> Iterator[Finding]:
    https = bool(getattr(settings, "SECURE_SSL_REDIRECT", False))
    sizes = Sizes(whole("WEB_CONCURRENCY", 2), whole("WEB_THREADS", 4), whole("WORKER_CONCURRENCY", 3))
    yield from names(environ)
    yield web.secret_key(settings.SECRET_KEY)
    yield web.debug(on=settings.DEBUG)
    yield web.hosts(settings.ALLOWED_HOSTS, https=https)
    yield web.origins(settings.CSRF_TRUSTED_ORIGINS, settings.ALLOWED_HOSTS, https=https)
    yield web.encryption(settings.ALLOWED_HOSTS, https=https)
    yield from pace(_pace(sizes.worker))
    if (found := certificates(settings.YAHOO_CA_BUNDLE)) is not None:
        yield found
    yield from alarms(_told())
    yield ports({"PORT": whole("PORT", 8000), "EMAIL_PORT": settings.EMAIL_PORT})
    yield web_sizes(sizes)
    yield concurrency(sizes.worker)
    yield memory(sizes, memory_mb())
    yield from _database(sizes)
    yield from _broker()
    yield _mail(mail_to)


def _pace(worker: int) -> Pace:
    return Pace(
        market=settings.MARKET, timeout=settings.UPSTREAM_TIMEOUT, per_second=settings.UPSTREAM_PER_SECOND,
        burst=settings.UPSTREAM_BURST, per_hour=settings.UPSTREAM_PER_HOUR, per_day=settings.UPSTREAM_PER_DAY,
        at_once=settings.RUNNING_AT_ONCE["prices"], worker=worker,
    )  # fmt: skip


def _told() -> Told:
    return Told(
        token=settings.METRICS_TOKEN, webhook=settings.ALARM_WEBHOOK, addresses=settings.ALARM_EMAILS,
        mail_server=settings.EMAIL_HOST, limits=settings.ALARM_LIMITS,
        slow={name: getattr(settings, name) for name in ("SLOW_REQUEST_SECONDS", "SLOW_STATEMENT_SECONDS")},
    )  # fmt: skip


def _database(sizes: Sizes) -> list[Finding]:
    try:
        seen = look_at_database()
    except Error as problem:
        return [database.unreachable(str(problem))]
    return database.database(seen, settings.MARKET, sizes)


def _broker() -> list[Finding]:
    try:
        seen = look_at_broker()
    except (redis.RedisError, UnicodeError) as problem:  # or its host's name cannot be one
        return [broker.unreachable(str(problem))]
    return broker.broker(seen)


def _mail(address: str) -> Finding:
    if "@" not in parseaddr(settings.DEFAULT_FROM_EMAIL)[1] or "\n" in settings.DEFAULT_FROM_EMAIL:
        return error("EMAIL_FROM", "it is no address: write MyStockTracker <alerts@example.org>.")
    if not settings.EMAIL_HOST:
        if address:
            return error("EMAIL_HOST", "it names no server, so nothing can be sent.")
        return ok("EMAIL_HOST", "no server: alerts are shown, and not mailed.")
    try:
        look_at_mail(address)
    except (OSError, SMTPException, ValueError, OverflowError) as problem:  # or a name or a port that cannot be one
        return error("EMAIL_HOST", f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not take our mail: {problem}.")
    return ok("EMAIL_HOST", f"a test mail was sent to {address}." if address else f"{settings.EMAIL_HOST} lets us in.")
