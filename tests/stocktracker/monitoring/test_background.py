import logging

import pytest

from stocktracker.metrics.processes import alive
from stocktracker.monitoring import background
from stocktracker.monitoring.alarms import settling
from stocktracker.monitoring.models import Alarm
from tests.processes import run_python

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = """
import threading, time
from stocktracker.metrics import reading, recording
from stocktracker.monitoring import background
from stocktracker.monitoring.models import Alarm
recording.EVERY_SECONDS = background.FIRST_LOOK_SECONDS = 0.05
background.in_background({kind!r})
recording.counted(3, "prices", "upstream")
deadline = time.monotonic() + 20
while time.monotonic() < deadline and not (reading.total().amount("prices", "upstream") and {done}):
    threading.Event().wait(0.1)
print(reading.total().amount("prices", "upstream"), Alarm.objects.exists(), threading.active_count())
"""


def test_a_web_process_carries_says_that_it_lives_and_looks_for_alarms() -> None:
    told = run_python(PROGRAM.format(kind="web", done="Alarm.objects.exists()"))

    assert told == "3 True 3"
    assert [one.kind for one in alive()] == ["web"]


def test_a_worker_leaves_looking_to_its_tasks() -> None:
    told = run_python(PROGRAM.format(kind="worker", done="True"))

    assert told == "3 False 2"
    assert [one.kind for one in alive()] == ["worker"]


def test_a_look_that_fails_is_told_in_the_log_and_the_thread_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_args: object, **_kwargs: object) -> bool:
        raise ValueError("broken on purpose")

    monkeypatch.setattr(settling, "watch", breaks)

    background.look()

    assert "nobody looked for alarms" in caplog.text
    assert caplog.records[-1].levelno == logging.ERROR
    assert not Alarm.objects.exists()
