"""The chart answer."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pricing.simulator.chart import chart
from pricing.simulator.tape import tape

CLOSED = datetime(2026, 11, 20, 22, tzinfo=UTC)
RUNNING = datetime(2026, 11, 20, 15, 30, 20, tzinfo=UTC)


def epoch(year: int, month: int, day: int) -> str:
    return str(int(datetime(year, month, day, tzinfo=UTC).timestamp()))


def result(symbol: str, now: datetime = CLOSED, **query: str) -> dict[str, Any]:
    reply = chart(tape(symbol, now), {"interval": "1d", "events": "div,splits"} | query, now)
    assert reply.document is not None
    assert reply.status == 200, reply.document
    answer: dict[str, Any] = reply.document["chart"]["result"][0]
    return answer


def days(answer: dict[str, Any]) -> list[date]:
    return [datetime.fromtimestamp(stamp, UTC).date() for stamp in answer["timestamp"]]


@pytest.mark.parametrize(
    "query", [{"range": "1mo"}, {"period1": epoch(2026, 3, 2), "period2": epoch(2026, 3, 5)}], ids=["now", "the past"]
)
def test_the_columns_have_the_length_of_the_timestamps(query: dict[str, str]) -> None:
    answer = result("AAPL", CLOSED, **query)

    columns = [*answer["indicators"]["quote"][0].values(), answer["indicators"]["adjclose"][0]["adjclose"]]
    assert {len(column) for column in columns} == {len(answer["timestamp"])}


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("1d", date(2026, 11, 20)),
        ("5d", date(2026, 11, 16)),
        ("1mo", date(2026, 10, 21)),
        ("1y", date(2025, 11, 20)),
        ("10y", date(2016, 11, 21)),
        ("ytd", date(2026, 1, 2)),
        ("max", date(1998, 1, 2)),
    ],
)
def test_a_range_reaches_back_from_the_last_session(wanted: str, first: date) -> None:
    answer = result("AAPL", range=wanted)

    assert (days(answer)[0], days(answer)[-1]) == (first, date(2026, 11, 20))


def test_a_period_includes_its_start_and_excludes_its_end() -> None:
    answer = result("AAPL", period1=epoch(2026, 3, 2), period2=epoch(2026, 3, 5))

    assert [day.day for day in days(answer)] == [2, 3, 4]


def test_a_session_that_runs_carries_the_time_of_its_last_trade() -> None:
    running, closed = result("AAPL", RUNNING, range="5d"), result("AAPL", range="5d")

    assert running["timestamp"][-1] == running["meta"]["regularMarketTime"] == int(RUNNING.timestamp()) - 20
    assert closed["timestamp"][-1] == int(datetime(2026, 11, 20, 14, 30, tzinfo=UTC).timestamp())
    assert running["timestamp"][:-1] == closed["timestamp"][:-1]


def test_dividends_and_splits_are_told_when_asked_for_and_in_the_range() -> None:
    around = {"period1": epoch(2020, 8, 1), "period2": epoch(2020, 12, 1)}

    events = result("AAPL", CLOSED, **around)["events"]

    (split,) = events["splits"].values()
    assert (split["numerator"], split["denominator"], split["splitRatio"]) == (4.0, 1.0, "4:1")
    assert len(events["dividends"]) == 1
    assert "events" not in result("AAPL", CLOSED, **around, events="")


def test_meta_names_currency_zone_and_the_hours_of_the_session() -> None:
    meta = result("VOD.L", range="1d")["meta"]

    assert (meta["currency"], meta["exchangeName"], meta["exchangeTimezoneName"]) == ("GBp", "LSE", "Europe/London")
    regular = meta["currentTradingPeriod"]["regular"]
    assert regular["end"] - regular["start"] == 8.5 * 3600
    assert meta["fiftyTwoWeekLow"] < meta["regularMarketPrice"] < meta["fiftyTwoWeekHigh"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"range": "1d", "interval": "5m"}, 422),
        ({"range": "7w"}, 400),
        ({"period1": epoch(1980, 1, 1), "period2": epoch(1981, 1, 1)}, 400),
        ({"period1": epoch(2027, 1, 1), "period2": epoch(2027, 2, 1)}, 400),
    ],
)
def test_what_it_cannot_answer_is_refused_in_yahoos_words(query: dict[str, str], status: int) -> None:
    reply = chart(tape("AAPL", CLOSED), query, CLOSED)

    assert reply.status == status
    assert reply.document is not None
    assert reply.document["chart"]["error"]["description"]


def test_before_its_first_session_an_instrument_has_no_data() -> None:
    early = CLOSED - timedelta(days=365 * 25)

    assert chart(tape("META", early), {"range": "1mo"}, early).status == 400


def lagging(now: datetime, hours: float | None) -> list[float | None]:
    reply = chart(tape("AAPL", now), {"range": "5d"}, now, hours)
    assert reply.document is not None
    answer = reply.document["chart"]["result"][0]
    columns = [*answer["indicators"]["quote"][0].values(), answer["indicators"]["adjclose"][0]["adjclose"]]
    assert len({tuple(value is None for value in column) for column in columns}) == 1
    closes: list[float | None] = answer["indicators"]["quote"][0]["close"]
    assert len(closes) == len(answer["timestamp"]) == 5
    return closes


@pytest.mark.parametrize(
    ("after_the_close", "hours", "null"),
    [(-2.0, 4.0, 1), (0.0, 4.0, 1), (3.99, 4.0, 1), (4.0, 4.0, 0), (3.0, 30.0, 2), (0.0, 0.0, 0), (3.0, None, 0)],
)
def test_bars_are_null_until_some_hours_after_their_close(
    after_the_close: float, hours: float | None, null: int
) -> None:
    now = datetime(2026, 11, 20, 21, tzinfo=UTC) + timedelta(hours=after_the_close)

    closes = lagging(now, hours)

    assert [close is None for close in closes] == [False] * (5 - null) + [True] * null


def test_a_lag_longer_than_the_window_leaves_nothing_but_days() -> None:
    assert lagging(CLOSED, 24 * 30.0) == [None] * 5
