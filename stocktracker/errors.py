"""Errors nobody caught, reported to a Sentry-like service if one is named; nothing of what people own goes along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint


def report_errors() -> None:
    """Called once by each process; without SENTRY_DSN the library is not even loaded."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=f"mystocktracker@{settings.VERSION}",
        send_default_pii=False,
        include_local_variables=False,  # amounts and names are nobody's business
        max_request_body_size="never",
        max_breadcrumbs=0,  # lines of the log name what is held
        before_send=bare,
        traces_sample_rate=0.0,
    )


def bare(event: Event, _hint: Hint) -> Event:
    """Without what was searched for, and without the values PostgreSQL names of a row it refused."""
    event.get("request", {}).pop("query_string", None)
    for one in event.get("exception", {}).get("values", []):
        one["value"] = str(one.get("value")).partition("\nDETAIL:")[0]
    return event
