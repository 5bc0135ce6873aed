import json

import pytest
from django.contrib.auth.models import User

from stocktracker.jobs.details import one_job
from stocktracker.jobs.models import State
from stocktracker.jobs.printing import CUT, facts, line, values
from stocktracker.jobs.progress import Advance
from stocktracker.jobs.selectors import JobRow

from .given import NOW, in_parts, make

pytestmark = pytest.mark.django_db


def test_a_line_says_what_how_and_how_far() -> None:
    running, done, waiting = make(State.RUNNING, "AAPL"), make(State.DONE, "MSFT"), make(symbol="IBM")

    told = [line(JobRow(running, Advance(1, 4, "2014"))), line(JobRow(done)), line(JobRow(waiting))]

    assert [text.split(maxsplit=1)[1] for text in told] == [
        "running    History of AAPL: 25% · 2014", "done       History of MSFT: in 2.5 s", "queued     History of IBM",
    ]  # fmt: skip


def test_a_long_error_is_cut() -> None:
    told = line(JobRow(make(State.FAILED, error="x" * 500)))

    assert told.endswith(f": {'x' * (CUT - 1)}…")


def test_values_are_json(user: User) -> None:
    row = JobRow(make(State.DONE, "AAPL", requested_by=user, result={"gaps": 2}))

    found = json.loads(json.dumps(values(row)))

    assert (found["title"], found["requested_by"], found["result"]) == ("History of AAPL", "ada", {"gaps": 2})
    assert found["finished_at"] == NOW.isoformat()
    assert json.loads(json.dumps(values(JobRow(make()))))["requested_by"] is None


def test_all_about_a_job_with_its_parts(user: User) -> None:
    parent = in_parts(State.FAILED, requested_by=user)
    part = parent.children.get()

    whole, one = facts(one_job(parent, 1, NOW)), facts(one_job(part, 1, NOW))

    assert whole[0] == f"Check of histories (job {parent.pk})"
    assert whole[-1] == line(JobRow(part))
    assert f"part of      Check of histories (job {parent.pk})" in one
    assert "arguments    symbol S0" in one
    assert "error        It is not known." in one
