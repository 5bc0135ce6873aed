from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse

from stocktracker.jobs.models import Job, State
from stocktracker.jobs.selectors import JobList, JobRow
from stocktracker.jobs.watching import Watch

IDLE = JobList([])
RUNNING = JobList([JobRow(Job(pk=1, state=State.RUNNING))], 1)
POSTPONED = JobList([JobRow(Job(pk=2, state=State.QUEUED, error="The price source is paused."))], 1)
ENDED = JobList([JobRow(Job(pk=1, state=State.DONE))])


def watch(bar: JobList, shown: JobList = IDLE, query: Mapping[str, str] | None = None, address: str = "/bar/") -> Watch:
    return Watch.of(query or {}, address, bar, shown)


def asked_by(before: Watch) -> dict[str, str]:
    """The query of the next poll."""
    return {name: values[0] for name, values in parse_qs(urlsplit(before.next_address).query).items()}


@pytest.mark.parametrize(
    ("bar", "shown", "seconds"),
    [(IDLE, IDLE, 0), (IDLE, ENDED, 0), (RUNNING, IDLE, 1), (IDLE, RUNNING, 1), (POSTPONED, RUNNING, 1)],
)
def test_a_page_asks_again_only_while_something_is_under_way(bar: JobList, shown: JobList, seconds: int) -> None:
    assert watch(bar, shown).seconds == seconds


def test_what_all_waits_is_asked_for_less_and_less_often() -> None:
    page, seconds = watch(POSTPONED, POSTPONED), []
    for _ in range(4):
        seconds.append(page.seconds)
        page = watch(POSTPONED, POSTPONED, asked_by(page))

    assert seconds == [1, 2, 5, 15]


def test_what_runs_beside_it_is_asked_for_every_second() -> None:
    page = watch(POSTPONED, RUNNING)
    for _ in range(4):
        page = watch(POSTPONED, RUNNING, asked_by(page))

    assert page.seconds == 1


def test_the_next_address_keeps_what_was_in_it() -> None:
    page = watch(RUNNING, address="/jobs/?state=failed&page=2")

    assert page.next_address.startswith("/jobs/?state=failed&page=2&live=m&mark=")
    assert asked_by(page) | {"mark": ""} == {"state": "failed", "page": "2", "live": "m", "mark": "", "still": "0"}


@pytest.mark.parametrize(
    ("before", "after", "ended", "said"),
    [
        ((RUNNING, IDLE), (IDLE, IDLE), True, "Your jobs have ended."),
        ((IDLE, RUNNING), (IDLE, ENDED), True, ""),
        ((RUNNING, RUNNING), (RUNNING, ENDED), True, ""),
        ((RUNNING, RUNNING), (RUNNING, RUNNING), False, ""),
        ((RUNNING, IDLE), (POSTPONED, IDLE), True, ""),  # what waits for hours must not hide what has been done
        ((POSTPONED, IDLE), (RUNNING, IDLE), False, ""),
        ((POSTPONED, POSTPONED), (IDLE, POSTPONED), True, "Your jobs have ended."),
        ((IDLE, IDLE), (RUNNING, RUNNING), False, ""),
    ],
)
def test_the_end_of_the_last_job_is_told_once(
    before: tuple[JobList, JobList], after: tuple[JobList, JobList], ended: bool, said: str
) -> None:
    page = watch(*after, asked_by(watch(*before)))
    again = watch(*after, asked_by(page))

    assert (page.ended, page.said) == (ended, said)
    assert page.tell(HttpResponse()).get("HX-Trigger") == ("jobs-done" if ended else None)
    assert not again.ended
