"""What can be wrong inside an answer that looks well."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest

from pricing.simulator.faults import Fault
from pricing.simulator.reply import Reply
from pricing.simulator.spoilers import spoil
from pricing.simulator.wire import Request, answer
from pricing.simulator.world import World

RUNNING = datetime(2026, 11, 20, 15, 30, 20, tzinfo=UTC)
CLOSED = datetime(2026, 11, 20, 22, tzinfo=UTC)
MIDDLE = 11  # of the 23 sessions of a month
API = "query1.finance.yahoo.com"


def document(reply: Reply) -> Any:
    return json.loads(reply.payload())


def chart(name: str, now: datetime = CLOSED, **settings: Any) -> dict[str, Any]:
    request = Request(API, "/v8/finance/chart/AAPL", {"range": "1mo"}, "")
    result: dict[str, Any] = document(spoil(Fault(name, **settings), answer(request, World(now))))["chart"]["result"][0]
    return result


def well(now: datetime = CLOSED) -> dict[str, Any]:
    request = Request(API, "/v8/finance/chart/AAPL", {"range": "1mo"}, "")
    result: dict[str, Any] = document(answer(request, World(now)))["chart"]["result"][0]
    return result


def quotes(name: str, symbol: str | None = None) -> dict[str, dict[str, Any]]:
    """By the symbol of the row."""
    world = World(CLOSED)
    query = {"symbols": "AAPL,KO,PEP", "crumb": world.crumb("d=1")}
    reply = answer(Request(API, "/v7/finance/quote", query, "d=1"), world)
    if name:
        reply = spoil(Fault(name, symbol=symbol), reply)
    return {row["symbol"]: row for row in document(reply)["quoteResponse"]["result"]}


def daily(name: str, **settings: Any) -> list[list[str]]:
    query = {"s": "aapl.us", "i": "d", "d1": "20261102", "d2": "20261113"}
    reply = answer(Request("stooq.com", "/q/d/l/", query, ""), World(CLOSED))
    if name:
        reply = spoil(Fault(name, **settings), reply)
    return [line.split(",") for line in reply.body.decode().splitlines()]


def latest(name: str, symbol: str | None = None) -> list[list[str]]:
    query = {"s": "aapl.us ko.us vod.uk", "h": ""}
    reply = answer(Request("stooq.com", "/q/l/", query, ""), World(CLOSED))
    if name:
        reply = spoil(Fault(name, symbol=symbol), reply)
    return [line.split(",") for line in reply.body.decode().splitlines()]


def columns(result: dict[str, Any]) -> list[list[float | None]]:
    quote, adjusted = result["indicators"]["quote"][0], result["indicators"]["adjclose"][0]["adjclose"]
    return [result["timestamp"], *quote.values(), adjusted]


@pytest.mark.parametrize(("name", "at"), [("null_close", -1), ("null_middle", MIDDLE)])
def test_a_null_bar_keeps_its_day_and_all_others(name: str, at: int) -> None:
    spoiled, right = columns(chart(name)), columns(well())

    assert [column[at] for column in spoiled[1:]] == [None] * 6
    assert spoiled[0] == right[0]
    assert [sum(value is None for value in column) for column in spoiled[1:]] == [1] * 6


def test_nan_is_a_token_that_strict_json_does_not_have() -> None:
    request = Request(API, "/v8/finance/chart/AAPL", {"range": "1mo"}, "")
    text = spoil(Fault("nan"), answer(request, World(CLOSED))).payload()

    assert text.count(b"NaN") == 6
    assert math.isnan(columns(chart("nan"))[4][-1] or 0.0)
    assert math.isnan(quotes("nan", "KO")["KO"]["regularMarketPrice"])
    assert quotes("nan", "KO")["PEP"] == quotes("")["PEP"]


@pytest.mark.parametrize(
    ("name", "settings", "missing"), [("missing_day", {}, 1), ("missing_days", {"sessions": 4}, 4)]
)
def test_days_are_missing_from_every_column(name: str, settings: dict[str, Any], missing: int) -> None:
    spoiled, right = columns(chart(name, **settings)), columns(well())

    assert {len(right[0]) - len(column) for column in spoiled} == {missing}
    assert (spoiled[0][0], spoiled[0][-1]) == (right[0][0], right[0][-1])
    assert len(daily(name, **settings)) == len(daily("")) - missing


@pytest.mark.parametrize("now", [RUNNING, CLOSED])
def test_a_duplicate_row_is_the_same_day_again_and_the_second_is_live(now: datetime) -> None:
    spoiled, right = chart("duplicate_row", now), well(now)

    stamps, closes = spoiled["timestamp"], spoiled["indicators"]["quote"][0]["close"]
    assert {len(column) - len(stamps) for column in columns(spoiled)} == {0}
    assert len(stamps) == len(right["timestamp"]) + 1
    assert stamps[-2] == right["meta"]["currentTradingPeriod"]["regular"]["start"] < stamps[-1]
    assert stamps[-1] == right["meta"]["regularMarketTime"]
    assert closes[-1] == right["meta"]["regularMarketPrice"] != closes[-2]


def test_a_duplicate_row_of_a_period_in_the_past_is_later_on_the_same_day() -> None:
    query = {"period1": "1772409600", "period2": "1772755200"}  # 2026-03-02 to 2026-03-06
    reply = spoil(Fault("duplicate_row"), answer(Request(API, "/v8/finance/chart/AAPL", query, ""), World(CLOSED)))

    first, second = document(reply)["chart"]["result"][0]["timestamp"][-2:]
    assert datetime.fromtimestamp(first, UTC).date() == datetime.fromtimestamp(second, UTC).date()
    assert first < second


def test_pence_for_pounds_in_one_bar() -> None:
    spoiled, right = columns(chart("hundredfold")), columns(well())

    for name in range(1, 5):
        ratios = [mine / theirs for mine, theirs in zip(spoiled[name], right[name], strict=True) if mine and theirs]
        assert sorted(set(ratios)) == pytest.approx([1.0, 100.0])
        assert ratios.index(max(ratios)) == MIDDLE


def test_pence_for_pounds_in_all_bars() -> None:
    spoiled, right = columns(chart("hundredfold_history")), columns(well())

    for name in range(1, 5):
        assert spoiled[name] == pytest.approx([100 * (price or 0) for price in right[name]])
    assert spoiled[5] == right[5]


def test_a_split_that_is_listed_before_its_closes_are_divided() -> None:
    spoiled, right = columns(chart("unrestated_split")), columns(well())

    assert spoiled[4][:-1] == right[4][:-1]
    assert spoiled[4][-1] == pytest.approx((right[4][-1] or 0) / 4)


def test_pence_for_pounds_in_one_quote_but_not_in_its_previous_close() -> None:
    spoiled, right = quotes("hundredfold_quote", "ko"), quotes("")

    assert spoiled["AAPL"] == right["AAPL"]
    for name in ("Price", "Open", "DayHigh", "DayLow"):
        assert spoiled["KO"][f"regularMarket{name}"] == pytest.approx(100 * right["KO"][f"regularMarket{name}"])
    assert spoiled["KO"]["regularMarketPreviousClose"] == right["KO"]["regularMarketPreviousClose"]


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("no_price", "regularMarketPrice", None),
        ("wrong_currency", "currency", "XXX"),
        ("no_currency", "currency", None),
        ("no_timezone", "exchangeTimezoneName", None),
    ],
)
def test_a_fault_of_a_symbol_spoils_its_row_alone(name: str, key: str, value: object) -> None:
    spoiled, right = quotes(name, "KO"), quotes("")

    assert spoiled == {**right, "KO": {**right["KO"], key: value}}


def test_a_row_may_lack_its_price_or_be_left_out_or_be_of_something_else() -> None:
    right = quotes("")

    assert "regularMarketPrice" not in quotes("no_price_key", "KO")["KO"]
    assert quotes("partial", "KO") == {symbol: row for symbol, row in right.items() if symbol != "KO"}
    assert list(quotes("wrong_symbol", "KO")) == ["AAPL", "WRONG", "PEP"]


def test_without_a_symbol_it_is_the_first_row_and_with_one_that_is_not_there_none() -> None:
    assert list(quotes("partial")) == ["KO", "PEP"]
    assert quotes("partial", "MSFT") == quotes("")


@pytest.mark.parametrize(
    ("name", "meta"),
    [("wrong_symbol", "symbol"), ("wrong_currency", "currency"), ("no_currency", "currency"), ("no_timezone", "zone")],
)
def test_a_chart_describes_its_instrument_wrongly(name: str, meta: str) -> None:
    keys = {"zone": "exchangeTimezoneName"}

    assert chart(name)["meta"][keys.get(meta, meta)] in ("WRONG", "XXX", None)


@pytest.mark.parametrize(("name", "value"), [("null_result", None), ("no_rows", [])])
@pytest.mark.parametrize("kind", ["chart", "quoteResponse", "quoteSummary"])
def test_a_success_may_have_no_result(name: str, value: object, kind: str) -> None:
    reply = spoil(Fault(name), Reply.of({kind: {"result": [{}], "error": None}}))

    assert document(reply) == {kind: {"result": value, "error": None}}


def test_a_chart_may_have_no_bars() -> None:
    spoiled = chart("no_bars")

    assert "timestamp" not in spoiled
    assert spoiled["indicators"]["quote"] == [{}]
    assert spoiled["meta"]


def test_tables_of_days_are_spoiled_too() -> None:
    right = daily("")

    assert daily("no_rows") == [["No data"]]
    spoiled = daily("hundredfold")
    changed = [at for at, (mine, theirs) in enumerate(zip(spoiled, right, strict=True)) if mine != theirs]
    assert changed == [1 + (len(right) - 1) // 2]
    assert float(spoiled[changed[0]][4]) == pytest.approx(100 * float(right[changed[0]][4]))
    assert spoiled[changed[0]][5] == right[changed[0]][5]


def test_tables_of_latest_prices_are_spoiled_in_the_row_of_the_symbol() -> None:
    header, apple, coke, vodafone = latest("")

    assert latest("no_price", "VOD.L") == [header, apple, coke, ["VOD.UK", *["N/D"] * 7]]
    spoiled = latest("hundredfold_quote", "KO")
    assert (spoiled[1], spoiled[3]) == (apple, vodafone)
    prices = slice(3, 7)
    assert [float(cell) for cell in spoiled[2][prices]] == pytest.approx([100 * float(cell) for cell in coke[prices]])
