"""Readers who ask for one page after the other, in a process of their own that knows nothing of Django.

`python -m stocktracker.perf.load.readers` reads one JSON object (`Errand`), asks for as long as it says, and prints
one: {"asked": {kind: [[milliseconds …], {what went wrong: how often}]}, "processor": seconds it took itself}.
"""

from __future__ import annotations

import http.client
import json
import random
import resource
import sys
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from .plan import BOOKING, CHART, MIX

PATIENCE = 30.0  # seconds until a reader gives up
TOKEN = "p" * 32  # of the CSRF cookie and form alike
DEPOSIT = urlencode({"kind": "deposit", "date": "2024-06-03", "amount": "5", "csrfmiddlewaretoken": TOKEN})
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GOOD = frozenset({http.HTTPStatus.OK, http.HTTPStatus.NOT_MODIFIED})
BOOKED = frozenset({http.HTTPStatus.FOUND})
OWN = {BOOKING: "transactions/new/", "dashboard": ""}  # others are called after their pages


@dataclass(frozen=True, slots=True)
class Errand:
    host: str
    port: int
    seconds: float
    warming: float  # seconds before anything is counted
    seed: int
    pause: float  # seconds a reader looks at a page, on average
    readers: list[tuple[str, int]]  # the cookie of each, and the portfolio it looks at


def address(kind: str, portfolio: int) -> str:
    if kind == CHART:
        return f"/api/dashboard-chart-data/{portfolio}"
    return f"/portfolios/{portfolio}/{OWN.get(kind, f'{kind}/')}"


@dataclass(slots=True)
class Reader:
    """One connection that is kept open."""

    errand: Errand
    cookie: str
    portfolio: int
    chance: random.Random
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    tag: str = ""  # of the chart this reader has

    def run(self) -> None:
        line = http.client.HTTPConnection(self.errand.host, self.errand.port, timeout=PATIENCE)
        began = time.monotonic()
        counted, ends = began + self.errand.warming, began + self.errand.warming + self.errand.seconds
        kinds, weights = list(MIX), list(MIX.values())
        self._look(self.chance.random())  # nobody comes at the same moment as all others
        while time.monotonic() < ends:
            (kind,) = self.chance.choices(kinds, weights)
            start = time.perf_counter()
            why = self._asked(line, kind)
            taken = (time.perf_counter() - start) * 1000
            if time.monotonic() >= counted:
                self._note(kind, taken, why)
            self._look(0.5 + self.chance.random())
        line.close()

    def _look(self, share: float) -> None:
        if self.errand.pause:
            threading.Event().wait(self.errand.pause * share)

    def _note(self, kind: str, taken: float, why: str) -> None:
        if why:
            self.wrong[kind][why] += 1
        else:
            self.times[kind].append(taken)

    def _asked(self, line: http.client.HTTPConnection, kind: str) -> str:
        """Empty where the answer was the right one, else the status or the name of the error."""
        headers = {"Cookie": self.cookie, "Accept-Encoding": "gzip"}
        if kind == CHART and self.tag:
            headers["If-None-Match"] = self.tag
        try:
            if kind == BOOKING:
                line.request("POST", address(kind, self.portfolio), DEPOSIT, headers | FORM)
            else:
                line.request("GET", address(kind, self.portfolio), headers=headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            line.close()
            return type(error).__name__
        if kind == CHART:
            self.tag = answer.headers.get("ETag", "")
        return "" if answer.status in (BOOKED if kind == BOOKING else GOOD) else str(answer.status)


def ask(errand: Errand) -> dict[str, Any]:
    """Everybody at once; what the process prints."""
    readers = [
        Reader(errand, cookie, portfolio, random.Random(errand.seed * 1000 + number))
        for number, (cookie, portfolio) in enumerate(errand.readers)
    ]
    threads = [threading.Thread(target=reader.run) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"asked": told(readers), "processor": used.ru_utime + used.ru_stime}


def told(readers: list[Reader]) -> dict[str, tuple[list[float], dict[str, int]]]:
    found: dict[str, tuple[list[float], dict[str, int]]] = {}
    for kind in MIX:
        wrong = sum((reader.wrong[kind] for reader in readers), Counter[str]())
        found[kind] = ([round(taken, 3) for reader in readers for taken in reader.times[kind]], dict(wrong))
    return found


if __name__ == "__main__":
    asked = json.loads(sys.stdin.read())
    asked["readers"] = [(cookie, portfolio) for cookie, portfolio in asked["readers"]]
    sys.stdout.write(json.dumps(ask(Errand(**asked))))
