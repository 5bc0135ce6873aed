"""Cookie and crumb: asked for once, renewed once, shared by all, and never kept when they are refused."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from pricing.simulator.control import Market
from pricing.upstream.client import AuthRejected, BadPayload, RateLimited, Unavailable, UpstreamError
from pricing.upstream.handshake import Handshake, HandshakeStore, InMemory
from pricing.upstream.yahoo import Yahoo

SIX = ("KO", "PEP", "PG", "JNJ", "PFE", "WMT")


def fresh(market: Market, store: HandshakeStore | None = None) -> Yahoo:
    return Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle, timeout=5.0, handshakes=store)


def test_a_cold_process_asks_once_for_a_cookie_and_a_crumb(market: Market) -> None:
    yahoo = fresh(market)

    yahoo.quotes(["AAPL"])
    yahoo.history("AAPL", date(2026, 11, 2))
    yahoo.quotes(["AAPL"])

    assert market.summary() == {"cookie": 1, "crumb": 1, "quote": 2, "chart": 1}


def test_threads_that_start_cold_together_share_one_handshake(market: Market) -> None:
    yahoo = fresh(market)

    with ThreadPoolExecutor(len(SIX)) as pool:
        list(pool.map(lambda symbol: yahoo.quotes([symbol]), SIX))

    assert market.summary() == {"cookie": 1, "crumb": 1, "quote": 6}


def test_a_second_process_uses_the_handshake_of_the_first(market: Market) -> None:
    store = InMemory()
    fresh(market, store).quotes(["AAPL"])
    market.reset_log()

    fresh(market, store).quotes(["AAPL"])

    assert market.summary() == {"quote": 1}


@pytest.mark.parametrize("times", [1, 2, 3])
def test_an_expired_crumb_is_renewed_once_each_time_and_the_renewed_one_is_shared(market: Market, times: int) -> None:
    store = InMemory()
    yahoo = fresh(market, store)
    yahoo.quotes(["AAPL"])

    for _ in range(times):
        market.expire_crumbs()
        market.reset_log()
        assert yahoo.quotes(["AAPL"]).rows

    assert market.summary() == {"quote": 2, "crumb": 1}
    market.reset_log()
    fresh(market, store).quotes(["AAPL"])
    assert market.summary() == {"quote": 1}


def test_threads_that_meet_an_expired_crumb_together_renew_it_once(market: Market) -> None:
    yahoo = fresh(market)
    yahoo.quotes(["AAPL"])
    market.expire_crumbs()
    market.reset_log()

    with ThreadPoolExecutor(len(SIX)) as pool:
        answers = list(pool.map(lambda symbol: yahoo.quotes([symbol]), SIX))

    assert all(answer.rows for answer in answers)
    assert market.summary()["crumb"] == 1


def test_a_handshake_that_stays_refused_is_thrown_away_for_everybody(market: Market) -> None:
    store = InMemory()
    yahoo = fresh(market, store)
    yahoo.quotes(["AAPL"])
    market.reset_log()
    market.fault("unauthorized", kind="quote")

    with pytest.raises(AuthRejected):
        yahoo.quotes(["AAPL"])

    assert market.summary() == {"quote": 2, "crumb": 1}
    assert store.lookup() is None
    market.clear()
    assert yahoo.quotes(["AAPL"]).rows


def test_a_shared_handshake_that_is_nonsense_heals_by_itself(market: Market) -> None:
    store = InMemory()
    store.store(Handshake("B=old", "old crumb"))
    yahoo = fresh(market, store)

    with pytest.raises(AuthRejected):
        yahoo.quotes(["AAPL"])

    assert yahoo.quotes(["AAPL"]).rows


@pytest.mark.parametrize(
    ("kind", "fault", "error"),
    [
        ("cookie", "throttle", RateLimited),
        ("cookie", "error", Unavailable),
        ("cookie", "html", AuthRejected),
        ("cookie", "not_found_page", AuthRejected),
        ("crumb", "throttle", RateLimited),
        ("crumb", "error", Unavailable),
        ("crumb", "html", BadPayload),
        ("crumb", "unauthorized", AuthRejected),
    ],
)
def test_a_handshake_that_fails_is_typed_and_nothing_of_it_is_kept(
    market: Market, kind: str, fault: str, error: type[UpstreamError]
) -> None:
    yahoo = fresh(market)
    market.fault(fault, kind=kind)

    with pytest.raises(error):
        yahoo.quotes(["AAPL"])

    assert market.summary() == ({"cookie": 1} if kind == "cookie" else {"cookie": 1, "crumb": 1})
    market.clear()
    assert yahoo.quotes(["AAPL"]).rows


@pytest.mark.parametrize("kind", ["cookie", "crumb"])
def test_a_hanging_handshake_keeps_to_the_timeout_too(market: Market, kind: str) -> None:
    impatient = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle, timeout=0.5)
    market.hang(30.0, kind=kind)
    started = time.monotonic()

    with pytest.raises(Unavailable):
        impatient.quotes(["AAPL"])

    assert time.monotonic() - started < 3.0
