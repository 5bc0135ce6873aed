import dataclasses
from typing import Any

from charts.backtests.request import KINDS
from charts.backtests.rules import Average, Entry, Every, Fill
from charts.forms.fields import AVERAGES, ENTRIES, EVERY, FILLS, OF_STRATEGY, of_rows, of_rules


def test_what_can_be_chosen_is_what_a_request_knows() -> None:
    for choices, known in ((EVERY, Every), (FILLS, Fill), (AVERAGES, Average), (ENTRIES, Entry)):
        assert [value for value, _ in choices] == list(known)


def dataclass_names(made: Any) -> list[str]:
    return [one.name for one in dataclasses.fields(made)]


def test_every_field_of_a_strategy_has_a_blank() -> None:
    wanted = {name for made, _ in KINDS.values() for name in dataclass_names(made)} - {"weights"}

    assert wanted <= {*OF_STRATEGY}


def test_there_are_two_rules_of_money_and_as_many_rows_as_wanted() -> None:
    assert len(of_rules()) == 2 * 6
    assert list(of_rows(2)) == ["part_0", "symbol_0", "part_1", "symbol_1"]
