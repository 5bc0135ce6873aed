from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.grouping import DIMENSIONS, Piece, class_of, grouped, region_of


def piece(symbol: str, value: str, group: str) -> Piece:
    return Piece(symbol, Decimal(value), dict.fromkeys(DIMENSIONS, group))


PIECES = [piece("AAPL", "300", "Shares"), piece("BND", "100", "Funds"), piece("VTI", "500", "Funds"),
          piece("", "100", "Cash")]  # fmt: skip


def test_groups_come_by_size_with_their_largest_first() -> None:
    groups = grouped(PIECES, "class")

    assert [(group.name, group.value, group.weight) for group in groups] == [
        ("Funds", 600, Decimal("0.6")), ("Shares", 300, Decimal("0.3")), ("Cash", 100, Decimal("0.1")),
    ]  # fmt: skip
    assert groups[0].symbols == ("VTI", "BND")
    assert groups[0].target is groups[0].drift is groups[0].to_trade is None


def test_targets_say_what_to_buy_and_sell_and_what_has_none_is_to_go() -> None:
    groups = {g.name: g for g in grouped(PIECES, "class", {"Funds": Decimal("0.5"), "Bonds": Decimal("0.4")})}

    assert (groups["Funds"].drift, groups["Funds"].to_trade) == (Decimal("0.1"), -100)
    assert (groups["Bonds"].value, groups["Bonds"].to_trade) == (0, 400)
    assert (groups["Cash"].target, groups["Cash"].to_trade) == (0, -100)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 10**9)), min_size=1, max_size=20))
def test_restoring_a_full_set_of_targets_neither_pays_in_nor_takes_out(rows: list[tuple[str, int]]) -> None:
    pieces = [piece("X", str(value), group) for group, value in rows]
    targets = {"A": Decimal("0.5"), "B": Decimal("0.3"), "C": Decimal("0.2")}

    assert sum(group.to_trade or 0 for group in grouped(pieces, "class", targets)) == 0


@pytest.mark.parametrize("pieces", [[], [piece("S", "-10", "Shares")]])
def test_weights_of_nothing_or_of_debts_do_not_exist(pieces: list[Piece]) -> None:
    assert [group.weight for group in grouped(pieces, "class", {"Shares": Decimal(1)})] == [None]


def test_what_a_source_says_has_a_name_or_is_not_known() -> None:
    assert [class_of(code) for code in ("EQUITY", "ETF", "MUTUALFUND", "CRYPTOCURRENCY", "")] == [
        "Shares", "Funds", "Funds", "Coins", "Not known",
    ]  # fmt: skip
    assert [region_of(country) for country in ("Germany", "United States", "Atlantis")] == [
        "Europe", "North America", "Not known",
    ]  # fmt: skip
