import pytest
from django.utils.translation import override

from stocktracker.monitoring.events import SENTENCES, note, sentence, worker_came, worker_left
from stocktracker.monitoring.models import Event
from tests.processes import run_python

pytestmark = pytest.mark.django_db

FACTS = {"version": "0.2.0", "name": "celery@host/7", "pause": "3 hours", "rows": 12, "made": "2026-11-20"}


@pytest.mark.parametrize("code", SENTENCES)
def test_every_event_has_a_sentence_with_its_facts(code: str) -> None:
    event = note(Event.Kind.WORKER, code, **FACTS)

    told = sentence(Event.objects.get(pk=event.pk))

    assert "%" not in told
    assert told.endswith(".")


def test_a_sentence_is_in_the_reader_s_language() -> None:
    event = note(Event.Kind.RELEASE, "released", version="0.2.0")

    with override("de"):
        told = sentence(event)

    assert "0.2.0" in told
    assert told != sentence(event)


def test_an_event_of_another_version_is_told_by_its_code() -> None:
    assert sentence(note(Event.Kind.WAKING, "sleepwalked")) == "sleepwalked"


@pytest.mark.django_db(transaction=True)
def test_workers_come_and_leave() -> None:
    worker_came("celery@host/7")
    worker_left("celery@host/7")

    assert [sentence(event) for event in Event.objects.order_by("pk")] == [
        "The worker celery@host/7 started.", "The worker celery@host/7 left."
    ]  # fmt: skip


def test_a_worker_without_its_database_comes_all_the_same() -> None:
    program = "from stocktracker.monitoring.events import worker_came; worker_came('celery@host/7'); print('here')"

    assert run_python(program, DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing") == "here"
