from decimal import Decimal

from portfolios.accounting.entries import Kind, SplitFact
from portfolios.accounting.splits import factor_after, merge_splits
from tests.portfolios.accounting.lives import day, entry


def fact(number: int, new: int, old: int = 1) -> SplitFact:
    return SplitFact(day(number), Decimal(new), Decimal(old))


def test_the_same_split_stated_twice_counts_once_and_the_source_is_believed() -> None:
    typed = entry(5, Kind.SPLIT, instrument=1, quantity=Decimal(3))

    assert merge_splits([typed], {1: [fact(5, 2)]}) == {1: [fact(5, 2)]}


def test_typed_splits_and_known_ones_come_in_the_order_of_their_days() -> None:
    typed = [entry(number, Kind.SPLIT, instrument=1, quantity=Decimal(3)) for number in (19, 6)]

    merged = merge_splits(typed, {1: [fact(7, 2)], 2: [fact(1, 5)]})

    assert merged == {1: [fact(6, 3), fact(7, 2), fact(19, 3)], 2: [fact(1, 5)]}


def test_the_same_ratio_stated_some_days_apart_is_one_split_on_the_first_or_the_sources_day() -> None:
    typed = [entry(number, Kind.SPLIT, instrument=1, quantity=Decimal(4)) for number in (5, 4, 20)]

    assert merge_splits(typed, {}) == {1: [fact(4, 4), fact(20, 4)]}
    assert merge_splits(typed, {1: [fact(6, 4)]}) == {1: [fact(6, 4), fact(20, 4)]}


def test_other_entries_split_nothing() -> None:
    assert merge_splits([entry(5, Kind.BUY, instrument=1, quantity=Decimal(3))], {}) == {}


def test_only_splits_after_a_day_change_its_shares() -> None:
    facts = [fact(1, 2), fact(2, 1, 4), fact(5, 3)]

    assert factor_after(facts, day(0)) == Decimal("1.5")
    assert factor_after(facts, day(1)) == Decimal("0.75")  # neighbouring days are two splits
    assert factor_after(facts, day(2)) == 3
    assert factor_after(facts, day(5)) == factor_after([], day(0)) == 1
