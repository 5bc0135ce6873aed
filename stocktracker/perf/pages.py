"""Row 7: pages and data of a signed-in reader from the real server over loopback, against its emptiest answer."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone

from portfolios.models import Portfolio
from pricing.models import Quote

from .rebuild import Filled, rebuild
from .result import MILLISECONDS
from .scenario import Size
from .timing import Aim, Measurement

SIZES = (Size(12, 120, 10), Size(500, 2_000, 10))
CLIENTS, REQUESTS = 8, 40  # at once, and of each
STARTED_WITHIN = 30.0  # seconds
PAGES = ("", "holdings/", "performance/", "allocation/", "income/", "activity/")
NAMES = ("dashboard", "holdings", "performance", "allocation", "income", "activity")


class Reader:
    """A browser's connection that is kept open, with the cookie of a session."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.headers = port, {"Cookie": cookie, "Accept-Encoding": "gzip"}
        self._line = http.client.HTTPConnection("127.0.0.1", port)

    def get(self, path: str) -> int:
        """Bytes of the body. Raises RuntimeError where it is no page."""
        try:
            answer = self._asked(path)
        except http.client.RemoteDisconnected:  # it was idle for too long
            self._line.close()
            answer = self._asked(path)
        body = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path}: {answer.status}")
        return len(body)

    def _asked(self, path: str) -> http.client.HTTPResponse:
        self._line.request("GET", path, headers=self.headers)
        return self._line.getresponse()


def address_of(own: Mapping[str, Any]) -> str:
    """A connection's settings as DATABASE_URL says them."""
    login = quote(own["USER"], safe="") + (f":{quote(own['PASSWORD'], safe='')}" if own["PASSWORD"] else "")
    port = f":{own['PORT']}" if own["PORT"] else ""
    return f"postgres://{login}@{quote(own['HOST'], safe='')}{port}/{own['NAME']}"


@contextmanager
def server() -> Iterator[int]:
    """The port of a web server on the database of this row."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "2", "--blocking-threads", "4", "stocktracker.wsgi:application",
    ]  # fmt: skip
    told = {"DATABASE_URL": address_of(connection.settings_dict), "DEBUG": ""}
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | told, stderr=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)  # fmt: skip
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while True:
        try:
            Reader(port, "").get("/healthz")
        except (OSError, http.client.HTTPException):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)  # a server of another process gives no sign before it answers
        else:
            return


def signed_in(portfolio: Portfolio) -> str:
    """The cookie of a session of its owner."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(portfolio.owner_id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = portfolio.owner.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def lived(size: Size) -> Portfolio:
    """A portfolio with figures, a chart and quotes of now."""
    (portfolio,) = Filled.of(size).portfolios
    rebuild(portfolio)
    now = timezone.now()
    Quote.objects.bulk_create(
        Quote(instrument_id=one.instrument_id, price=one.last_price, previous_close=one.last_price * Decimal("0.99"),
              at=now, fetched_at=now)
        for one in portfolio.holdings.all()
    )  # fmt: skip
    return portfolio


def crowd(port: int, cookie: str, path: str) -> list[float]:
    """Milliseconds of every request while CLIENTS ask at once, in order of size."""

    def one_after_the_other(_number: int) -> list[float]:
        reader = Reader(port, cookie)
        return [_timed(reader, path) for _ in range(REQUESTS)]

    with ThreadPoolExecutor(CLIENTS) as clients:
        return sorted(taken for own in clients.map(one_after_the_other, range(CLIENTS)) for taken in own)


def _timed(reader: Reader, path: str) -> float:
    start = time.perf_counter()
    reader.get(path)
    return (time.perf_counter() - start) * MILLISECONDS


def measurements(sizes: tuple[Size, ...] = SIZES) -> Iterator[Measurement]:
    for size in sizes:
        portfolio = lived(size)
        cookie = signed_in(portfolio)
        with server() as port:
            reader = Reader(port, cookie)
            of = f"{portfolio.holdings.count()} holdings"
            yield _one(reader, f"chart data, {of}", f"/api/dashboard-chart-data/{portfolio.pk}", Aim(limit=2.3))
            for page, name in zip(PAGES, NAMES, strict=True):
                aim = Aim(milliseconds=5.0) if page == "" else Aim()
                yield _one(reader, f"{name}, {of}", f"/portfolios/{portfolio.pk}/{page}", aim)


def _one(reader: Reader, name: str, path: str, aim: Aim) -> Measurement:
    def note() -> str:
        times = crowd(reader.port, reader.headers["Cookie"], path)
        slow = times[int(len(times) * 0.99)]
        kilobytes = reader.get(path) / 1000
        return f"{CLIENTS} clients: p50 {statistics.median(times):.1f}, p99 {slow:.1f} ms; {kilobytes:.1f} kB"

    return Measurement(
        row="7", name=name, work=lambda: reader.get(path), aim=aim, limit=lambda: reader.get("/healthz"), turns=60,
        note=note,
    )  # fmt: skip
