import pytest

from charts.forms.strategies import NameForm


@pytest.mark.parametrize(("name", "good"), [("Golden cross", True), (" ", False), ("x" * 81, False)])
def test_a_strategy_has_a_name_of_a_length_that_can_be_shown(name: str, good: bool) -> None:
    assert NameForm({"name": name}).is_valid() is good
