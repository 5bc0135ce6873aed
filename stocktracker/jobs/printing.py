"""Jobs as lines of a terminal, and as values for JSON."""

from __future__ import annotations

from typing import Any

from .details import OneJob
from .models import Job, State
from .selectors import JobRow
from .telling import result_in_words

CUT = 60  # characters of an error on a line with others


def line(row: JobRow) -> str:
    """«   12  running    History of AAPL: 45% · 2014»."""
    job = row.job
    told = row.progress or (f"in {row.ran}" if job.state == State.DONE and row.ran else "")
    if job.error and job.state != State.DONE:
        told = job.error if len(job.error) <= CUT else f"{job.error[: CUT - 1]}…"
    return f"{job.pk:>7}  {job.state:<9}  {job.title}{f': {told}' if told else ''}"


def values(row: JobRow) -> dict[str, Any]:
    """Of one job, with moments in ISO 8601."""
    job = row.job
    moments = {name: getattr(job, name) for name in ("created_at", "run_at", "started_at", "finished_at")}
    return {
        "id": job.pk,
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "progress": row.progress,
        "percent": row.percent,
        "parts": job.parts,
        "ended_parts": row.ended_parts,
        "failed_parts": row.failed_parts,
        "parent": job.parent_id,
        "requested_by": job.requested_by.get_username() if job.requested_by else None,
        "attempts": job.attempts,
        "max_attempts": job.max_attempts,
        "key": job.key,
        "queue": job.queue,
        "error": job.error,
        "result": job.result,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }


def facts(one: OneJob) -> list[str]:
    """Everything about it, a fact a line, its parts at the end."""
    job = one.job
    told = {
        "state": f"{job.get_state_display()}{f', {one.row.progress}' if one.row.progress else ''}",
        "kind": f"{job.kind}, queue {job.queue}, priority {job.priority}",
        "key": f"{job.key}{', used once for ever' if job.once else ''}" if job.key else "",
        "part of": _parent(job),
        "asked for": f"{job.created_at:%Y-%m-%d %H:%M:%S} UTC by {job.requested_by or 'the timetable'}",
        "due": f"{job.run_at:%Y-%m-%d %H:%M:%S} UTC" if job.state == State.QUEUED else "",
        "waited": one.waited,
        "running for": one.running_for,
        "ran": one.row.ran,
        "attempts": f"{job.attempts} of at most {job.max_attempts}",
        "arguments": ", ".join(f"{name} {value}" for name, value in job.args.items()),
        "result": result_in_words(job.result),
        "error": job.error,
    }
    parts = [line(part) for part in one.parts]
    return [f"{job.title} (job {job.pk})", *(f"{name:<12} {fact}" for name, fact in told.items() if fact), *parts]


def _parent(job: Job) -> str:
    return str(job.parent or "")
