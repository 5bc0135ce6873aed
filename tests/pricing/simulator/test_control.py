"""Telling the simulated market what to do."""

from datetime import UTC, date, datetime, timedelta
from urllib.error import HTTPError

import pytest

from pricing.simulator.control import Market
from pricing.upstream.client import Unavailable
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


def test_a_split_without_a_day_happens_in_the_latest_session_even_on_a_weekend(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY + timedelta(days=1))
    before = yahoo.quotes(["KO"]).rows["KO"].price

    market.split("KO", 3, 1)

    assert yahoo.quotes(["KO"]).rows["KO"].price == pytest.approx(before / 3)


def test_a_split_in_the_future_happens_when_its_day_comes(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    market.split("KO", 2, 1, on=date(2026, 11, 23))
    before = yahoo.history("KO", date(2026, 11, 2)).bars[0].close

    market.advance(days=3)

    assert yahoo.history("KO", date(2026, 11, 2)).bars[0].close == pytest.approx(before / 2)


def test_reset_makes_it_as_just_started(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    price = yahoo.quotes(["KO"]).rows["KO"].price
    market.split("KO", 2, 1)
    market.throttle()

    market.reset()

    market.set_time(FRIDAY)
    assert yahoo.quotes(["KO"]).rows["KO"].price == price
    assert market.summary() == {"quote": 1}


def test_a_given_history_is_served_until_a_reset(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    invented = yahoo.quotes(["KO"]).rows["KO"].price
    days = [date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)]

    market.history(
        "KO", zip(days, (90.0, 31.0, 32.0), strict=True), splits=[(days[1], 3, 1)], dividends=[(days[2], 1.0)]
    )

    served = yahoo.history("KO", date(2026, 11, 1))
    assert [(bar.session, bar.close) for bar in served.bars] == list(zip(days, (30.0, 31.0, 32.0), strict=True))
    assert [bar.adjusted_close for bar in served.bars] == pytest.approx([30 * 30 / 31, 30, 32])
    assert (served.splits, served.dividends) == ({days[1]: (3.0, 1.0)}, {days[2]: 1.0})
    quote = yahoo.quotes(["KO"]).rows["KO"]
    assert (quote.price, quote.previous_close, quote.at) == (32.0, 31.0, FRIDAY)
    market.reset()
    market.set_time(FRIDAY)
    assert yahoo.quotes(["KO"]).rows["KO"].price == invented


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
