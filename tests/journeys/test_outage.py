"""Three processes and one source: an outage costs a handful of requests, and a limit is kept to without a refusal."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from pricing.models import Breaker, BreakerTransition
from pricing.simulator.control import Market
from pricing.upstream.client import PRIMARY, Family
from tests.processes import ROOT, environment

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PROCESSES = 3
ASKING = """
import collections, json, sys, time
import django
django.setup()
from pricing import gateway
from pricing.upstream.client import UpstreamError
until, most = float(sys.argv[1]), int(sys.argv[2])
seen = collections.Counter()
while time.time() < until and sum(seen.values()) < most:
    try:
        list(gateway.quotes(["AAPL"]))
        seen["answered"] += 1
    except gateway.RefusedError:
        seen["refused"] += 1
        time.sleep(0.05)
    except UpstreamError as error:
        seen[type(error).__name__] += 1
print(json.dumps(seen))
"""


def asking(market: Market, until: float, most: int, **limits: str) -> list[subprocess.Popen[str]]:
    """Processes that ask as fast as they are let, until a moment or so many times."""
    told = {
        "DJANGO_SETTINGS_MODULE": "stocktracker.settings",
        "MARKET": "simulated",
        "YAHOO_PROXY": market.proxy,
        "YAHOO_CA_BUNDLE": str(market.ca_bundle),
        "UPSTREAM_TIMEOUT": "2",
        **limits,
    }
    command = [sys.executable, "-W", "ignore", "-c", ASKING, str(until), str(most)]
    return [
        subprocess.Popen(command, cwd=ROOT, env=environment(**told), stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]


def outcomes(children: list[subprocess.Popen[str]]) -> Counter[str]:
    """Of all of them; each ends with one line that says what it saw."""
    seen: Counter[str] = Counter()
    for child in children:
        said, _ = child.communicate(timeout=90)
        assert child.returncode == 0
        seen.update(json.loads(said.strip().splitlines()[-1]))
    return seen


def moment(record: dict[str, object]) -> datetime:
    return datetime.fromisoformat(str(record["at"]))


def test_an_outage_of_eight_seconds_costs_three_processes_ten_requests_at_most(market: Market) -> None:
    # five minutes in life; doubling as there
    Breaker.objects.create(source=PRIMARY, family=Family.QUOTE, open_seconds=1.0)
    children = asking(market, time.time() + 22, 10**9, UPSTREAM_PER_SECOND="1000", UPSTREAM_BURST="1000")
    deadline = time.monotonic() + 30
    while len(market.requests("quote")) < 2 * PROCESSES:  # all of them have begun
        assert time.monotonic() < deadline
        time.sleep(0.02)
    market.fail(500)
    began = market.now()
    ended = threading.Timer(8.0, market.clear)
    ended.start()

    seen = outcomes(children)

    during = [row for row in market.requests("quote") if began <= moment(row) < began + timedelta(seconds=8)]
    failed = [row for row in during if row["status"] == 500]
    probes = BreakerTransition.objects.filter(after="half_open").order_by("at")
    assert len(failed) <= 10
    assert seen["Unavailable"] == len([row for row in market.requests("quote") if row["status"] == 500])
    assert seen["refused"] > 100
    assert probes.count() == BreakerTransition.objects.exclude(before="half_open").filter(before="open").count()
    assert Breaker.objects.get(family="quote").state == "closed"
    last = BreakerTransition.objects.first()
    assert last is not None
    assert (last.before, last.after) == ("half_open", "closed")
    answered = [row for row in market.requests("quote") if row["status"] == 200 and moment(row) > began]
    assert answered
    assert last.at < timezone.now()
    print(f"outage of 8 s: {len(failed)} requests failed, {probes.count()} probes one at a time, {dict(seen)}")


@pytest.mark.parametrize(("per_second", "window", "calls"), [(2.4, 3.0, 24)])
def test_paced_processes_are_never_refused_by_a_source_that_limits(
    market: Market, per_second: float, window: float, calls: int
) -> None:
    paced = math.ceil(per_second * window) + 1  # the bucket of one, and what flows into it
    late = PROCESSES  # a busy machine may send what each had reserved long ago just now
    handshake = 2  # cookie and crumb, once for all of them
    market.limit(paced + late + handshake, window)
    rate = {"UPSTREAM_PER_SECOND": str(per_second), "UPSTREAM_BURST": "1"}

    seen = outcomes(asking(market, time.time() + 60, calls // PROCESSES, **rate))

    assert seen == {"answered": calls}
    assert {row["status"] for row in market.requests("quote")} == {200}
    print(f"{calls} calls by {PROCESSES} processes at {per_second:g} a second: {dict(seen)}")
