from pathlib import Path

import pytest
from django.conf import settings

from pricing import gateway
from pricing.models import Upstream
from pricing.simulator.control import Market
from stocktracker.perf.upstream import PEER, counts, yfinance
from stocktracker.redis import store

pytestmark = pytest.mark.django_db


def test_requests_are_counted_cold_and_warm_against_yfinance_itself() -> None:
    cold, warm = counts({3: 1})

    assert (cold.name, cold.requests, cold.met) == ("quotes of 3 symbols, cold", 3, True)
    assert (warm.name, warm.requests, warm.met) == ("quotes of 3 symbols, warm", 1, True)
    assert (cold.peer_requests, warm.peer_requests) == ({PEER: 8}, {PEER: 3})  # cookie, crumb and two each; one each
    assert warm.peers == {PEER: 3.0}


def test_nothing_of_it_stays() -> None:
    before = settings.MARKET, settings.YAHOO_PROXY

    list(counts({1: 1}))

    assert before == (settings.MARKET, settings.YAHOO_PROXY)
    assert store().keys("handshake:*") == []
    assert gateway._client.cache_info().currsize == 0
    assert Upstream.objects.count() == 1  # in the database that is there for the row only


def test_yfinance_that_gets_nothing_is_no_measurement(market: Market, tmp_path: Path) -> None:
    market.fail(status=404)

    with yfinance(market, ["AAPL"], tmp_path, "together") as ask, pytest.raises(ValueError, match="got nothing"):
        ask("5d")
