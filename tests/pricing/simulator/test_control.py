"""Telling the simulated market what to do."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from urllib.error import HTTPError

import pytest

from pricing.simulator.control import Market
from pricing.upstream.client import AuthRejected, BadPayload, RateLimited, Unavailable, UpstreamError
from pricing.upstream.yahoo import Yahoo

FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture
def yahoo(market: Market) -> Yahoo:
    return Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle, timeout=5.0)


def test_control_is_never_counted(market: Market) -> None:
    market.now()
    market.clear()

    assert market.summary() == {}
    assert market.requests() == []


def test_requests_tell_what_was_asked_where_and_how_it_went(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    market.fail(503, requests=1, kind="chart", symbol="KO")
    yahoo.quotes(["AAPL", "KO"])

    with pytest.raises(Unavailable):
        yahoo.history("KO", date(2026, 11, 2))

    (chart,) = market.requests("chart")
    assert (chart["symbols"], chart["status"], chart["fault"]) == (["KO"], 503, "error")
    assert (chart["host"], chart["at"]) == ("query2.finance.yahoo.com", FRIDAY.isoformat())
    assert [row["kind"] for row in market.requests()] == ["cookie", "crumb", "quote", "chart"]


def test_the_clock_stands_still_moves_and_goes_back_to_real_time(market: Market) -> None:
    market.set_time(FRIDAY)
    market.advance(days=1, minutes=30)

    assert market.now() == FRIDAY + timedelta(days=1, minutes=30)
    market.set_time(FRIDAY, running=True)
    assert FRIDAY < market.now() < FRIDAY + timedelta(minutes=1)
    market.set_time(None)
    assert abs(market.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_prices_follow_the_clock(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    before = yahoo.quotes(["AAPL"]).rows["AAPL"]

    market.advance(minutes=7)

    after = yahoo.quotes(["AAPL"]).rows["AAPL"]
    assert after.at - before.at == timedelta(minutes=7)
    assert after.price != before.price


def test_more_than_the_limit_is_refused_until_the_window_has_passed(market: Market, yahoo: Yahoo) -> None:
    market.limit(3, per_seconds=0.5)  # cookie, crumb and quote

    yahoo.quotes(["KO"])
    with pytest.raises(RateLimited):
        yahoo.quotes(["KO"])

    assert [(row["status"], row["fault"]) for row in market.requests("quote")] == [(200, ""), (429, "limit")]
    _until(lambda: _answered(yahoo))
    market.limit(0)
    with pytest.raises(RateLimited):
        yahoo.quotes(["KO"])
    market.limit(None)
    assert yahoo.quotes(["KO"]).rows


def test_a_429_in_each_form_is_read_as_one(market: Market, yahoo: Yahoo) -> None:
    for form in ("body", "edge", "empty"):
        market.throttle(requests=1, retry_after=60, kind="chart", form=form)

        with pytest.raises(RateLimited) as caught:
            yahoo.history("KO", date(2026, 11, 2))

        assert caught.value.retry_after == 60
    assert yahoo.history("KO", date(2026, 9, 2)).bars


def test_one_symbol_of_fifty_is_spoiled(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    symbols = [f"Q{number}" for number in range(50)]
    right = yahoo.quotes(symbols)
    market.fault("hundredfold_quote", kind="quote", symbol="Q17")
    market.fault("no_price", kind="quote", symbol="Q3", requests=1)

    first, second = yahoo.quotes(symbols), yahoo.quotes(symbols)

    assert first.missing == ("Q3",)
    changed = {symbol for symbol in symbols if second.rows[symbol] != right.rows[symbol]}
    assert (second.missing, changed) == ((), {"Q17"})
    assert second.rows["Q17"].price == pytest.approx(100 * right.rows["Q17"].price)
    assert second.rows["Q17"].previous_close == right.rows["Q17"].previous_close


def test_a_probable_fault_spoils_the_same_requests_in_each_run(market: Market, yahoo: Yahoo) -> None:
    yahoo.quotes(["KO"])
    runs = []

    for _ in range(2):
        market.clear()
        market.fault("error", kind="quote", probability=0.4)
        runs.append([_answered(yahoo) for _ in range(30)])

    assert runs[0] == runs[1]
    assert 10 < sum(runs[0]) < 26


@pytest.mark.parametrize(
    ("kind", "fault", "error"),
    [
        ("cookie", "no_cookie", AuthRejected),
        ("cookie", "consent", AuthRejected),
        ("cookie", "error_page", Unavailable),
        ("crumb", "throttled_crumb", RateLimited),
        ("crumb", "long_crumb", BadPayload),
        ("crumb", "html", BadPayload),
        ("crumb", "empty", BadPayload),
        ("quote", "consent", AuthRejected),
        ("quote", "error_page", Unavailable),
    ],
)
def test_a_real_client_meets_the_fault_and_all_is_well_afterwards(
    market: Market, yahoo: Yahoo, kind: str, fault: str, error: type[UpstreamError]
) -> None:
    market.fault(fault, kind=kind, requests=1)

    with pytest.raises(error):
        yahoo.quotes(["KO"])

    assert fault in [row["fault"] for row in market.requests(kind)]
    assert yahoo.quotes(["KO"]).rows


@pytest.mark.parametrize(
    ("fault", "sessions", "pending"),
    [("nan", 14, 1), ("null_middle", 14, 1), ("duplicate_row", 15, 0), ("missing_days", 12, 0), ("hundredfold", 15, 0)],
)
def test_a_real_client_reads_what_is_left_of_a_chart(
    market: Market, yahoo: Yahoo, fault: str, sessions: int, pending: int
) -> None:
    market.set_time(FRIDAY)
    right = yahoo.history("KO", date(2026, 11, 2))
    market.fault(fault, kind="chart")

    history = yahoo.history("KO", date(2026, 11, 2))

    assert (len(history.bars), len(history.pending)) == (sessions, pending)
    if fault == "duplicate_row":
        assert history.bars == right.bars


def test_a_fault_that_would_do_nothing_is_refused_where_it_is_asked_for(market: Market) -> None:
    with pytest.raises(ValueError, match="null_close does nothing to quote"):
        market.fault("null_close", kind="quote")


def test_reset_makes_it_as_just_started(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    price = yahoo.quotes(["KO"]).rows["KO"].price
    market.split("KO", 2, 1)
    market.throttle()
    market.delist("PEP")
    market.rename("PG", "PG2")
    market.restate("JNJ", 2.0, before=date(2026, 11, 20))
    market.dividend("JNJ", 1.0)
    market.limit(0)
    market.latency(30)
    market.lag(24)

    market.reset()

    market.set_time(FRIDAY)
    quotes = yahoo.quotes(["KO", "PEP", "PG", "JNJ"])
    assert (quotes.rows["KO"].price, quotes.missing) == (price, ())
    assert market.summary() == {"quote": 1}
    assert market.traffic() == {"connections": 1, "most_at_once": 1, "requests": 1}
    history = yahoo.history("JNJ", date(2026, 11, 19))
    assert (history.dividends, history.pending) == ({}, ())
    assert history.bars[0].close == quotes.rows["JNJ"].previous_close


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("faults", {"name": "nonsense"}),
        ("faults", {"nonsense": 1}),
        ("clock", {"at": "2026-11-20T12:00:00"}),
        ("split", {"symbol": "NOSUCH", "numerator": 2, "denominator": 1}),
        ("history", {"symbol": "KO", "rows": [["2026-11-21", 1.0]], "splits": [], "dividends": []}),
        ("nonsense", {}),
    ],
)
def test_an_order_it_does_not_understand_is_refused(market: Market, path: str, asked: dict[str, object]) -> None:
    with pytest.raises(HTTPError, match="400"):
        market._post(path, **asked)


def _answered(yahoo: Yahoo) -> bool:
    try:
        return bool(yahoo.quotes(["KO"]).rows)
    except UpstreamError:
        return False


def _until(condition: Callable[[], bool], deadline: float = 5.0) -> None:
    until = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)
