"""One client on its socket: what only the bytes can tell."""

import json
import threading
import time
from collections.abc import Callable
from datetime import date

import pytest
from curl_cffi import requests
from curl_cffi.requests.exceptions import RequestException, Timeout

from pricing.simulator.control import Market
from pricing.upstream.client import AuthRejected, Unavailable
from pricing.upstream.yahoo import Yahoo

CHART = "https://query2.finance.yahoo.com/v8/finance/chart/KO?range=1mo"


def get(market: Market, url: str = CHART, timeout: float = 5.0) -> requests.Response:
    return requests.get(url, proxy=market.proxy, verify=market.ca_bundle, timeout=timeout)  # type: ignore[arg-type]  # a path


def wait_for(condition: Callable[[], bool], deadline: float = 5.0) -> None:
    until = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_drip_is_the_right_answer_and_takes_its_time(market: Market) -> None:
    whole = json.loads(get(market).text)
    market.fault("drip", kind="chart", seconds=0.5)
    started = time.monotonic()

    dripped = get(market)

    assert 0.45 < time.monotonic() - started < 3
    assert json.loads(dripped.text)["chart"]["result"][0]["timestamp"] == whole["chart"]["result"][0]["timestamp"]


def test_bytes_that_keep_coming_are_only_ended_by_a_limit_on_the_whole(market: Market) -> None:
    market.fault("drip", kind="chart", seconds=30)
    impatient = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle, timeout=0.5)
    started = time.monotonic()

    with pytest.raises(Unavailable):
        impatient.history("KO", date(2026, 11, 2), date(2026, 11, 20))

    assert 0.5 <= time.monotonic() - started < 3


def test_a_request_is_noted_before_its_answer_is_computed_or_waits(market: Market) -> None:
    market.latency(30)
    client = threading.Thread(target=_left, args=(market, 1.0))
    client.start()

    wait_for(lambda: bool(market.requests("chart")))

    assert client.is_alive()
    client.join()


def test_who_has_left_is_no_longer_at_work(market: Market) -> None:
    market.hang(30)
    for _ in range(3):
        _left(market, 0.2)

    market.reset_log()

    wait_for(lambda: _at_once_after_reset(market) == 0)


def _at_once_after_reset(market: Market) -> int:
    market.reset_log()
    return market.traffic()["most_at_once"]


def _left(market: Market, after: float) -> None:
    with pytest.raises(Timeout):
        get(market, timeout=after)


def test_latency_is_of_all_or_of_one_kind(market: Market) -> None:
    market.latency(1.0, kind="chart")
    started = time.monotonic()
    get(market, "https://query2.finance.yahoo.com/v1/finance/search?q=KO")
    quick = time.monotonic() - started

    get(market)

    assert time.monotonic() - started - quick >= 1.0
    assert quick < 1.0


def test_traffic_tells_connections_and_how_many_at_once(market: Market) -> None:
    market.latency(1.0)
    clients = [threading.Thread(target=get, args=(market,)) for _ in range(4)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()

    assert market.traffic() == {"connections": 4, "most_at_once": 4, "requests": 4}


def test_the_consent_page_is_reached_by_a_real_client(market: Market) -> None:
    market.fault("consent", kind="chart")

    answer = get(market)

    assert answer.url.startswith("https://guce.yahoo.com/consent")
    assert "csrfToken" in answer.text
    assert market.summary() == {"chart": 1, "consent": 1}


def test_our_client_knows_a_consent_page_when_it_is_sent_there(market: Market) -> None:
    yahoo = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle)
    yahoo.quotes(["KO"])
    market.fault("consent", kind="quote")

    with pytest.raises(AuthRejected):
        yahoo.quotes(["KO"])


def test_stooq_has_a_certificate_and_faults_but_no_limit(market: Market) -> None:
    url = "https://stooq.com/q/l/?s=aapl.us+msft.us&f=sd2t2ohlcv&h&e=csv"
    market.limit(0)

    rows = get(market, url).text.split("\r\n")

    assert [row.partition(",")[0] for row in rows] == ["Symbol", "AAPL.US", "MSFT.US", ""]
    assert market.requests("latest")[0]["symbols"] == ["AAPL", "MSFT"]
    market.throttle(kind="latest")
    assert get(market, url).status_code == 429
    market.fault("reset", kind="daily")
    with pytest.raises(RequestException):
        get(market, "https://stooq.com/q/d/l/?s=aapl.us&i=d")
