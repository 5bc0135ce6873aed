"""Every variable the product reads, and those in the environment that look like a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from .findings import Finding, ok, warning

# As described in .env.example; a test holds both, and the code, against each other.
KNOWN = (
    "SECRET_KEY", "DATABASE_URL", "DATABASE_SSL_REQUIRE", "REDIS_URL", "REDIS_TLS_VERIFY", "ALLOWED_HOSTS",
    "HOST", "PORT", "HTTPS", "CSRF_TRUSTED_ORIGINS", "WEB_CONCURRENCY", "WEB_THREADS", "DEBUG",
    "MARKET", "YAHOO_PROXY", "YAHOO_CA_BUNDLE", "UPSTREAM_TIMEOUT", "UPSTREAM_PER_SECOND", "UPSTREAM_BURST",
    "UPSTREAM_PER_HOUR", "UPSTREAM_PER_DAY", "UPSTREAM_AT_ONCE", "POPULAR_SYMBOLS", "TIME_ZONE",
    "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USER", "EMAIL_PASSWORD", "EMAIL_SSL", "EMAIL_PLAIN", "EMAIL_FROM",
    "WORKER_CONCURRENCY", "SLOW_REQUEST_SECONDS", "SLOW_STATEMENT_SECONDS", "METRICS_TOKEN", "METRICS_FROM",
    "SENTRY_DSN", "ALARM_PAGE_SECONDS", "ALARM_UPSTREAM_CALLS", "ALARM_HIT_RATE", "ALARM_ERROR_RATE",
    "ALARM_BREAKER_MINUTES", "ALARM_BUDGET", "ALARM_AFTER_CLOSE_MINUTES", "ALARM_EMAILS", "ALARM_WEBHOOK",
    "LOG_LEVEL", "LOG_FORMAT", "STOCKTRACKER_HOME", "PYTHON", "CHROMIUM",
)  # fmt: skip
ALIKE = 0.86  # of difflib: EMAIL_HOSTS is, PYTHONPATH is not
OTHERS = {"PYTHON3", "HOSTS", "DEBUGINFOD_URLS", "STOCKTRACKER_PROJECT", "STOCKTRACKER_CHAOS"}
OF_OTHERS = ("PG", "POSTGRES_", "HEROKU_", "PYTHON", "DJANGO_")


def names(environ: Iterable[str]) -> list[Finding]:
    """A variable nobody reads is no error, but one that is nearly called like ours is a mistake."""
    meant = {
        name: close[0]
        for name in sorted(set(environ) - set(KNOWN) - OTHERS)
        if not name.startswith(OF_OTHERS) and (close := get_close_matches(name.upper(), KNOWN, n=1, cutoff=ALIKE))
    }
    return [
        warning(name, f"nobody reads it. Is {wanted} meant? See .env.example for every variable there is.")
        for name, wanted in meant.items()
    ] or [ok("environment", "no variable looks misspelt.")]
