"""Kinds of jobs for the chaos suite, registered only where a worker includes this module."""

from __future__ import annotations

import os
import signal
import time

from celery.exceptions import SoftTimeLimitExceeded

from stocktracker.jobs.kinds import job, kind_named
from stocktracker.jobs.running import Run

from .effects import MILLISECOND, record

OURS = "jobs"  # in the table of effects
WORK = "chaos.work"
DEATHS = 3  # of a poison job, until it has failed
SOFT_SECONDS, HARD_SECONDS = 2, 4  # instead of minutes; the signals are the same
FOR_EVER = 600  # seconds


@job(WORK, queue="charts", title="Chaos: {label}")
def work(run: Run, label: str, milliseconds: int) -> None:
    """Takes a while, then leaves one effect."""
    time.sleep(milliseconds * MILLISECOND)  # stands for work: a time somebody waits for
    with run.commit():
        record(OURS, run.job.pk, label)


@job("chaos.probe", queue="interactive", priority=1, title="Chaos: somebody is looking")
def probe(run: Run, label: str) -> None:
    with run.commit({"label": label}):
        pass


@job("chaos.nothing", queue="charts", title="Chaos: nothing to do")
def nothing(_run: Run) -> None:
    """What claim, lock, fence and end cost."""


@job("chaos.poison", queue="charts", max_attempts=DEATHS, title="Chaos: poison")
def poison(_run: Run, label: str) -> None:  # noqa: ARG001 — in the row
    """Ends the process it runs in, each time."""
    os.kill(os.getpid(), signal.SIGKILL)


@job("chaos.overtime", queue="charts", max_attempts=1, title="Chaos: past the soft limit")
def overtime(_run: Run, label: str) -> None:  # noqa: ARG001 — in the row
    time.sleep(FOR_EVER)  # until it is killed


@job("chaos.stubborn", queue="charts", max_attempts=1, title="Chaos: past the hard limit")
def stubborn(_run: Run, label: str) -> None:  # noqa: ARG001 — in the row
    """Does not hear the soft limit."""
    try:
        time.sleep(FOR_EVER)  # until it is killed
    except SoftTimeLimitExceeded:
        time.sleep(FOR_EVER)  # until it is killed


@job("chaos.long", queue="charts", title="Chaos: a long job")
def long(run: Run, label: str, seconds: float) -> None:
    """Long at the first attempt only, so that whoever cut it short need not wait again."""
    time.sleep(seconds if run.job.attempts == 1 else 0)  # the work
    with run.commit():
        record(OURS, run.job.pk, label)


for name in ("chaos.overtime", "chaos.stubborn"):
    kind_named(name).task.soft_time_limit = SOFT_SECONDS
    kind_named(name).task.time_limit = HARD_SECONDS
