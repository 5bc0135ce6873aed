"""What we rely on inside yfinance, said aloud: an upgrade that changes any of it breaks here and not in production."""

import inspect
import re
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yfinance
from yfinance import cache
from yfinance.config import YfConfig
from yfinance.data import YfData

from pricing.simulator.control import Market
from pricing.upstream.handshake import InMemory
from pricing.upstream.yahoo import Yahoo, _Connection

ROOT = Path(__file__).parents[3]


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """yfinance's sqlite caches may not be touched at all."""

    def forbidden(*_args: Any) -> None:
        raise AssertionError("yfinance's file cache was touched")

    for name in ("get_cookie_cache", "get_tz_cache"):
        monkeypatch.setattr(cache, name, forbidden)


def parameters(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)


def test_the_installed_yfinance_is_the_one_these_tests_were_written_for() -> None:
    pinned = re.search(r"^yfinance==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)

    assert pinned is not None
    assert version("yfinance") == yfinance.__version__ == pinned[1]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("get", ["self", "url", "params", "timeout"]),
        ("_make_request", ["self", "url", "request_method", "body", "params", "timeout", "data"]),
        ("_get_cookie_and_crumb", ["self", "timeout"]),
        ("_get_cookie_and_crumb_basic", ["self", "timeout"]),
        ("_set_cookie_strategy", ["self", "strategy", "have_lock"]),
        ("_save_cookie_curlCffi", ["self"]),
        ("_load_cookie_curlCffi", ["self"]),
    ],
)
def test_what_we_call_or_replace_has_the_shape_we_know(name: str, expected: list[str]) -> None:
    assert parameters(getattr(YfData, name)) == expected


def test_what_we_replace_is_replaced() -> None:
    replaced = {name for name in vars(_Connection) if hasattr(YfData, name) and not name.startswith("__")}

    assert replaced == {
        "_get_cookie_and_crumb", "_set_cookie_strategy", "_save_cookie_curlCffi", "_load_cookie_curlCffi", "_crumb",
    } - ({"_crumb"} if "_crumb" not in vars(_Connection) else set())  # fmt: skip


def test_every_request_goes_through_the_handshake_and_is_sent_once_more_only_after_a_refusal() -> None:
    source = inspect.getsource(YfData._make_request)

    assert source.count("self._get_cookie_and_crumb(") == 2
    assert source.count("request_method(**request_args)") == 2
    assert source.count("self._set_cookie_strategy(") == 2
    assert "response.status_code >= 400" in source


def test_nothing_is_repeated_by_yfinance_itself() -> None:
    assert YfConfig.network.retries == 0


def test_the_whole_conversation_touches_no_file_and_no_cache_of_answers(no_files: None, market: Market) -> None:
    yahoo = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle, handshakes=InMemory())
    YfData.cache_get.cache_clear()

    for _ in range(2):
        yahoo.quotes(["AAPL"])
        yahoo.history("AAPL", date(2026, 11, 2))
        yahoo.search("apple")
        yahoo.profile("AAPL")

    assert market.summary() == {"cookie": 1, "crumb": 1, "quote": 2, "chart": 2, "search": 2, "profile": 2}
    assert YfData.cache_get.cache_info().currsize == 0


@pytest.mark.parametrize(
    ("kind", "requests"),
    [("quote", {"cookie": 1, "crumb": 2, "quote": 2}), ("chart", {"chart": 2}), ("search", {"search": 2})],
)
def test_a_401_costs_one_renewal_and_one_repetition(market: Market, kind: str, requests: dict[str, int]) -> None:
    yahoo = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle)
    market.fault("unauthorized", kind=kind)
    calls: dict[str, Callable[[], object]] = {
        "quote": lambda: yahoo.quotes(["AAPL"]),
        "chart": lambda: yahoo.history("AAPL", date(2026, 11, 2)),
        "search": lambda: yahoo.search("apple"),
    }

    with pytest.raises(Exception, match="HTTP 401"):
        calls[kind]()

    assert market.summary() == requests


def test_histories_and_searches_need_no_handshake_at_all(market: Market) -> None:
    market.fail(500, kind="cookie")
    yahoo = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle)

    assert yahoo.history("AAPL", date(2026, 11, 2)).bars
    assert yahoo.search("AAPL")
    assert market.summary() == {"chart": 1, "search": 1}
