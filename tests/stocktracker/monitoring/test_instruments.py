from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from pricing.models import Correction
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.progress import Progress
from stocktracker.jobs.selectors import RECENT
from stocktracker.monitoring.instruments import SHOWN, jobs_of, one_instrument, second_sources

from .conftest import NOW, Listed, found

pytestmark = pytest.mark.django_db


def days(count: int) -> dict[str, float]:
    """So many days from the first of November on."""
    first = date(2026, 11, 1)
    return {(first + timedelta(days=number)).isoformat(): 10.0 + number for number in range(count)}


def test_bars_are_shown_around_the_day_of_each_finding(with_bars: Listed) -> None:
    row = with_bars("AAPL", days(15))
    found(row, "jump", "2026-11-08")
    found(row, "gap", "2026-11-15")

    last, jump = one_instrument(row, NOW).open

    assert [bar.session.day for bar in jump.bars] == [5, 6, 7, 8, 9, 10, 11]
    assert [bar.session.day for bar in last.bars] == [12, 13, 14, 15]
    assert jump.bars[0].close == 14.0


def test_bars_of_others_are_not(with_bars: Listed) -> None:
    found(row := with_bars("AAPL"), "jump", "2026-11-08")
    with_bars("MSFT", days(15))

    assert one_instrument(row, NOW).open[0].bars == []


def test_what_is_ignored_stands_apart(with_bars: Listed) -> None:
    row = with_bars("AAPL")
    found(row, "gap", ignored_at=NOW)
    found(row, "bar")

    one = one_instrument(row, NOW)

    assert [row.finding.kind for row in one.open] == ["bar"]
    assert [row.finding.kind for row in one.ignored] == ["gap"]


@pytest.mark.parametrize(
    ("kind", "entered", "taken"),
    [
        ("gap", True, False),
        ("bar", True, False),
        ("currency", False, True),
        ("history", False, True),
        ("delisted", False, False),
        ("withdrawn", False, True),
    ],
)
def test_each_kind_has_its_own_remedies(with_bars: Listed, kind: str, entered: bool, taken: bool) -> None:
    found(row := with_bars("AAPL"), kind)

    (shown,) = one_instrument(row, NOW).open

    assert (shown.may_be_entered, shown.may_be_taken) == (entered, taken)


def test_jobs_are_those_of_this_symbol_under_way_or_ended_a_moment_ago(with_bars: Listed) -> None:
    row = with_bars("AAPL")

    def job(symbol: str, state: State, finished_at: datetime | None = None) -> Job:
        return Job.objects.create(
            kind="stocktracker.backfill", args={"symbol": symbol}, queue="prices", state=state, finished_at=finished_at
        )

    job("MSFT", State.RUNNING)
    job("AAPL", State.DONE, NOW - RECENT - timedelta(seconds=1))
    ended, runs = job("AAPL", State.FAILED, NOW), job("AAPL", State.RUNNING)
    Progress(runs.pk)(1, 2, "Storing")

    jobs = jobs_of(row, NOW)

    assert [shown.job for shown in jobs.rows] == [runs, ended]
    assert (jobs.active, jobs.rows[0].percent) == (1, 50)


def test_as_many_queries_for_many_findings_as_for_one(
    with_bars: Listed, staff: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = with_bars("AAPL", days(15))
    for number in range(SHOWN + 5):
        found(row, "gap", (date(2025, 1, 1) + timedelta(days=number)).isoformat())
        session = date(2025, 1, 1) + timedelta(days=number)
        Correction.objects.create(instrument=row, session=session, close=1, entered_at=NOW, entered_by=staff)

    with django_assert_num_queries(5):  # findings, bars around them, what is stored, corrections, jobs
        one = one_instrument(row, NOW)
        assert {str(correction.entered_by) for correction in one.corrections} == {"root"}

    assert len(one.open) == SHOWN


def test_the_first_source_is_no_second_one() -> None:
    assert second_sources() == ["stooq"]
