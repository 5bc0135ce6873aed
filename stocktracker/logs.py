"""Log lines that say which request or job they belong to, for people or as JSON."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("request_id", default="")
job_id: ContextVar[int | None] = ContextVar("job_id", default=None)

GIVEN = re.compile(r"[A-Za-z0-9._:-]{1,64}")  # what a proxy may call a request


class Bound(logging.Filter):
    """Lets everything through, with `request_id`, `job_id` and both in words as `where`."""

    def filter(self, record: logging.LogRecord) -> bool:
        request, job = request_id.get(), job_id.get()
        where = f" [request {request}]" if request else ""
        vars(record).update(request_id=request, job_id=job, where=where if job is None else f" [job {job}]")
        return True


class AsJson(logging.Formatter):
    """One object a line: time (ISO, UTC), level, logger, message; request, job, error where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request_id", "") or None,
            "job": getattr(record, "job_id", None),
            "process": record.process,
            "error": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in told.items() if value is not None}, ensure_ascii=False)


def identified(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the name a proxy gave the request, or one of our own, in its log lines and in its answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        own = given if GIVEN.fullmatch(given) else os.urandom(8).hex()
        token = request_id.set(own)
        try:
            response = get_response(request)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = own
        return response

    return middleware


@contextmanager
def of_job(number: int) -> Iterator[None]:
    token = job_id.set(number)
    try:
        yield
    finally:
        job_id.reset(token)
