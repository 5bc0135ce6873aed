import pytest

from stocktracker.monitoring.forms import RenameForm, SecondSourceForm


@pytest.mark.parametrize(("source", "valid"), [("", True), ("stooq", True), ("yahoo", False), ("nobody", False)])
def test_only_another_source_is_a_second_one(source: str, valid: bool) -> None:
    assert SecondSourceForm({"source": source}).is_valid() is valid


@pytest.mark.parametrize(("symbol", "valid"), [("META", True), ("", False), ("x" * 33, False), ("a\0b", False)])
def test_a_new_symbol_is_asked_for(symbol: str, valid: bool) -> None:
    assert RenameForm({"symbol": symbol}).is_valid() is valid
