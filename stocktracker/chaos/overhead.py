"""What rows cost: asking for a job in a page, ten thousand jobs that do nothing, and an idle minute."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from stocktracker.jobs.models import UNDER_WAY, Job, State
from stocktracker.jobs.sending import send_in_background
from stocktracker.jobs.services import enqueue
from stocktracker.jobs.sweep import sweep

from . import plain
from .cpu import processor_seconds
from .load import ask
from .stack import Stack
from .visitor import Visitor

TURNS = 300  # of something quick
JOBS, SHORT_JOBS = 10_000, 500
IDLE_SECONDS, SHORT_IDLE_SECONDS = 60.0, 10.0
MANY_WAITING, MANY_ENDED = 500, 50_000  # rows
GIVEN_UP_AFTER = 600.0  # seconds
MICROSECONDS, MILLISECONDS = 1e6, 1e3
BARE = "INSERT INTO jobs_job ({columns}) SELECT {columns} FROM jobs_job WHERE id = %s"
RATE = "SELECT (count(*) - 1) / extract(epoch FROM max({at}) - min({at})) FROM {table} WHERE {which}"


@dataclass(frozen=True, slots=True)
class Cost:
    what: str
    value: float
    unit: str
    note: str = ""


def costs(stack: Stack, *, short: bool) -> Iterator[Cost]:
    """On a stack whose servers run, and nothing else yet."""
    yield from asking("its message sent at once, as in a worker")
    send_in_background()
    yield from asking("its message left to a thread, as in a page")
    yield from _rates(stack, SHORT_JOBS if short else JOBS)
    yield from _idle(stack, SHORT_IDLE_SECONDS if short else IDLE_SECONDS)
    yield from _crowded()


def asking(how: str, turns: int = TURNS) -> Iterator[Cost]:
    """In turns, each in a transaction of its own: enqueue with its message, and a bare INSERT of the same row."""
    model = ask("chaos.nothing")
    columns = ", ".join(str(field.column) for field in Job._meta.concrete_fields if not field.primary_key)  # noqa: SLF001 — documented
    copy = BARE.format(columns=columns)

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(copy, [model.pk])

    def save() -> None:
        with transaction.atomic():
            Job.objects.create(kind=model.kind, queue=model.queue, args={})

    def whole() -> None:
        with transaction.atomic():
            enqueue("chaos.nothing")

    taken = _in_turns({"enqueue": whole, "save": save, "INSERT": insert}, turns)
    bare = taken["INSERT"]
    yield Cost(f"enqueue, {how}", taken["enqueue"] * MICROSECONDS, "µs", f"{taken['enqueue'] / bare:.1f} ×")
    yield Cost("… its row alone, saved by the ORM", taken["save"] * MICROSECONDS, "µs", f"{taken['save'] / bare:.1f} ×")
    yield Cost("… a bare INSERT of it", bare * MICROSECONDS, "µs", "= 1 ×; each in a transaction of its own")
    Job.objects.filter(kind="chaos.nothing").delete()


def _in_turns(works: dict[str, Callable[[], None]], turns: int) -> dict[str, float]:
    """Median seconds."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(turns):
        for name, act in works.items():
            began = time.perf_counter()
            act()
            times[name].append(time.perf_counter() - began)
    return {name: statistics.median(own) for name, own in times.items()}


def _rates(stack: Stack, count: int) -> Iterator[Cost]:
    """From the first to the last of many that wait when the worker comes; two processes each."""
    for _ in range(count):
        ask("chaos.nothing")
    stack.start("beat", "worker-1")
    _until(lambda: not Job.objects.filter(kind="chaos.nothing", state__in=UNDER_WAY).exists())
    ours = _rate("jobs_job", "finished_at", "kind = 'chaos.nothing'")
    stack.stop("beat", "worker-1")
    for number in range(count):
        plain.insert.apply_async((number,))
    stack.start("plain")
    _until(lambda: _number("SELECT count(*) FROM chaos_effect WHERE label = 'rate'") >= count)
    theirs = _rate("chaos_effect", "at", "label = 'rate'")
    stack.stop("plain")
    yield Cost(f"{count:,} jobs that do nothing", ours, "a second", f"{ours / theirs:.2f} × plain tasks")
    yield Cost(f"{count:,} plain tasks with one INSERT", theirs, "a second", "early acknowledgement, no result")


def _idle(stack: Stack, seconds: float) -> Iterator[Cost]:
    """Share of one processor; then, of a page that is open, one poll."""
    stack.start("web", "beat", "worker-1")
    job = ask("chaos.probe", label="idle")
    _until(lambda: Job.objects.filter(pk=job.pk, state=State.DONE).exists())
    _until(stack.address.is_healthy)
    stack.wait(5)  # until what a start brings along is over
    _until(lambda: not Job.objects.filter(state__in=UNDER_WAY).exists())
    running = stack.pids()
    before = {name: processor_seconds([pid]) for name, pid in running.items()}
    stack.wait(seconds)
    shares = {name: (processor_seconds([pid]) - before[name]) / seconds * 100 for name, pid in running.items()}
    each = ", ".join(f"{name} {share:.1f}" for name, share in shares.items())
    yield Cost(f"idle for {seconds:g} s: share of one processor", sum(shares.values()), "%", each)
    visitor = Visitor(stack.address)
    polled = _in_turns({"poll": visitor.look}, TURNS // 3)["poll"]
    yield Cost("one poll of the jobs page, nothing running", polled * MILLISECONDS, "ms", "over HTTP")
    stack.stop("beat", "worker-1")


def _crowded() -> Iterator[Cost]:
    """Sweeps, while nobody works: of nothing, and among many rows."""
    empty = _in_turns({"sweep": _sweep}, TURNS // 3)["sweep"]
    yield Cost("one sweep, nothing to do", empty * MILLISECONDS, "ms")
    now = timezone.now()
    ended = Job(kind="chaos.nothing", queue="charts", state=State.DONE, sent_at=now, finished_at=now)
    waiting = Job(kind="chaos.nothing", queue="charts", sent_at=now)
    for row, count in ((ended, MANY_ENDED), (waiting, MANY_WAITING)):
        Job.objects.bulk_create((_copy(row) for _ in range(count)), batch_size=1000)
    full = _in_turns({"sweep": _sweep}, TURNS // 3)["sweep"]
    among = f"{MANY_WAITING:,} waiting, {MANY_ENDED:,} ended"
    yield Cost(f"one sweep, {among}", full * MILLISECONDS, "ms")


def _copy(row: Job) -> Job:
    fields = ("kind", "queue", "state", "sent_at", "finished_at")
    return Job(**{name: getattr(row, name) for name in fields})


def _sweep() -> None:
    sweep(timezone.now())


def _rate(table: str, at: str, which: str) -> float:
    return _number(RATE.format(table=table, at=at, which=which))


def _number(query: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return float(cursor.fetchone()[0] or 0)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + GIVEN_UP_AFTER
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.1)  # PostgreSQL tells nobody that a queue is empty
