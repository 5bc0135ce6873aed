import pytest

from charts.backtests.reading import Reader, RequestError
from charts.backtests.rules import Every


def refused(reader: Reader) -> dict[str, str]:
    with pytest.raises(RequestError) as error:
        reader.finish()
    return {fault.path: str(fault.sentence) for fault in error.value.faults}


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_only_an_object_has_fields(data: object) -> None:
    assert refused(Reader(data)) == {"": "This must be a JSON object."}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, "«True» is not a number."),
        ("5", "«5» is not a number."),
        (float("nan"), "«nan» is not a number."),
        (10**400, "«" + "1" + "0" * 39 + "» is not a number."),
        (11, "Between 0 and 10; this is 11."),
    ],
)
def test_a_number_has_its_limits(value: object, told: str) -> None:
    reader = Reader({"x": value})

    assert reader.number("x", 3.0, least=0, most=10) == 3.0
    assert refused(reader) == {"x": told}


def test_what_is_left_out_is_its_default_and_what_is_needed_is_missing() -> None:
    reader = Reader({})

    assert reader.number("x", 3.0, least=0, most=10) == 3.0
    assert reader.number("x", None, least=0, most=10) is None
    assert reader.choice("every", Every, None) is None
    assert reader.flag("on") is False
    assert reader.day("day") is None
    assert reader.symbol("symbol", default="SPY") == "SPY"
    assert list(reader.parts("list", 3)) == []
    reader.finish()

    reader.whole("count", None, least=1, most=5)
    reader.needed_number("amount", least=0, most=5)
    reader.needed_day("since")
    assert set(refused(reader).values()) == {"This is missing."}
    assert set(refused(reader)) == {"count", "amount", "since"}


def test_a_whole_number_is_whole_and_a_day_is_a_day() -> None:
    reader = Reader({"count": 2.5, "day": "1850-01-01", "flag": 2, "list": {}, "many": [1, 2, 3]})
    reader.whole("count", 2, least=1, most=5)
    reader.day("day")
    reader.flag("flag")
    list(reader.parts("list", 3))
    list(reader.parts("many", 2))

    assert refused(reader) == {
        "count": "«2.5» is not a whole number.",
        "day": "There are no prices of so long ago.",
        "flag": "This is true or false.",
        "list": "This must be a list.",
        "many": "These are 3; 2 at most.",
        "many.0": "This must be a JSON object.",
        "many.1": "This must be a JSON object.",
    }


def test_only_the_first_fault_of_a_field_is_told_and_it_knows_where_it_is() -> None:
    reader = Reader({"part": {"x": "a"}})
    part = reader.part("part")
    part.number("x", 1.0, least=0, most=1)
    part.number("x", 1.0, least=0, most=1)
    part.nothing_else()
    reader.nothing_else()

    assert refused(reader) == {"part.x": "«a» is not a number."}


def test_symbols_are_read_in_capitals_and_in_order() -> None:
    reader = Reader({"symbols": [" vti", "BND"], "weights": {"vti": 1, "bnd": 3}})

    assert reader.symbols("symbols", least=1, most=5) == ("BND", "VTI")
    assert list(reader.weights("weights", 5).items()) == [("BND", 3.0), ("VTI", 1.0)]
    reader.finish()
    reader.symbols("symbols", least=3, most=5)
    reader.weights("weights", 1)
    assert refused(reader) == {"symbols": "Between 3 and 5; this is 2.", "weights": "These are 2; 1 at most."}


def test_what_is_nested_deeper_than_python_writes_is_a_fault_like_any_other() -> None:
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    reader = Reader({"cash": deep})

    reader.number("cash", 1.0, least=0, most=10)

    assert refused(reader) == {"cash": "«[…]» is not a number."}


def test_one_is_not_true() -> None:
    reader = Reader({"whole_shares": 1})

    assert not reader.flag("whole_shares")
    assert refused(reader) == {"whole_shares": "This is true or false."}
