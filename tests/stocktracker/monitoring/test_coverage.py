from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from pricing.models import Instrument
from stocktracker.monitoring.coverage import ROWS_A_PAGE, Counted, Filters, Stored, count, coverage, stored

from .conftest import NOW, Listed, found

pytestmark = pytest.mark.django_db

WEEK = ("2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19")


def closes(*days: str) -> dict[str, float]:
    return dict.fromkeys(days, 10.0)


def symbols(**filters: str) -> list[str]:
    return [row.instrument.symbol for row in coverage(Filters.of(filters), NOW).rows]


def of(instrument: Instrument) -> Stored:
    return stored([instrument.pk], NOW)[instrument.pk]


def test_what_is_stored_is_told_with_what_is_missing_and_what_is_provisional(
    week: list[date], with_bars: Listed
) -> None:
    row = with_bars("AAPL", closes("2026-11-16", "2026-11-18", "2026-11-19"), checked_to=date(2026, 11, 16))

    assert of(row) == Stored(date(2026, 11, 16), date(2026, 11, 19), 3, date(2026, 11, 18), 1)


def test_a_session_that_has_just_ended_is_not_missing_yet(week: list[date], with_bars: Listed) -> None:
    row = with_bars("AAPL", closes(*WEEK[:3]))

    early = NOW.replace(hour=3)  # six hours after the close of the 19th
    assert [stored([row.pk], now)[row.pk].missing for now in (early, NOW)] == [0, 1]


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"status": Instrument.Status.MANUAL}, None),
        ({"calendar": "quote"}, None),
        ({"calendar": "24/5"}, None),
        ({"calendar": ""}, None),
        ({"status": Instrument.Status.DELISTED}, 0),
        ({}, 2),
    ],
)
def test_whose_sessions_nobody_knows_misses_none_and_a_delisted_one_none_after_its_end(
    week: list[date], with_bars: Listed, fields: dict[str, str], missing: int | None
) -> None:
    assert of(with_bars("AAPL", closes(*WEEK[:2]), **fields)).missing == missing


def test_without_bars_there_is_nothing_to_miss(week: list[date], with_bars: Listed) -> None:
    assert of(with_bars("NEW", status=Instrument.Status.NEW)) == Stored(None, None, 0, None, None)


def test_the_worst_comes_first(with_bars: Listed) -> None:
    good, bad, worse = with_bars("GOOD"), with_bars("BAD"), with_bars("WORSE")
    with_bars("GONE", status=Instrument.Status.DELISTED)
    with_bars("NOBODY", status=Instrument.Status.UNKNOWN)
    with_bars("STRUCK", strikes=2)
    with_bars("OLDER", fetched_at=NOW - timedelta(days=900))
    for kind in ("gap", "bar"):
        found(worse, kind)
    found(bad, "gap")
    found(good, "gap", ignored_at=NOW)

    assert symbols() == ["WORSE", "BAD", "NOBODY", "GONE", "STRUCK", "OLDER", "GOOD"]


def test_the_table_can_be_searched_and_filtered(with_bars: Listed) -> None:
    with_bars("AAPL", name="Apple Inc.")
    with_bars("MSFT", name="Microsoft")
    found(with_bars("OLD", name="Pineapple", status=Instrument.Status.DELISTED), "delisted")

    assert symbols(q=" apple ") == ["OLD", "AAPL"]
    assert symbols(q="msf\0") == ["MSFT"]
    assert symbols(q="%") == []
    assert symbols(status="delisted") == ["OLD"]
    assert symbols(status="nonsense") == ["OLD", "AAPL", "MSFT"]
    assert symbols(findings="1") == ["OLD"]
    assert symbols(q="apple", status="active", findings="1") == []


def test_an_address_keeps_what_was_chosen() -> None:
    assert Filters.of({"q": "a&b", "status": "new", "findings": "1", "page": "3"}).address == (
        "q=a%26b&status=new&findings=1"
    )
    assert Filters.of({"page": "2"}).address == ""


def test_a_thousand_instruments_take_three_queries_and_come_in_pages(
    week: list[date], with_bars: Listed, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(ROWS_A_PAGE + 1):
        found(with_bars(f"S{number:03}", closes(*WEEK)), "gap")

    with django_assert_num_queries(3):
        first = coverage(Filters(), NOW)
    last = coverage(Filters(page="999"), NOW)

    assert (len(first.rows), len(last.rows), last.page.number) == (ROWS_A_PAGE, 1, 2)
    assert {row.stored.bars for row in first.rows} == {4}


def test_instruments_are_counted_by_whether_they_have_prices_and_look_wrong(with_bars: Listed) -> None:
    wrong = with_bars("WRONG")
    found(wrong, "jump")
    found(wrong, "gap")
    with_bars("NEW", status=Instrument.Status.NEW)
    found(with_bars("HEEDED"), "jump", ignored_at=NOW)

    assert count() == Counted(all=3, active=2, wrong=1)
