"""The simulated market on its port, seen by real clients."""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from curl_cffi import requests
from curl_cffi.requests.exceptions import RequestException

from pricing.simulator.control import Market
from pricing.simulator.server import MarketServer
from pricing.upstream.client import Unavailable
from pricing.upstream.yahoo import Yahoo

PLAIN_YFINANCE = """
import sys
import yfinance
yfinance.set_tz_cache_location(sys.argv[1])
month = yfinance.Ticker("AAPL").history(period="1mo")
both = yfinance.download(["KO", "VOD.L"], start="2026-03-02", end="2026-03-07", progress=False, auto_adjust=False)
print(len(month), month.index.tz, len(both), int(both["Close"].isna().sum().sum()))
"""


PLAIN_INFO = """
import sys
import yfinance
yfinance.set_tz_cache_location(sys.argv[1])
told = yfinance.Ticker("KO").info
print(told["sector"], told["country"], told["currency"], sep=", ")
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MarketServer]:
    with MarketServer(tmp_path) as server:
        yield server


def get(market: Market, url: str) -> requests.Response:
    return requests.get(url, proxy=market.proxy, verify=market.ca_bundle, timeout=5)  # type: ignore[arg-type]  # a path


def test_plain_unmodified_yfinance_works(market: Market, tmp_path: Path) -> None:
    market.set_time(datetime(2026, 11, 20, 22, tzinfo=UTC))
    environment = {**os.environ, "HTTPS_PROXY": market.proxy, "REQUESTS_CA_BUNDLE": market.ca_bundle}

    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PLAIN_YFINANCE, str(tmp_path)],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert run.stdout.split() == ["23", "America/New_York", "5", "0"], run.stderr
    assert set(market.summary()) == {"cookie", "crumb", "chart"}


@pytest.mark.parametrize("fault", ["", "no_cookie", "consent"])
def test_plain_yfinance_learns_what_a_company_does_if_need_be_by_consenting(
    market: Market, tmp_path: Path, fault: str
) -> None:
    if fault:
        market.fault(fault, kind="cookie")
    environment = {**os.environ, "HTTPS_PROXY": market.proxy, "REQUESTS_CA_BUNDLE": market.ca_bundle}

    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PLAIN_INFO, str(tmp_path)],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert run.stdout.strip() == "Consumer Defensive, United States, USD", run.stderr
    assert ("consent" in market.summary()) is bool(fault)


def test_no_other_host_is_reached_and_the_attempt_is_noted(market: Market) -> None:
    with pytest.raises(RequestException):
        get(market, "https://example.com/")
    with pytest.raises(RequestException):
        get(market, "https://yahoo.com.example.com/")

    assert [(row["host"], row["status"]) for row in market.requests()] == [
        ("example.com", 403),
        ("yahoo.com.example.com", 403),
    ]


def test_a_connection_is_kept_for_many_requests(market: Market) -> None:
    yahoo = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle)

    for symbol in ("KO", "PEP", "PG"):
        yahoo.quotes([symbol])

    assert len({row["connection"] for row in market.requests("quote")}) == 1


def test_plain_http_is_for_control_only(market: Market) -> None:
    connection = http.client.HTTPConnection(market.proxy.removeprefix("http://"), timeout=5)

    connection.request("GET", "/v7/finance/quote")

    assert connection.getresponse().status == 404
    assert market.summary() == {}


def test_numbers_that_are_none_are_a_bad_request(market: Market) -> None:
    url = "https://query2.finance.yahoo.com/v8/finance/chart/AAPL?period1=yesterday"

    answer = get(market, url)

    assert answer.status_code == 400


def test_it_is_quick_enough_for_load_tests(market: Market) -> None:
    yahoo = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle)
    symbols = [f"Q{number}" for number in range(50)]
    yahoo.quotes(symbols)
    took = []

    for _ in range(10):
        started = time.perf_counter()
        yahoo.quotes(symbols)
        took.append(time.perf_counter() - started)

    assert min(took) < 0.03  # the quickest: this machine may be busy


def test_it_stops_within_a_second_while_clients_hang(server: MarketServer) -> None:
    market = Market(server.proxy, server.authority.bundle)
    market.hang(60)
    yahoo = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle)
    outcome: list[Exception] = []
    client = threading.Thread(target=lambda: outcome.append(_failure(yahoo)))
    before = threading.active_count()
    client.start()
    _wait_for(lambda: bool(server.journal.records()))
    started = time.monotonic()

    server.stop()

    assert time.monotonic() - started < 1.0
    client.join(2)
    assert [type(error) for error in outcome] == [Unavailable]
    _wait_for(lambda: threading.active_count() < before)  # the server's own thread is gone, and so is the one that hung


def test_stopping_twice_or_before_the_start_is_harmless(tmp_path: Path) -> None:
    server = MarketServer(tmp_path)

    server.stop()
    server.stop()


def test_after_a_restart_on_the_same_port_a_client_goes_on(tmp_path: Path) -> None:
    with MarketServer(tmp_path) as first:
        port = first.port
        yahoo = Yahoo(proxy=first.proxy, ca_bundle=str(first.authority.bundle))
        yahoo.quotes(["AAPL"])

    with MarketServer(tmp_path, port) as second:
        assert yahoo.quotes(["AAPL"]).rows
        assert second.journal.summary() == {"quote": 1}


def test_its_clock_can_be_given(tmp_path: Path) -> None:
    at = datetime(2020, 8, 28, 21, tzinfo=UTC)
    with MarketServer(tmp_path, clock=lambda: at) as server:
        yahoo = Yahoo(proxy=server.proxy, ca_bundle=str(server.authority.bundle))

        assert yahoo.quotes(["AAPL"]).rows["AAPL"].at == datetime(2020, 8, 28, 20, tzinfo=UTC)


def _failure(yahoo: Yahoo) -> Exception:
    try:
        yahoo.quotes(["AAPL"])
    except Unavailable as error:
        return error
    return AssertionError("it answered")


def _wait_for(condition: Callable[[], bool], deadline: float = 5.0) -> None:
    until = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)
