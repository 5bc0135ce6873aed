"""How the simulated market misbehaves. What clients make of each fault is tested with the clients."""

import pytest

from pricing.simulator.faults import FAULTS, Fault, FaultBoard, spoil
from pricing.simulator.reply import Ending, Reply


def test_a_fault_spoils_as_many_requests_as_asked_for() -> None:
    board = FaultBoard()
    board.add(Fault("error", requests=2))

    taken = [board.take("quote", ()) is not None for _ in range(4)]

    assert taken == [True, True, False, False]


def test_a_fault_without_a_number_lasts_until_cleared() -> None:
    board = FaultBoard()
    board.add(Fault("error"))

    assert all(board.take("quote", ()) for _ in range(10))
    board.clear()
    assert board.take("quote", ()) is None


def test_a_fault_spoils_only_its_kind_and_its_symbol() -> None:
    board = FaultBoard()
    board.add(Fault("error", kind="chart", symbol="AAPL"))

    assert board.take("quote", ("AAPL",)) is None
    assert board.take("chart", ("MSFT",)) is None
    assert board.take("chart", ("AAPL",)) is not None


def test_the_fault_set_last_wins_and_then_the_one_before_it() -> None:
    board = FaultBoard()
    board.add(Fault("error"))
    board.add(Fault("throttle", requests=1))

    names = [fault.name for fault in (board.take("quote", ()), board.take("quote", ())) if fault]

    assert names == ["throttle", "error"]


def test_a_fault_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault named 'eror'; there are throttle, error"):
        FaultBoard().add(Fault("eror"))


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_spoils_a_chart_or_a_quote(name: str) -> None:
    fault = Fault(name, retry_after=7)

    for make in (_chart_answer, _quote_answer):
        spoiled = spoil(fault, make())
        if spoiled.payload() != make().payload() or spoiled.ending is not Ending.WHOLE or spoiled.status != 200:
            return
    pytest.fail(f"{name} changes nothing")


def test_a_throttled_answer_says_how_long_to_wait_when_told_to() -> None:
    assert spoil(Fault("throttle", retry_after=7), Reply.of({})).headers == {"Retry-After": "7"}
    assert spoil(Fault("throttle"), Reply.of({})).headers == {}


def test_a_failure_has_the_status_asked_for() -> None:
    assert spoil(Fault("error", status=503), Reply.of({})).status == 503


def test_a_missing_day_is_missing_from_every_column() -> None:
    reply = spoil(Fault("missing_day"), _chart_answer())

    assert reply.document is not None
    result = reply.document["chart"]["result"][0]
    columns = [result["timestamp"], *result["indicators"]["quote"][0].values()]
    assert [len(column) for column in columns] == [2] * 6


def _chart_answer() -> Reply:
    column = {name: [1.0, 2.0, 3.0] for name in ("open", "high", "low", "close", "volume")}
    result = {
        "meta": {"symbol": "A", "currency": "USD", "exchangeTimezoneName": "UTC"},
        "timestamp": [1, 2, 3],
        "indicators": {"quote": [column], "adjclose": [{"adjclose": [1.0, 2.0, 3.0]}]},
    }
    return Reply.of({"chart": {"result": [result], "error": None}})


def _quote_answer() -> Reply:
    rows = [{"symbol": "A", "regularMarketPrice": 1.0}, {"symbol": "B", "regularMarketPrice": 2.0}]
    return Reply.of({"quoteResponse": {"result": rows, "error": None}})
