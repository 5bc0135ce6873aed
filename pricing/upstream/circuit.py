"""When to leave the upstream alone: a circuit breaker as a value, every transition gives a new one.

The fields are the columns of one database row; whoever stores it locks the row around ask() and around after_*().
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

FAILURES_TO_OPEN = 5  # in a row
WINDOW_SECONDS = 60.0  # over which the share of failures is taken
WINDOW_CALLS = 20  # fewer calls say nothing about a share
WINDOW_FAILURE_SHARE = 0.5
OPEN_SECONDS = 300.0  # the first opening; each failed probe doubles it
LONGEST_OPEN_SECONDS = 3600.0
LONGEST_RETRY_AFTER_SECONDS = 86_400.0  # a header that asks for more than a day is a mistake
FORCED_WAIT_SECONDS = 60.0  # nobody knows when an administrator lets go; ask again then


class State(StrEnum):
    CLOSED = "closed"  # calls pass and are counted
    OPEN = "open"  # calls are refused until open_until
    HALF_OPEN = "half_open"  # one leased probe may pass, its outcome decides


class Forced(StrEnum):
    OPEN = "open"  # an administrator refuses all calls
    CLOSED = "closed"  # an administrator lets all calls pass


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    probe: bool  # the one call that decides whether to close again
    generation: int  # hand it back with the outcome
    wait_seconds: float  # when refused: ask again then
    asked_at: datetime | None = None  # hand it back with the outcome too


@dataclass(frozen=True, slots=True)
class Circuit:
    """`Circuit()` is closed and has seen nothing."""

    state: State = State.CLOSED
    failures: int = 0  # in a row, weighted
    failed_at: datetime | None = None  # the last of them
    opened_at: datetime | None = None
    open_until: datetime | None = None
    open_seconds: float = OPEN_SECONDS  # length of this opening, or of the next one
    probe_until: datetime | None = None  # end of the probe's lease: a prober that died blocks nobody for longer
    generation: int = 0  # rises with every change of state, so that answers to older questions are known as late
    window_started_at: datetime | None = None
    window_calls: int = 0
    window_failures: int = 0
    forced: Forced | None = None
    reason: str = ""  # of the last opening

    def ask(self, now: datetime, lease: timedelta) -> tuple[Decision, "Circuit"]:
        """May one call be made now? A probe must report before its lease (longer than its time-out) ends."""
        if self.forced is Forced.OPEN:
            return self._refuse(FORCED_WAIT_SECONDS), self
        if self.forced is Forced.CLOSED or self.state is State.CLOSED:
            return self._allow(now, probe=False), self
        blocked_until = self.open_until if self.state is State.OPEN else self.probe_until
        if blocked_until is not None and now < blocked_until:
            return self._refuse((blocked_until - now).total_seconds()), self
        probing = replace(self, state=State.HALF_OPEN, probe_until=now + lease, generation=self.generation + 1)
        return probing._allow(now, probe=True), probing  # noqa: SLF001 — another value of this very class

    def after_success(self, now: datetime, generation: int, asked_at: datetime | None = None) -> "Circuit":
        """What was asked before the last failure ends no row of failures: it is news of a time before the outage."""
        if self._ignores(generation):
            return self
        if self.state is State.HALF_OPEN:
            return self._closed()
        counted = self._counted(now, failed=False)
        old_news = asked_at is not None and self.failed_at is not None and asked_at < self.failed_at
        return counted if old_news else replace(counted, failures=0)

    def after_failure(
        self, now: datetime, generation: int, weight: int = 1, retry_after: float = 0.0, reason: str = ""
    ) -> "Circuit":
        """`weight` is the error's own; `retry_after` in seconds can only make the opening longer."""
        if self._ignores(generation):
            return self
        if self.state is State.HALF_OPEN:
            doubled = min(self.open_seconds * 2, LONGEST_OPEN_SECONDS)
            return self._opened(now, doubled, retry_after, reason)
        counted = replace(self._counted(now, failed=True), failures=self.failures + weight, failed_at=now)
        if counted.should_open:
            return counted._opened(now, counted.open_seconds, retry_after, reason)  # noqa: SLF001 — another value of this very class
        return counted

    @property
    def should_open(self) -> bool:
        if self.failures >= FAILURES_TO_OPEN:
            return True
        enough = self.window_calls >= WINDOW_CALLS
        return enough and self.window_failures >= WINDOW_FAILURE_SHARE * self.window_calls

    def after_neutral(self, generation: int) -> "Circuit":
        """After an answer that was no success but proves the upstream alive (unknown symbol, no data)."""
        if self.state is State.HALF_OPEN and not self._ignores(generation):
            return self._closed()
        return self

    def force(self, forced: Forced | None, reason: str = "") -> "Circuit":
        """With None the breaker goes on from where it was; outcomes seen while forced changed nothing."""
        return replace(self, forced=forced, generation=self.generation + 1, reason=reason or self.reason)

    def reset(self) -> "Circuit":
        return Circuit(generation=self.generation + 1)

    def _allow(self, now: datetime, *, probe: bool) -> Decision:
        return Decision(allowed=True, probe=probe, generation=self.generation, wait_seconds=0.0, asked_at=now)

    def _refuse(self, seconds: float) -> Decision:
        return Decision(allowed=False, probe=False, generation=self.generation, wait_seconds=seconds)

    def _ignores(self, generation: int) -> bool:
        late = generation != self.generation
        return late or self.forced is not None or self.state is State.OPEN

    def _closed(self) -> "Circuit":
        return Circuit(generation=self.generation + 1, reason=self.reason)

    def _opened(self, now: datetime, seconds: float, retry_after: float, reason: str) -> "Circuit":
        wait = max(seconds, min(retry_after, LONGEST_RETRY_AFTER_SECONDS))
        return replace(
            self,
            state=State.OPEN,
            opened_at=now,
            open_until=now + timedelta(seconds=wait),
            open_seconds=seconds,
            probe_until=None,
            generation=self.generation + 1,
            window_started_at=None,
            window_calls=0,
            window_failures=0,
            reason=reason,
        )

    def _counted(self, now: datetime, *, failed: bool) -> "Circuit":
        started = self.window_started_at
        if started is None or not 0 <= (now - started).total_seconds() < WINDOW_SECONDS:
            return replace(self, window_started_at=now, window_calls=1, window_failures=int(failed))
        return replace(self, window_calls=self.window_calls + 1, window_failures=self.window_failures + int(failed))
