from datetime import UTC, date, datetime

import pytest

from pricing.simulator.control import Market
from pricing.upstream.client import (
    AuthRejected,
    BadPayload,
    NoData,
    RateLimited,
    SymbolNotFound,
    Unavailable,
    UpstreamError,
)
from pricing.upstream.stooq import Stooq, spelled
from pricing.upstream.yahoo import Yahoo

EVENING = datetime(2026, 11, 20, 22, tzinfo=UTC)
SINCE = date(2026, 10, 1)


@pytest.fixture
def stooq(market: Market) -> Stooq:
    market.set_time(EVENING)
    return Stooq(proxy=market.proxy, ca_bundle=market.ca_bundle, timeout=0.6)


def test_both_sources_tell_the_same_of_a_market(market: Market, stooq: Stooq) -> None:
    yahoo = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle)

    for symbol in ("AAPL", "VOD.L", "SAP.DE", "7203.T"):
        theirs, ours = stooq.history(symbol, SINCE), yahoo.history(symbol, SINCE)
        assert [(bar.session, bar.close) for bar in theirs.bars] == [(bar.session, bar.close) for bar in ours.bars]
        assert (theirs.currency, theirs.exchange, theirs.timezone) in (
            (ours.currency, ours.exchange, ours.timezone), ("USD", "NMS", "America/New_York"),
        )  # fmt: skip


def test_a_history_is_one_request_without_a_handshake(market: Market, stooq: Stooq) -> None:
    market.reset_log()

    stooq.history("AAPL", SINCE, date(2026, 10, 9))

    assert market.summary() == {"daily": 1}


def test_latest_prices_come_many_at_once_in_the_time_of_their_own(market: Market, stooq: Stooq) -> None:
    answer = stooq.quotes(["AAPL", "VOD.L", "NOSUCH", "EURUSD=X.ZZ"])

    assert answer.rows["AAPL"].at == datetime(2026, 11, 20, 21, tzinfo=UTC)  # told as 22:00 in Warsaw
    assert (answer.rows["VOD.L"].currency, answer.missing) == ("GBp", ("NOSUCH", "EURUSD=X.ZZ"))
    assert market.summary() == {"latest": 1}


@pytest.mark.parametrize(("symbol", "theirs"), [("AAPL", "AAPL.US"), ("VOD.L", "VOD.UK"), ("7203.T", "7203.JP")])
def test_symbols_are_spelled_its_way(symbol: str, theirs: str) -> None:
    assert spelled(symbol) == theirs


def test_what_it_cannot_know_costs_no_request(market: Market, stooq: Stooq) -> None:
    market.reset_log()

    with pytest.raises(SymbolNotFound):
        stooq.history("NESN.SW", SINCE)
    assert stooq.quotes(["NESN.SW"]).missing == ("NESN.SW",)
    assert stooq.search("nestle") == ()
    with pytest.raises(NoData):
        stooq.profile("AAPL")
    assert market.requests() == []


@pytest.mark.parametrize(
    ("fault", "told", "error"),
    [
        ("throttle", {}, RateLimited),
        ("exceeded", {}, RateLimited),
        ("error", {"status": 503}, Unavailable),
        ("not_found_page", {}, Unavailable),
        ("forbidden", {}, AuthRejected),
        ("hang", {"seconds": 20.0}, Unavailable),
        ("drip", {"seconds": 20.0}, Unavailable),
        ("reset", {}, Unavailable),
        ("truncate", {}, Unavailable),
        ("empty", {}, BadPayload),
        ("html", {}, BadPayload),
        ("cut", {}, BadPayload),
        ("no_rows", {}, NoData),
    ],
)
def test_every_failure_has_its_type(
    market: Market, stooq: Stooq, fault: str, told: dict[str, object], error: type[UpstreamError]
) -> None:
    market.fault(fault, kind="daily", **told)

    with pytest.raises(error):
        stooq.history("AAPL", SINCE)


def test_too_many_symbols_are_a_mistake_of_ours(stooq: Stooq) -> None:
    with pytest.raises(ValueError, match="51 symbols"):
        stooq.quotes([f"S{number}" for number in range(51)])
