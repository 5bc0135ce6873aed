import pytest

from stocktracker.perf import counting


@pytest.mark.django_db
def test_counting_costs_something_and_not_much() -> None:
    costs = [counting.added(), counting.carried(), counting.a_statement()]

    assert all(0 < cost < 0.005 for cost in costs), "seconds; a limit that only an accident exceeds"


@pytest.mark.django_db(transaction=True)
def test_the_row_says_which_share_of_an_empty_answer_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "ASKED", 5)
    monkeypatch.setattr(counting, "TURNS", 2)

    (row,) = counting.results()

    assert row.row == "m"
    assert row.median_ms is not None
    assert row.limit_ratio is not None
    assert 0 < row.limit_ratio < 1
    assert row.met is (row.limit_ratio <= counting.MOST)
    assert "an empty answer takes" in row.note
