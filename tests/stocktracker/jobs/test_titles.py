import pytest
from django.utils.translation import override

from stocktracker.jobs.models import Job
from stocktracker.jobs.titles import choices, title

from .given import make

pytestmark = pytest.mark.django_db


def test_a_title_in_the_database_is_what_one_reads() -> None:
    jobs = [
        make(symbol="AAPL"),
        make(kind="stocktracker.rebuild", subject="Family"),
        make(kind="stocktracker.after_close", args={"calendar": "XNYS", "session": "2026-11-20"}),
        make(kind="stocktracker.after_close", args={}),
        make(kind="gone.kind"),
        make(),
    ]

    titles = dict(Job.objects.annotate(text=title()).values_list("pk", "text"))

    assert titles == {job.pk: job.title for job in jobs}
    assert titles[jobs[0].pk] == "History of AAPL"
    assert titles[jobs[3].pk] == "After the close of …, …"


def test_kinds_to_choose_from_are_by_title_and_without_what_one_job_is_about() -> None:
    found = choices()

    assert ("stocktracker.backfill", "History of …") in found
    assert [label for _, label in found] == sorted(label for _, label in found)


def test_one_searches_for_what_one_reads_in_ones_own_language() -> None:
    job = make(symbol="AAPL")

    with override("de"):
        found = Job.objects.annotate(text=title()).get()
        assert (found.__dict__["text"], job.title) == ("Historie von AAPL", "Historie von AAPL")
        assert ("stocktracker.backfill", "Historie von …") in choices()
