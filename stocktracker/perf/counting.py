"""Row m: what it costs to count a request, as a share of the server's emptiest answer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from stocktracker.logs import identified
from stocktracker.metrics.recording import recorder
from stocktracker.metrics.requests import measured
from stocktracker.metrics.statements import measured as statement

from .pages import Reader, server
from .result import MILLISECONDS, Result

EMPTY = "/healthz"
MOST = 0.02  # of an empty answer
TURNS, REQUESTS, ASKED = 15, 2_000, 300
MICROSECONDS = 1_000_000
View = Callable[[HttpRequest], HttpResponse]


def results() -> Iterator[Result]:
    """Counting and naming in this process, with carrying to Redis; the empty answer over loopback."""
    with server() as port:
        empty = statistics.median(_answered(Reader(port, ""), ASKED))
    cost = added() + carried()
    yield Result(
        row="m",
        name="counting and naming a request",
        median_ms=cost * MILLISECONDS,
        peers={},
        limit_ratio=cost / empty,
        aim=f"≤ {MOST:g} × the limit",
        met=cost <= MOST * empty,
        note=f"an empty answer takes {empty * MILLISECONDS:.2f} ms; {a_statement() * MICROSECONDS:.1f} µs a statement",
    )


def _answered(reader: Reader, count: int) -> list[float]:
    """Seconds of each."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        reader.get(EMPTY)
        times.append(time.perf_counter() - start)
    return times


def added() -> float:
    """Seconds a request takes longer with both middlewares than without."""
    request = RequestFactory().get(EMPTY)
    request.resolver_match = resolve(EMPTY)
    counted = identified(measured(_empty))
    turns = [(_each(partial(counted, request)), _each(partial(_empty, request))) for _ in range(TURNS)]
    return statistics.median(ours - plain for ours, plain in turns)


def _empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n")


def carried() -> float:
    """Seconds of carrying to Redis, for each request of a second that had a hundred."""
    times = []
    for _ in range(TURNS):
        recorder.flush()
        request = RequestFactory().get(EMPTY)
        for _request in range(100):
            measured(_empty)(request)
        start = time.perf_counter()
        recorder.flush()
        times.append((time.perf_counter() - start) / 100)
    return statistics.median(times)


def a_statement() -> float:
    """Seconds the wrapper adds to an SQL statement."""

    def nothing(*_arguments: object) -> None:
        return None

    wrapped = partial(statement, nothing, "SELECT 1", (), False, {})
    plain = partial(nothing, "SELECT 1", (), False, {})
    return statistics.median(_each(wrapped) - _each(plain) for _ in range(TURNS))


def _each(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    for _ in range(REQUESTS):
        work()
    return (time.perf_counter() - start) / REQUESTS
