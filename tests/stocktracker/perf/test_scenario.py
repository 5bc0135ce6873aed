from datetime import date

from portfolios.accounting.ledger import Rules
from portfolios.accounting.replay import impossible
from stocktracker.perf.scenario import LAST_DAY, Size, book, sessions

SIZE = Size(5, 200, 3)


def test_a_scenario_is_the_same_each_time_and_possible() -> None:
    made = book(SIZE)

    assert list(made.entries) == list(book(SIZE).entries)
    assert (len(made.entries), len(made.listed)) == (200, 5)
    assert impossible(made.entries, {}, Rules("USD"), LAST_DAY) == []
    assert {str(entry.kind) for entry in made.entries} == {"buy", "sell", "dividend"}


def test_its_days_are_weekdays_up_to_the_last() -> None:
    days = sessions(3)

    assert (days[-1], days[0].year) == (date(2025, 12, 31), 2023)
    assert not [day for day in days if day.weekday() > 4]
