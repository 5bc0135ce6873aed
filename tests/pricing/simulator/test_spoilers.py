"""What each fault does to an answer. What clients make of each is tested with the clients."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pricing.simulator.faults import FORMS, Fault, Kind
from pricing.simulator.reply import Ending, Reply
from pricing.simulator.spoilers import CONSENTED, FAULTS, kinds_of, spoil
from pricing.simulator.wire import Request, answer
from pricing.simulator.world import World

WORLD = World(datetime(2026, 11, 20, 15, 30, tzinfo=UTC))
API = "query1.finance.yahoo.com"
GUIDE = Path(__file__).resolve().parents[3] / "docs" / "simulator.md"
TRUSTED = {"crumb": WORLD.crumb("d=1")}
ANSWERS = {
    Kind.COOKIE: Request("fc.yahoo.com", "/", {}, ""),
    Kind.CRUMB: Request(API, "/v1/test/getcrumb", {}, "d=1"),
    Kind.CONSENT: Request("guce.yahoo.com", "/consent", {}, ""),
    Kind.QUOTE: Request(API, "/v7/finance/quote", {"symbols": "AAPL,KO", **TRUSTED}, "d=1"),
    Kind.CHART: Request(API, "/v8/finance/chart/AAPL", {"range": "1y", "events": "div,splits"}, ""),
    Kind.SEARCH: Request(API, "/v1/finance/search", {"q": "apple"}, ""),
    Kind.PROFILE: Request(API, "/v10/finance/quoteSummary/AAPL", {"modules": "assetProfile", **TRUSTED}, "d=1"),
    Kind.DAILY: Request("stooq.com", "/q/d/l/", {"s": "aapl.us", "i": "d", "d1": "20261101"}, ""),
    Kind.LATEST: Request("stooq.com", "/q/l/", {"s": "aapl.us ko.us", "f": "sd2t2ohlcv", "h": ""}, ""),
    Kind.OTHER: Request(API, "/v6", {}, ""),
}


def sent(reply: Reply) -> tuple[int, bytes, dict[str, str], Ending, str]:
    return reply.status, reply.payload(), reply.headers, reply.ending, reply.content_type


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, one in FAULTS.items() for kind in sorted(one.kinds)])
def test_every_fault_spoils_every_kind_it_says_it_can(name: str, kind: Kind) -> None:
    whole = answer(ANSWERS[kind], WORLD)

    spoiled = spoil(Fault(name, retry_after=7), answer(ANSWERS[kind], WORLD))

    assert sent(spoiled) != sent(whole), f"{name} changes nothing"


@pytest.mark.parametrize("name", [name for name, one in FAULTS.items() if Kind.QUOTE in one.kinds])
def test_no_fault_breaks_the_simulator_where_there_is_nothing_to_spoil(name: str) -> None:
    nobody = Request(API, "/v7/finance/quote", {"symbols": "NOSUCH", **TRUSTED}, "d=1")

    assert spoil(Fault(name, symbol="NOSUCH"), answer(nobody, WORLD)).status


def test_a_fault_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no fault named 'eror'; there are throttle, error"):
        kinds_of(Fault("eror"))


def test_a_fault_that_would_do_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="null_close does nothing to quote; it spoils chart"):
        kinds_of(Fault("null_close", kind="quote"))
    assert Kind.CONSENT not in CONSENTED  # or the client would go round in circles


def test_a_429_has_three_forms() -> None:
    api, edge, empty = (spoil(Fault("throttle", form=form), Reply.of({})) for form in FORMS)

    assert {reply.status for reply in (api, edge, empty)} == {429}
    assert api.payload() == b"Too Many Requests\r\n"
    assert ("html" in edge.content_type, b"Edge: Too Many Requests" in edge.payload()) == (True, True)
    assert empty.payload() == b""


@pytest.mark.parametrize("form", FORMS)
def test_a_429_says_how_long_to_wait_when_told_to(form: str) -> None:
    assert spoil(Fault("throttle", retry_after=7, form=form), Reply.of({})).headers == {"Retry-After": "7"}
    assert spoil(Fault("throttle", form=form), Reply.of({})).headers == {}


@pytest.mark.parametrize(("name", "kind"), [("error", "json"), ("error_page", "html")])
def test_a_failure_has_the_status_asked_for(name: str, kind: str) -> None:
    reply = spoil(Fault(name, status=503), Reply.of({}))

    assert (reply.status, kind in reply.content_type) == (503, True)


def test_no_cookie_is_a_success_without_one() -> None:
    reply = spoil(Fault("no_cookie"), answer(ANSWERS[Kind.COOKIE], WORLD))

    assert (reply.status, "Set-Cookie" in reply.headers) == (200, False)


def test_the_guide_names_every_fault_and_no_other() -> None:
    lines = GUIDE.read_text().split("## Faults")[1].split("\n## ")[0].splitlines()

    named = [line.split("`")[1] for line in lines if line.startswith("| `")]

    assert sorted(named) == sorted(FAULTS)
