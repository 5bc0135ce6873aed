import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections

from stocktracker.chaos import faults
from stocktracker.chaos.effects import count_jobs
from stocktracker.chaos.faults import CLAIMANTS, CLAIMED_JOBS, DOUBLED_JOBS, FAULTS, Fault, Scene
from stocktracker.chaos.private import environment
from stocktracker.chaos.stack import Stack
from stocktracker.embedded.folder import Folder
from stocktracker.embedded.stopping import StopWish
from stocktracker.jobs.models import Job, State
from stocktracker.redis import store
from tests.processes import ROOT

ASKED_FOR = {
    "child", "worker", "web", "beat", "everything", "redis-stopped", "redis-emptied", "flushall", "postgres-stopped",
    "twice", "at-once", "poison",
}  # fmt: skip


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    folder = Folder(tmp_path)
    stack = Stack(folder, ROOT, environment(folder), workers=1, plain=False, wish=StopWish())
    yield Scene(stack, "here", 0.0, with_plain=False)
    folder.leave()


def fault(name: str) -> Fault:
    return next(fault for fault in FAULTS if fault.name == name)


def test_every_fault_that_was_asked_for_is_there_once_and_in_the_short_form() -> None:
    names = [fault.name for fault in FAULTS]

    assert len(set(names)) == len(names)
    assert {fault.name for fault in FAULTS if fault.short_seconds is not None} > ASKED_FOR
    assert (fault("redis-stopped").seconds, fault("postgres-stopped").seconds) == (20, 10)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("effects")
def test_eight_claimants_of_one_job_do_it_once(scene: Scene) -> None:
    fault("at-once").strike(scene)

    counted = count_jobs("here", scene.promised, 0)
    assert (counted.asked, counted.lost, counted.doubled) == (CLAIMED_JOBS, 0, 0)
    assert set(Job.objects.values_list("state", "attempts")) == {(State.DONE, 1)}
    assert store().llen("charts\x06\x164") == CLAIMED_JOBS * (1 + CLAIMANTS)


@pytest.mark.django_db(transaction=True)
def test_each_message_is_there_two_and_three_times(scene: Scene) -> None:
    fault("twice").strike(scene)

    assert len(scene.promised) == DOUBLED_JOBS
    assert store().llen("charts\x06\x164") == DOUBLED_JOBS * 5 / 2


@pytest.mark.django_db(transaction=True)
def test_jobs_that_end_badly_carry_the_label_and_are_counted(scene: Scene) -> None:
    fault("poison").strike(scene)
    fault("overtime").strike(scene)

    assert sorted(Job.objects.values_list("kind", flat=True)) == ["chaos.overtime", "chaos.poison", "chaos.stubborn"]
    assert count_jobs("here", scene.promised, 0).lost == 3


@pytest.mark.django_db(transaction=True)
def test_connections_of_others_are_cut_and_mine_is_not(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "BEGUN_WITHIN", 0.0)  # there is no worker
    other = connections.create_connection("default")
    other.ensure_connection()

    fault("connections").strike(scene)

    assert connection.is_usable()
    assert not other.is_usable()
    assert Job.objects.get().args["seconds"] == faults.ZOMBIE_SECONDS
    assert scene.count_after > time.monotonic() + faults.ZOMBIE_SECONDS - 2


def test_a_fault_that_needs_no_mending_says_so(scene: Scene) -> None:
    assert fault("flushall").mend is faults._nothing
    fault("flushall").mend(scene)
