import time

import pytest
from django.db import DatabaseError, connection
from kombu.exceptions import OperationalError

from stocktracker.chaos.load import EACH_SLOW, SLOW, Load, ask_for_job, plainly
from stocktracker.chaos.plain import LATE, TASKS
from stocktracker.jobs.models import Job


def test_what_was_promised_and_what_was_refused_is_remembered() -> None:
    asked: list[int] = []

    def sometimes(number: int, _label: str, milliseconds: int) -> int:
        asked.append(milliseconds)
        if number % 3 == 0:
            raise DatabaseError
        if number % 3 == 1:
            raise OperationalError
        return number

    load = Load(sometimes, "here", per_second=200, seed=1)
    load.start()
    deadline = time.monotonic() + 20
    while len(asked) < 2 * EACH_SLOW:
        assert time.monotonic() < deadline
        time.sleep(0.01)  # the load is a thread of its own
    load.end()

    assert load.promised == [number for number in range(1, len(asked) + 1) if number % 3 == 2]
    assert load.refused == len(asked) - len(load.promised)
    assert asked[EACH_SLOW - 1] == SLOW > asked[0]


@pytest.mark.django_db(transaction=True)
def test_a_job_is_asked_for_on_a_connection_that_works_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = cursor.fetchone()[0]
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [mine])

    number = ask_for_job(1, "here", 5)

    assert Job.objects.get(pk=number).args == {"label": "here", "milliseconds": 5}


def test_a_plain_task_is_known_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, str, int]] = []
    monkeypatch.setattr(TASKS[LATE], "apply_async", sent.append)

    assert plainly(LATE)(5, "here", 20) == 5
    assert sent == [(5, "here", 20)]
