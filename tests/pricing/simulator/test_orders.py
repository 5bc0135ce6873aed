"""What the simulated market understands of what it is told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pricing.simulator.orders import PREFIX, serve
from pricing.simulator.server import MarketServer
from pricing.simulator.spoilers import FAULTS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MarketServer]:
    made = MarketServer(Path(tmp_path_factory.mktemp("market")))
    yield made
    made.stop()


def tell(server: MarketServer, method: str, path: str, **asked: Any) -> tuple[int, Any]:
    reply = serve(server, method, PREFIX + path, {}, json.dumps(asked).encode() if asked else b"")
    return reply.status, reply.document


def test_it_can_be_asked_what_faults_there_are(server: MarketServer) -> None:
    status, faults = tell(server, "GET", "faults")

    assert (status, set(faults)) == (200, set(FAULTS))
    assert faults["no_cookie"] == {"does": "200 without Set-Cookie", "kinds": ["cookie"]}


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("faults", {"name": "nonsense"}),
        ("faults", {"name": "no_cookie", "kind": "chart"}),
        ("faults", {"name": "error", "probability": 2}),
        ("limit", {"requests": -1}),
        ("limit", {}),
        ("latency", {"seconds": -1}),
        ("latency", {"seconds": 1, "kind": "nonsense"}),
        ("lag", {"hours": "many"}),
        ("split", {"symbol": "NOSUCH", "numerator": 2, "denominator": 1}),
        ("dividend", {"symbol": "NOSUCH", "amount": 1}),
        ("dividend", {"symbol": "KO", "amount": "much"}),
        ("restate", {"symbol": "NOSUCH", "factor": 2, "before": "2026-11-20"}),
        ("restate", {"symbol": "KO", "factor": 2, "before": "today"}),
        ("delist", {"symbol": "NOSUCH"}),
        ("rename", {"old": "NOSUCH", "new": "KO2"}),
        ("rename", {"old": "KO", "new": "ko"}),
        ("rename", {"old": "KO", "new": "not a symbol"}),
        ("clock", {"at": "2026-11-20T12:00:00"}),
        ("nonsense", {"a": 1}),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    server: MarketServer, path: str, asked: dict[str, Any]
) -> None:
    before = (server.actions, server.lag_hours)

    status, document = tell(server, "POST", path, **asked)

    assert (status, bool(document["error"])) == (400, True)
    assert (server.actions, server.lag_hours) == before


def test_it_is_for_control_only(server: MarketServer) -> None:
    assert serve(server, "GET", "/v7/finance/quote", {}, b"").status == 404
    assert serve(server, "POST", PREFIX + "faults", {}, b"{").status == 400
