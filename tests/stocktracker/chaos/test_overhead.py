import pytest

from stocktracker.chaos import overhead
from stocktracker.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


def test_asking_is_measured_against_a_bare_insert_of_the_same_row_and_leaves_nothing() -> None:
    whole, saved, bare = overhead.asking("as here", turns=5)

    assert whole.value > bare.value > 0
    assert whole.what == "enqueue, as here"
    assert saved.value > bare.value
    assert whole.note == f"{whole.value / bare.value:.1f} ×"
    assert not Job.objects.exists()


def test_a_rate_is_of_what_came_between_the_first_and_the_last() -> None:
    rows = "(VALUES (timestamp '2026-01-01 00:00:00'), ('2026-01-01 00:00:01'), ('2026-01-01 00:00:04')) AS t (at)"

    assert overhead._rate(rows, "at", "true") == 0.5


def test_a_sweep_among_many_rows_is_measured_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overhead, "MANY_ENDED", 30)
    monkeypatch.setattr(overhead, "MANY_WAITING", 20)
    monkeypatch.setattr(overhead, "TURNS", 6)

    empty, full = overhead._crowded()

    assert (empty.value > 0, full.what) == (True, "one sweep, 20 waiting, 30 ended")
    assert Job.objects.count() == 50
