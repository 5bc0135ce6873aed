"""Jobs in any state, as their rows are."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from stocktracker.jobs.models import ENDED, Job, State

NOW = timezone.now()


def make(state: State = State.QUEUED, symbol: str = "", **fields: object) -> Job:
    """A history of `symbol`, or without one the nightly tidying; what has ended took 2.5 seconds until NOW."""
    values: dict[str, object] = {"kind": "jobs.prune", "queue": "housekeeping", "state": state, "attempts": 1}
    if symbol:
        values |= {"kind": "stocktracker.backfill", "queue": "prices", "args": {"symbol": symbol}}
    if state in ENDED:
        values |= {"started_at": NOW - timedelta(seconds=2.5), "finished_at": NOW}
    return Job.objects.create(**values | fields)


def in_parts(*states: State, parts: int = 0, **fields: object) -> Job:
    """A job whose parts are in these states, and of which there may be more."""
    parent = make(State.PARTS, "", parts=parts or len(states), kind="stocktracker.reconcile", **fields)
    for number, state in enumerate(states):
        make(state, f"S{number}", parent=parent, error="It is not known." if state == State.FAILED else "")
    return parent
