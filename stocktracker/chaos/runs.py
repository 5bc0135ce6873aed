"""One run: work is asked for, something breaks and is mended, and then everything is counted."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Max
from redis import Redis

from stocktracker.embedded.terminal import SetupError
from stocktracker.jobs.models import UNDER_WAY, Job, State

from .effects import Tally, count_jobs, count_plain, latest_effect, poisoned
from .faults import Fault, Scene
from .load import SLOW, Load, ask, ask_for_job, plainly
from .plain import EARLY, LATE
from .stack import Stack
from .visitor import Seen, Visitor, half_booked
from .work import OURS, WORK

WARM = "warm up"
PER_SECOND, SHORT_PER_SECOND = 10.0, 5.0  # jobs asked for
BEFORE, SHORT_BEFORE = 2.0, 0.2  # seconds of work before something breaks
GIVEN_UP_AFTER = 150.0  # seconds until what has not ended is called lost
EARLY_GIVEN_UP_AFTER, LATE_GIVEN_UP_AFTER = 20.0, 120.0  # seconds more than ours took; what may come again, may
WORTH_TELLING = 30.0  # seconds
POOL = 2  # processes of a worker
IN_HAND = 0.3  # seconds until each of them has begun
BACKLOG, SHORT_BACKLOG = 30, 4  # jobs that wait when something breaks
WAITING = 150  # milliseconds that each of them takes
FIRST_FILLED = 10**6  # numbers of plain tasks beyond those of a load
CALM = (0.5, 3.0)  # seconds between two faults of a storm
OUTAGE = (0.5, 4.0)  # seconds that one of them lasts


@dataclass(frozen=True, slots=True)
class Outcome:
    fault: str
    title: str
    ours: Tally
    plain: dict[str, Tally]  # by mode, if they ran beside
    answered_after: float | None  # seconds from the fault's end until a new job was done; None: never
    recovered_after: float | None  # … until all were
    slowest_ask_ms: float
    pages: Seen
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return (
            self.ours.lost == 0 and self.ours.doubled == 0 and None not in (self.answered_after, self.recovered_after)
        )


@dataclass(slots=True)
class Struck:
    """A run whose end is still to come."""

    fault: Fault
    scene: Scene
    loads: dict[str, Load]
    over: float  # wall clock, as in the database
    answered_after: float | None
    pages: Seen


class Course:
    """Runs on one stack."""

    def __init__(self, stack: Stack, visitor: Visitor, *, short: bool, plain: bool, seed: int) -> None:
        self._stack, self._visitor = stack, visitor
        self._short, self._plain, self._random = short, plain, random.Random(seed)
        self._modes = (LATE, EARLY) if plain else ()

    def warm_up(self) -> None:
        """Until a job is done and a page answers."""
        if not self._plain_are_done(WARM) or not self._answers(WARM):
            raise SetupError(f"The stack does not work; see {self._stack.folder.logs}.")

    def _plain_are_done(self, label: str) -> bool:
        """Whether those asked for now are, soon."""
        for mode in self._modes:
            plainly(mode)(0, label, 0)
        return self._until(
            lambda: not any(count_plain(mode, label, [0], 0).lost for mode in self._modes), GIVEN_UP_AFTER
        )

    def strike(self, fault: Fault) -> Struck:
        """The fault, while work is asked for, until a new job is done again."""
        seconds = (fault.short_seconds or 0) if self._short else fault.seconds
        scene = Scene(self._stack, fault.name, seconds, self._plain)
        loads = self._begin(scene)
        fault.strike(scene)
        self._stack.wait(scene.seconds)
        return self._end(fault, scene, loads)

    def storm(self, faults: list[Fault], seconds: float, seed: int) -> Struck:
        """Faults at random, one after the other, for so many seconds."""
        whole = Fault("storm", f"{seconds:g} s of all faults, seed {seed}", lambda _scene: None)
        scene = Scene(self._stack, "storm", 0, self._plain)
        loads = self._begin(scene)
        until = time.monotonic() + seconds
        struck: list[str] = []
        while time.monotonic() < until:
            fault = self._random.choice(faults)
            scene.seconds = self._random.uniform(*OUTAGE)
            self._strike_patiently(fault, scene)
            fault.mend(scene)
            struck.append(fault.name)
            self._stack.wait(self._random.uniform(*CALM))
        scene.notes[:] = [f"{len(struck)} faults: {', '.join(struck)}"]
        return self._end(whole, scene, loads)

    def _strike_patiently(self, fault: Fault, scene: Scene) -> None:
        """The last fault may not be over: what cannot be done is left out."""
        _patiently(lambda: fault.strike(scene))
        self._stack.wait(scene.seconds)

    def outcome(self, struck: Struck) -> Outcome:
        """When everything asked for has ended, or is given up."""
        label, loads = struck.fault.name, struck.loads
        self._until(lambda: time.monotonic() > struck.scene.count_after, GIVEN_UP_AFTER)
        ended = self._until(lambda: not self._waiting(label), struck.over + GIVEN_UP_AFTER - time.time())
        ours = count_jobs(label, {*loads[OURS].promised, *struck.scene.promised}, loads[OURS].refused)
        undone = half_booked(self._visitor.portfolio)
        plain = self._plain_tallies(struck) if self._plain else {}
        return Outcome(
            struck.fault.name,
            struck.fault.title,
            Tally(ours.asked, ours.refused, ours.lost + undone, ours.doubled),
            plain,
            struck.answered_after,
            self._recovered_after(label, struck.over) if ended else None,
            loads[OURS].slowest * 1000,
            struck.pages,
            struck.scene.notes,
        )

    def _begin(self, scene: Scene) -> dict[str, Load]:
        """Work that goes on, and a job in the hands of every process."""
        self._visitor.take()
        rate = SHORT_PER_SECOND if self._short else PER_SECOND
        asks = {OURS: ask_for_job} | {mode: plainly(mode) for mode in self._modes}
        loads = {mode: Load(act, scene.label, rate, seed=self._random.randrange(10**6)) for mode, act in asks.items()}
        for load in loads.values():
            load.start()
        self._stack.wait(SHORT_BEFORE if self._short else BEFORE)
        self._fill(scene)
        self._stack.wait(IN_HAND)
        return loads

    def _fill(self, scene: Scene) -> None:
        """A job for every process to have in hand, and some that wait behind."""
        backlog = SHORT_BACKLOG if self._short else BACKLOG
        in_hand = POOL * (len(self._stack.workers) - bool(self._modes))
        for number in range(in_hand + backlog):
            scene.ask(WORK, milliseconds=SLOW if number < in_hand else WAITING)
        for number in range(1, backlog + 1):
            scene.send_plain_tasks([FIRST_FILLED + number], SLOW if number == 1 else WAITING)

    def _end(self, fault: Fault, scene: Scene, loads: dict[str, Load]) -> Struck:
        over = time.time()
        fault.mend(scene)
        answered = self._until(lambda: self._answers(scene.label), GIVEN_UP_AFTER)
        answered_after = time.time() - over if answered else None
        for load in loads.values():
            load.end()
        scene.notes += [f"{name} ended by itself" for name in self._stack.surprises()]
        return Struck(fault, scene, loads, over, answered_after, self._visitor.take())

    def _answers(self, label: str) -> bool:
        """Whether a job asked for now is done soon, and a page answers."""
        job = ask("chaos.probe", label=label)
        done = Job.objects.filter(pk=job.pk, state=State.DONE)
        return self._until(done.exists, GIVEN_UP_AFTER) and self._until(self._stack.address.is_healthy, GIVEN_UP_AFTER)

    def _waiting(self, label: str) -> bool:
        under_way = Job.objects.filter(state__in=UNDER_WAY)
        ours = under_way.filter(kind__startswith="chaos.", args__label=label)
        return ours.exists() or under_way.filter(portfolio_id=self._visitor.portfolio.pk).exists()

    def _recovered_after(self, label: str, over: float) -> float:
        last = Job.objects.filter(kind__startswith="chaos.", args__label=label).aggregate(at=Max("finished_at"))["at"]
        return max(0.0, float(last.timestamp()) - over)

    def _plain_tallies(self, struck: Struck) -> dict[str, Tally]:
        """After a fair wait; then what is left of them is removed."""
        loads, numbers, label = struck.loads, struck.scene.plain_numbers, struck.fault.name

        def tally(mode: str) -> Tally:
            return count_plain(mode, label, [*loads[mode].promised, *numbers], loads[mode].refused)

        if not self._until(lambda: not tally(EARLY).lost, EARLY_GIVEN_UP_AFTER) or tally(LATE).lost:
            self._until(lambda: not tally(LATE).lost, LATE_GIVEN_UP_AFTER)
        counted = {mode: tally(mode) for mode in self._modes}
        waited = (latest_effect(LATE, label) or struck.over) - struck.over
        if waited > WORTH_TELLING:
            struck.scene.notes.append(f"the last acks_late task came after {waited:.0f} s")
        if deaths := poisoned(label):
            struck.scene.notes.append(f"the plain poison ended {deaths} processes and would go on")
        self._stack.kill("plain")
        Redis.from_url(self._stack.plain_redis_url).flushdb()
        self._stack.start("plain")
        self._plain_are_done(f"{WARM} after {label}")
        return counted

    def _until(self, condition: Callable[[], object], seconds: float) -> bool:
        return self._stack.until(lambda: _patiently(condition), seconds)


def _patiently(act: Callable[[], object]) -> bool:
    """What it says; False while the database is away."""
    try:
        connection.close_if_unusable_or_obsolete()
        return bool(act())
    except (DatabaseError, InterfaceError):
        connection.close()
        return False
