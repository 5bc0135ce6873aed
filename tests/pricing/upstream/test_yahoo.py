"""Real yfinance and curl_cffi over TLS against the simulated market, whose own log is what counts requests."""

import inspect
import multiprocessing
import subprocess
import sys
import time
from datetime import UTC, date, datetime

import pytest
from yfinance.config import YfConfig
from yfinance.data import SingletonMeta, YfData

from pricing.simulator.control import Market
from pricing.upstream.client import (
    SYMBOLS_PER_REQUEST,
    AuthRejected,
    BadPayload,
    NoData,
    RateLimited,
    SymbolNotFound,
    Unavailable,
    UpstreamError,
)
from pricing.upstream.yahoo import Yahoo

FRIDAY_1030_IN_NEW_YORK = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


def fresh(market: Market) -> Yahoo:
    return Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle, timeout=5.0)


def invented(count: int) -> list[str]:
    return [f"SIM{number}" for number in range(count)]


@pytest.mark.parametrize("count", [1, 20, SYMBOLS_PER_REQUEST])
def test_quotes_are_one_request_however_many_symbols(market: Market, yahoo: Yahoo, count: int) -> None:
    answer = yahoo.quotes(invented(count))

    assert (len(answer.rows), answer.missing) == (count, ())
    assert market.summary() == {"quote": 1}


def test_more_symbols_than_a_request_may_carry_are_refused_before_anything_is_sent(
    market: Market, yahoo: Yahoo
) -> None:
    with pytest.raises(ValueError, match="51 symbols"):
        yahoo.quotes(invented(SYMBOLS_PER_REQUEST + 1))

    assert market.summary() == {}


def test_no_symbols_are_no_request(market: Market, yahoo: Yahoo) -> None:
    assert yahoo.quotes([]).rows == {}
    assert market.summary() == {}


def test_history_is_one_request_with_its_dividends_and_splits(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY_1030_IN_NEW_YORK)

    answer = yahoo.history("AAPL", date(2020, 1, 1))

    assert market.summary() == {"chart": 1}
    assert (answer.bars[0].session, answer.bars[-1].session) == (date(2020, 1, 2), date(2026, 11, 20))
    assert answer.splits == {date(2020, 8, 31): (4.0, 1.0)}
    assert len(answer.dividends) == 28
    assert (answer.currency, answer.exchange, answer.name) == ("USD", "NMS", "Apple Inc.")


def test_history_keeps_to_the_dates_asked_for_on_every_continent(market: Market, yahoo: Yahoo) -> None:
    for symbol in ("AAPL", "VOD.L", "7203.T", "EURUSD=X", "BTC-USD"):
        bars = yahoo.history(symbol, date(2026, 3, 2), date(2026, 3, 6)).bars

        assert [bar.session.day for bar in bars] == [2, 3, 4, 5, 6], symbol
    assert market.summary() == {"chart": 5}


def test_search_is_one_request(market: Market, yahoo: Yahoo) -> None:
    found = yahoo.search("apple")

    assert ("AAPL", "Apple Inc.", "NMS", "EQUITY") in [(f.symbol, f.name, f.exchange, f.quote_type) for f in found]
    assert len(yahoo.search("a", limit=3)) == 3
    assert market.summary() == {"search": 2}


def test_nothing_is_served_from_a_cache(market: Market, yahoo: Yahoo) -> None:
    for _ in range(3):
        yahoo.history("AAPL", date(2020, 1, 1), date(2020, 2, 1))

    assert market.summary() == {"chart": 3}


def test_a_split_is_seen_at_once(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY_1030_IN_NEW_YORK)
    before = yahoo.history("AAPL", date(2026, 10, 1), date(2026, 10, 30)).bars

    market.split("AAPL", 2, 1)

    after = yahoo.history("AAPL", date(2026, 10, 1), date(2026, 10, 30)).bars
    assert [bar.close * 2 for bar in after] == pytest.approx([bar.close for bar in before])
    assert yahoo.history("AAPL", date(2026, 10, 1)).splits == {date(2026, 11, 20): (2.0, 1.0)}


def test_an_unknown_symbol_is_missing_from_quotes_and_not_found_in_history(market: Market, yahoo: Yahoo) -> None:
    answer = yahoo.quotes(["AAPL", "NOSUCH1", "KO"])

    assert (sorted(answer.rows), answer.missing) == (["AAPL", "KO"], ("NOSUCH1",))
    with pytest.raises(SymbolNotFound):
        yahoo.history("NOSUCH1", date(2026, 1, 1))
    assert market.summary() == {"quote": 1, "chart": 1}


