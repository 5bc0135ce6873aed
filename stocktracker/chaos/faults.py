"""Faults by name: what is done to the stack, for how long, and how it is undone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import connection
from kombu.exceptions import OperationalError
from redis import Redis

from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.models import Job, State

from . import plain
from .load import ask
from .stack import Stack
from .work import DEATHS, WORK

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
DOUBLED_JOBS, CLAIMED_JOBS, CLAIMANTS = 30, 10, 8
BEGUN_WITHIN = 30.0  # seconds
ZOMBIE_SECONDS = 8.0  # more than the sweep and a second attempt take
LONG_SECONDS = 60.0  # a job that lasts longer than a platform waits


@dataclass(slots=True)
class Scene:
    """What a fault may act upon. Jobs it asks for itself carry the label, so that they are counted too."""

    stack: Stack
    label: str
    seconds: float
    with_plain: bool
    promised: list[int] = field(default_factory=list)  # ids of jobs
    plain_numbers: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    count_after: float = 0.0  # of the monotonic clock: until then something may still write

    def ask(self, kind: str, **args: float) -> Job:
        job = ask(kind, label=self.label, **args)
        self.promised.append(job.pk)
        return job

    def send_plain_tasks(self, numbers: Iterable[int], milliseconds: int, copies: int = 1) -> None:
        """Of each mode, if there are any; those of a load are numbered from 1."""
        for number in numbers if self.with_plain else ():
            self.plain_numbers.append(number)
            for task in list(plain.TASKS.values()) * copies:
                task.apply_async((number, self.label, milliseconds), task_id=f"{task.name}-{self.label}{number}")


Act = Callable[[Scene], object]


def _nothing(_scene: Scene) -> None:
    """Needs no mending."""


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    title: str
    strike: Act
    mend: Act = _nothing
    seconds: float = 0.0  # between the two
    short_seconds: float | None = 0.0  # None: not part of the short form


def _kill_everything(scene: Scene) -> None:
    scene.stack.kill(*reversed(scene.stack.names))


def _flush(scene: Scene) -> None:
    Redis.from_url(scene.stack.redis_url).flushall()


def _kill_and_empty_redis(scene: Scene) -> None:
    scene.stack.kill("redis")
    scene.stack.empty_redis()


def _cut_connections(scene: Scene) -> None:
    """A job that does not notice lives on beside the one that takes its place, and must not write."""
    _begun(scene, ZOMBIE_SECONDS)
    scene.count_after = time.monotonic() + ZOMBIE_SECONDS + 1
    with connection.cursor() as cursor:
        cursor.execute(CUT)


def _begun(scene: Scene, seconds: float) -> None:
    """A worker has begun with a long job."""
    job = scene.ask("chaos.long", priority=1, seconds=seconds)
    scene.stack.until(Job.objects.filter(pk=job.pk, state=State.RUNNING).exists, BEGUN_WITHIN)


def _send_again(job: Job) -> None:
    with suppress(OperationalError):  # then there is one copy less
        kind_named(job.kind).task.apply_async((job.pk,), queue=job.queue, priority=job.priority - 1)


def _deliver_twice(scene: Scene) -> None:
    """Every second job three times."""
    for number in range(DOUBLED_JOBS):
        job = scene.ask(WORK, milliseconds=20)
        for _ in range(1 + number % 2):
            _send_again(job)
    scene.send_plain_tasks(range(-DOUBLED_JOBS, 0), 20, copies=2)


def _claim_at_once(scene: Scene) -> None:
    """Many messages for the workers, and as many claimants here, who start together."""
    for _ in range(CLAIMED_JOBS):
        job = scene.ask(WORK, milliseconds=30)
        barrier = threading.Barrier(CLAIMANTS)
        claimants = [threading.Thread(target=_claim, args=(job, barrier)) for _ in range(CLAIMANTS)]
        for claimant in claimants:
            claimant.start()
        for claimant in claimants:
            claimant.join()
    scene.send_plain_tasks(range(-CLAIMED_JOBS, 0), 20, copies=CLAIMANTS)


def _claim(job: Job, barrier: threading.Barrier) -> None:
    barrier.wait()
    _send_again(job)
    kind_named(job.kind).task(job.pk)
    connection.close()


def _poison(scene: Scene) -> None:
    scene.ask("chaos.poison")
    scene.notes.append(f"kills its process, {DEATHS} attempts")
    if scene.with_plain:
        plain.poison.apply_async((scene.label,))


def _overtime(scene: Scene) -> None:
    for kind in ("chaos.overtime", "chaos.stubborn"):
        scene.ask(kind)


def _ask_workers_to_leave(scene: Scene) -> None:
    """With a job in one of them that does not end in time."""
    _begun(scene, scene.seconds or LONG_SECONDS)
    seconds = scene.stack.stop(*scene.stack.workers)
    scene.notes.append(f"workers had left after {seconds:.1f} s")


def _kill_workers(scene: Scene) -> None:
    scene.stack.kill(*scene.stack.workers)


def _kill_first_processes(scene: Scene) -> None:
    """Their pools are left to themselves for a second."""
    scene.stack.kill_first_process(*scene.stack.workers)


def _kill_children(scene: Scene) -> None:
    scene.stack.kill_one_child(*scene.stack.workers)


def _freeze_a_worker(scene: Scene) -> None:
    scene.stack.freeze(*scene.stack.one_of_each_worker)


def _thaw(scene: Scene) -> None:
    scene.stack.thaw(*scene.stack.names)


def _start_again(scene: Scene) -> None:
    """Who was stopped; who was killed comes back by itself."""
    scene.stack.start(*scene.stack.names)


FAULTS = (  # in an order that suits the short form: what loses messages first, what ends by itself in the middle
    Fault("flushall", "FLUSHALL", _flush),
    Fault("redis-emptied", "Redis killed, back without data", _kill_and_empty_redis),
    Fault("redis-hung", "Redis frozen (SIGSTOP)", lambda scene: scene.stack.freeze("redis"), _thaw, 20, 1.5),
    Fault("redis-stopped", "Redis stopped", lambda scene: scene.stack.stop("redis"), _start_again, 20, 1.5),
    Fault("everything", "kill -9 of everything, servers too", _kill_everything),
    Fault("worker", "kill -9 of the workers", _kill_workers),
    Fault("worker-main", "kill -9 of the workers' first processes only", _kill_first_processes, _start_again, 0, None),
    Fault("asked-to-stop", "SIGTERM to the workers, a job running", _ask_workers_to_leave, _start_again, 0, None),
    Fault("poison", "a job that kills its process", _poison),
    Fault("overtime", "jobs past the soft and the hard time limit", _overtime),
    Fault("child", "kill -9 of a process of each worker's pool", _kill_children),
    Fault("postgres-stopped", "PostgreSQL stopped", lambda scene: scene.stack.stop("postgres"), _start_again, 10, 1),
    Fault("connections", "every connection to PostgreSQL cut", _cut_connections),
    Fault("frozen", "a worker frozen (SIGSTOP)", _freeze_a_worker, _thaw, 10, 1),
    Fault("beat", "kill -9 of beat", lambda scene: scene.stack.kill("beat")),
    Fault("web", "kill -9 of web", lambda scene: scene.stack.kill("web")),
    Fault("twice", "messages delivered two and three times", _deliver_twice),
    Fault("at-once", "eight claimants and the workers at one job", _claim_at_once),
)
