"""The second source: the same prices in Stooq's tables."""

from datetime import UTC, date, datetime

import pytest

from pricing.simulator.actions import Actions
from pricing.simulator.instruments import Split
from pricing.simulator.stooq import asked_symbols, daily, latest, stooq_symbol, yahoo_symbol
from pricing.simulator.tape import tape
from pricing.simulator.world import World

FRIDAY = date(2026, 11, 20)
RUNNING = World(datetime(2026, 11, 20, 15, 30, tzinfo=UTC))
CLOSED = World(datetime(2026, 11, 20, 21, tzinfo=UTC))


def rows(world: World = CLOSED, **query: str) -> list[list[str]]:
    text = daily({"i": "d"} | query, world).body.decode()
    assert text.endswith("\r\n")
    return [line.split(",") for line in text.split("\r\n")[:-1]]


@pytest.mark.parametrize(
    ("stooqs", "yahoos"),
    [("aapl.us", "AAPL"), ("brk-b.us", "BRK-B"), ("vod.uk", "VOD.L"), ("sap.de", "SAP.DE"), ("7203.jp", "7203.T")],
)
def test_symbols_are_spelled_both_ways(stooqs: str, yahoos: str) -> None:
    assert (yahoo_symbol(stooqs), stooq_symbol(yahoos)) == (yahoos, stooqs)


def test_several_symbols_are_joined_by_a_plus_however_it_arrives() -> None:
    assert asked_symbols({"s": "aapl.us+msft.us ko.us"}) == ("aapl.us", "msft.us", "ko.us")
    assert asked_symbols({}) == ()


def test_finished_sessions_are_told_with_yahoos_prices() -> None:
    header, *told = rows(s="aapl.us", d1="20261102", d2="20261113")
    seen = tape("AAPL", CLOSED.now)

    assert header == ["Date", "Open", "High", "Low", "Close", "Volume"]
    assert seen is not None
    assert len(told) == 10
    assert (told[0][0], told[-1][0]) == ("2026-11-02", "2026-11-13")
    at = seen.days.tolist().index(date(2026, 11, 2))
    assert [float(cell) for cell in told[0][1:5]] == [
        column[at] for column in (seen.open, seen.high, seen.low, seen.close)
    ]
    assert told[0][5] == str(int(seen.volume[at]))


def test_the_session_that_runs_is_not_told_until_its_last_second() -> None:
    assert rows(RUNNING, s="aapl.us", d1="20261118")[-1][0] == "2026-11-19"
    assert rows(CLOSED, s="aapl.us", d1="20261118")[-1][0] == "2026-11-20"
    assert rows(RUNNING, s="vod.uk", d1="20261118")[-1][0] == "2026-11-19"
    assert rows(RUNNING, s="7203.jp", d1="20261118")[-1][0] == "2026-11-20"


def test_closes_are_adjusted_for_splits_and_not_for_dividends() -> None:
    split = World(CLOSED.now, Actions().with_split("KO", Split(FRIDAY, 2, 1)))
    before, after = (rows(world, s="ko.us", d1="20261102", d2="20261118")[-1] for world in (CLOSED, split))

    assert float(after[4]) == pytest.approx(float(before[4]) / 2)
    seen = tape("KO", CLOSED.now)
    assert seen is not None
    first = rows(s="ko.us")[1]
    assert float(first[4]) == seen.close[0] > seen.adjusted[0]


@pytest.mark.parametrize(
    "query",
    [
        {"s": "nosuch.us"},
        {"s": "aapl"},
        {"s": "aapl.uk.us"},
        {"s": "btc-usd.us"},
        {"s": "vod.l"},
        {},
        {"s": "aapl.us", "d1": "20300101"},
        {"s": "aapl.us", "d1": "20261113", "d2": "20261102"},
        {"s": "aapl.us", "i": "w"},
    ],
)
def test_what_is_not_there_is_no_data(query: dict[str, str]) -> None:
    assert daily({"i": "d"} | query, CLOSED).body == b"No data"


def test_a_day_that_is_none_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="2026-11"):
        daily({"s": "aapl.us", "d1": "2026-11"}, CLOSED)


def test_the_latest_prices_are_dated_in_warsaw_and_unknown_symbols_have_none() -> None:
    text = latest({"s": "aapl.us nosuch.us 7203.jp", "f": "sd2t2ohlcv", "h": "", "e": "csv"}, RUNNING).body.decode()
    header, apple, nobody, toyota = (line.split(",") for line in text.split("\r\n")[:-1])
    shown = RUNNING.tick("AAPL")

    assert shown is not None
    assert header == ["Symbol", "Date", "Time", "Open", "High", "Low", "Close", "Volume"]
    assert apple[:3] == ["AAPL.US", "2026-11-20", "16:30:00"]
    assert [float(cell) for cell in apple[3:7]] == [shown.open, shown.high, shown.low, shown.price]
    assert apple[7] == str(shown.volume)
    assert nobody == ["NOSUCH.US", *["N/D"] * 7]
    assert toyota[:3] == ["7203.JP", "2026-11-20", "07:30:00"]


def test_fields_are_those_asked_for_and_without_h_there_is_no_header() -> None:
    assert latest({"s": "ko.us", "f": "sd2"}, CLOSED).body == b"KO.US,2026-11-20\r\n"


def test_what_was_delisted_is_unknown_here_too() -> None:
    world = World(CLOSED.now, Actions().delisted("KO", FRIDAY))

    assert daily({"s": "ko.us"}, world).body == b"No data"
    assert latest({"s": "ko.us", "f": "sc"}, world).body == b"KO.US,N/D\r\n"