def test_a_range_without_sessions_is_no_data(market: Market, yahoo: Yahoo) -> None:
    saturday, sunday = date(2026, 3, 7), date(2026, 3, 8)

    with pytest.raises(NoData):
        yahoo.history("AAPL", saturday, sunday)
    with pytest.raises(NoData):
        yahoo.history("AAPL", date(1980, 1, 1), date(1980, 2, 1))
    assert market.summary() == {"chart": 2}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("throttle", RateLimited),
        ("bot_page", RateLimited),
        ("error", Unavailable),
        ("truncate", Unavailable),
        ("down", Unavailable),
        ("not_found_page", Unavailable),
        ("forbidden", AuthRejected),
        ("empty", BadPayload),
        ("null", BadPayload),
        ("list", BadPayload),
        ("cut", BadPayload),
        ("html", BadPayload),
        ("not_found", SymbolNotFound),
        ("unprocessable", NoData),
        ("no_bars", NoData),
        ("wrong_symbol", BadPayload),
        ("no_currency", BadPayload),
        ("no_timezone", BadPayload),
    ],
)
def test_a_fault_is_one_request_and_one_typed_error_and_is_over_when_it_is_over(
    market: Market, yahoo: Yahoo, fault: str, error: type[UpstreamError]
) -> None:
    market.fault(fault, kind="chart")

    with pytest.raises(error):
        yahoo.history("AAPL", date(2026, 10, 1), date(2026, 11, 1))

    assert market.summary() == {"chart": 1}
    market.clear()
    assert yahoo.history("AAPL", date(2026, 10, 1), date(2026, 11, 1)).bars


def test_a_reset_connection_is_unavailable(market: Market, yahoo: Yahoo) -> None:
    market.fault("reset", kind="quote")

    with pytest.raises(Unavailable):
        yahoo.quotes(["AAPL"])

    assert market.summary()["quote"] <= 2  # libcurl itself sends once more when a kept connection breaks


def test_a_hanging_upstream_is_unavailable_within_the_timeout(market: Market) -> None:
    impatient = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle, timeout=0.5)
    market.hang(30.0, kind="chart")
    started = time.monotonic()

    with pytest.raises(Unavailable):
        impatient.history("AAPL", date(2026, 11, 2))

    assert 0.5 <= time.monotonic() - started < 3.0
    assert market.summary()["chart"] == 1


def test_a_throttled_upstream_says_how_long_to_wait(market: Market, yahoo: Yahoo) -> None:
    market.throttle(retry_after=120)

    with pytest.raises(RateLimited) as caught:
        yahoo.quotes(["AAPL"])

    assert caught.value.retry_after == 120.0


def test_a_session_without_a_close_yet_is_pending(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY_1030_IN_NEW_YORK)
    market.fault("null_close")

    answer = yahoo.history("AAPL", date(2026, 11, 16))

    assert [bar.session.day for bar in answer.bars] == [16, 17, 18, 19]
    assert answer.pending == (date(2026, 11, 20),)


def test_our_connection_leaves_yfinance_own_singleton_alone(market: Market) -> None:
    before = dict(SingletonMeta._instances)

    fresh(market).quotes(["AAPL"])

    assert before == SingletonMeta._instances


def test_a_forked_child_makes_its_own_connection_and_leaves_its_parents_alone(market: Market) -> None:
    yahoo = fresh(market)
    yahoo.quotes(["AAPL"])
    context = multiprocessing.get_context("fork")
    parents = market.requests("quote")[-1]["connection"]
    market.reset_log()

    children = [context.Process(target=yahoo.quotes, args=([symbol],)) for symbol in ("CHILDA", "CHILDB")]
    for child in children:
        child.start()
    for child in children:
        child.join(10)
    yahoo.quotes(["PARENT"])

    assert [child.exitcode for child in children] == [0, 0]
    assert market.summary() == {"quote": 3}  # and no new handshake: memory was inherited
    asked = {row["symbols"][0]: row["connection"] for row in market.requests("quote")}
    assert len(set(asked.values())) == 3
    assert asked["PARENT"] == parents


def test_importing_it_silences_what_pandas_would_print_for_each_symbol() -> None:
    program = """
import warnings
import pricing.upstream.yahoo
from pandas.errors import Pandas4Warning
warnings.warn("soon", Pandas4Warning)
"""

    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)

    assert run.stderr == ""


@pytest.mark.parametrize(
    "name",
    ["_load_cookie_curlCffi", "_save_cookie_curlCffi", "_set_cookie_strategy", "_get_cookie_and_crumb", "get"],
)
def test_yfinance_still_has_what_we_stand_on(name: str) -> None:
    assert callable(getattr(YfData, name))


def test_yfinance_still_calls_our_hooks_and_repeats_nothing_by_itself() -> None:
    source = inspect.getsource(YfData._get_cookie_basic)

    assert "self._load_cookie_curlCffi()" in source
    assert "self._save_cookie_curlCffi()" in source
    assert list(inspect.signature(YfData.get).parameters) == ["self", "url", "params", "timeout"]
    assert YfConfig.network.retries == 0
    assert YfConfig.network.proxy is None
