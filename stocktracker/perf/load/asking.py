"""Row «ask»: backtests asked for over loopback from the real server, by a real worker: again, new, and cold."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from portfolios.models import Portfolio
from stocktracker.embedded.folder import Folder
from stocktracker.jobs.heartbeats import read_signs
from stocktracker.perf.pages import signed_in, wait_for
from stocktracker.perf.result import MILLISECONDS, Result

from .plan import Plan
from .readers import TOKEN
from .row import empty_view
from .stage import PROCESSES, StageError, started

NEW, AGAIN, COLD = 100, 300, 5  # requests of each kind
LOOK_AGAIN_SECONDS = 0.002
GIVEN_UP_SECONDS = 60.0
STARTED_SECONDS = 60.0
ADDRESS = "/api/backtests"


@dataclass(slots=True)
class Asker:
    """One connection that is kept open, with a session of its own."""

    line: http.client.HTTPConnection
    cookie: str

    def ask(self, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return self._answer("POST", ADDRESS, json.dumps(data))

    def until_there(self, data: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        """(milliseconds, the result), however it comes. Raises StageError."""
        start = time.perf_counter()
        status, answer = self.ask(data)
        while status == http.HTTPStatus.ACCEPTED:
            if time.perf_counter() - start > GIVEN_UP_SECONDS:
                raise StageError(f"A backtest did not come within {GIVEN_UP_SECONDS:g} s: {answer}")
            time.sleep(LOOK_AGAIN_SECONDS)  # as a program would; a page asks less often
            status, answer = self._answer("GET", f"{ADDRESS}/{answer['key']}")
        if status != http.HTTPStatus.OK:
            raise StageError(f"A backtest came to nothing: {status}, {answer}")
        return (time.perf_counter() - start) * MILLISECONDS, answer

    def _answer(self, method: str, address: str, body: str | None = None) -> tuple[int, dict[str, Any]]:
        told = {"Cookie": self.cookie, "X-CSRFToken": TOKEN, "Content-Type": "application/json"}
        self.line.request(method, address, body, told)
        answer = self.line.getresponse()
        return answer.status, json.loads(answer.read())


def results(folder: Folder, _plan: Plan) -> Iterator[Result]:
    with started(folder) as (stack, _market):
        user = User.objects.create(username="asker")
        session = signed_in(Portfolio.objects.create(owner=user, name="Empty"))
        stack.start(*PROCESSES)
        wait_for(stack.address.port)
        stack.until(lambda: read_signs().alive(timezone.now()), STARTED_SECONDS)
        line = http.client.HTTPConnection("127.0.0.1", stack.address.port)
        asker = Asker(line, f"{session}; csrftoken={TOKEN}")
        yield from measured(asker, empty_view(stack.address.port))


def crossover(symbol: str, fast: int) -> dict[str, Any]:
    """Ten years, compared with holding the same."""
    strategy = {"kind": "crossover", "symbol": symbol, "fast": fast, "slow": 200}
    return {"strategy": strategy, "start": "2015-01-02", "end": "2024-12-31", "benchmark": symbol}


def measured(asker: Asker, empty: float, new: int = NEW, again: int = AGAIN, cold: int = COLD) -> Iterator[Result]:
    """`empty`: milliseconds of the server's emptiest view."""
    fetched = [asker.until_there(crossover(f"COLD{number}", 50)) for number in range(cold)]
    for _ in range(2):  # each worker process reads the prices once
        for fast in range(5):
            asker.until_there(crossover("COLD0", 190 + fast))
    fresh = [asker.until_there(crossover("COLD0", 5 + number)) for number in range(new)]
    known = [asker.until_there(crossover("COLD0", 5 + number % new)) for number in range(again)]
    computing = sorted(sum(answer["timings"].values()) for _, answer in fresh)
    yield _told("asked before, 10 years", [taken for taken, _ in known], empty, 10.0, "")
    note = f"computing p50 {computing[len(computing) // 2]:.1f}, p95 {_p95(computing):.1f} ms"
    yield _told("new, prices in memory, 10 years", [taken for taken, _ in fresh], empty, 25.0, note)
    yield _told("new symbol, history fetched first", [taken for taken, _ in fetched], empty, None, "")


def _p95(values: list[float]) -> float:
    return sorted(values)[min(int(len(values) * 0.95), len(values) - 1)]


def _told(name: str, times: list[float], empty: float, aim: float | None, note: str) -> Result:
    """The limit is the emptiest view; the aim is of p95."""
    in_order, p95 = sorted(times), _p95(times)
    parts = [f"p95 {p95:.1f}, p99 {in_order[min(int(len(times) * 0.99), len(times) - 1)]:.1f} ms of {len(times)}", note]
    return Result(
        row="ask",
        name=name,
        median_ms=in_order[len(in_order) // 2],
        peers={},
        limit_ratio=in_order[len(in_order) // 2] / empty,
        aim=f"p95 ≤ {aim:g} ms" if aim else "",
        met=aim is None or p95 <= aim,
        note="; ".join(filter(None, parts)),
    )
