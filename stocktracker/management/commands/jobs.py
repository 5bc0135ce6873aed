"""See and steer background jobs: overview, list, show, retry, cancel, stats, wait (docs/jobs.md)."""

import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from stocktracker.jobs import control, statistics
from stocktracker.jobs.days import days
from stocktracker.jobs.details import one_job
from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.models import UNDER_WAY, Job, State
from stocktracker.jobs.overview import overview
from stocktracker.jobs.printing import facts, line, values
from stocktracker.jobs.selectors import first_what_runs, job_rows, with_parts
from stocktracker.jobs.statistics import KEPT_DAYS
from stocktracker.jobs.telling import lasted

LISTED, LISTED_AT_MOST = 20, 100_000  # jobs, without --limit and with it
DAY_SECONDS = 24 * 3600
PATIENCE = 60  # seconds of «wait», without --seconds
LOOK_EVERY = 0.5  # seconds
WEEK = 7  # days rows are kept for; older numbers are by day


def up_to(most: int) -> Callable[[str], int]:
    """A whole number from 0 to `most`, for an option."""

    def number(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and int(text) <= most):
            raise ArgumentTypeError(f"{text!r} is no whole number from 0 to {most:,}")
        return int(text)

    return number


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        listing = actions.add_parser("list", help="what is under way first, then the latest")
        listing.add_argument("--state", choices=State.values)
        listing.add_argument("--kind", help="such as stocktracker.backfill")
        listing.add_argument("--limit", type=up_to(LISTED_AT_MOST), default=LISTED, metavar="N")
        listing.add_argument("--json", action="store_true")
        show = actions.add_parser("show", help="everything about one job")
        show.add_argument("id", type=int)
        retry = actions.add_parser("retry", help="send what has failed or was cancelled to the queue again")
        retry.add_argument("id", type=int, nargs="*")
        retry.add_argument("--failed", action="store_true", help="all that have failed")
        retry.add_argument("--kind", help="with --failed: only of this kind")
        cancel = actions.add_parser("cancel", help="end what waits or runs, with its parts")
        cancel.add_argument("id", type=int, nargs="+")
        stats = actions.add_parser("stats", help="how many ended how, and how long they took")
        stats.add_argument("--days", type=up_to(KEPT_DAYS), default=1, metavar="N", help="up to 7 by kind, more by day")
        wait = actions.add_parser("wait", help="until no job is under way; exit code 1 if some are left")
        wait.add_argument("--seconds", type=up_to(DAY_SECONDS), default=PATIENCE, metavar="N")

    def handle(self, *_args: Any, **options: Any) -> None:
        action = options["action"] or "overview"
        act: Callable[[dict[str, Any]], None] = getattr(self, f"_{action}")
        act(options)

    def _overview(self, _options: dict[str, Any]) -> None:
        now = timezone.now()
        found = overview(now)
        self._say(f"{State(state).label:<10} {count:>8,}" for state, count in found.states.items())
        self._say([line(row) for row in found.running])
        if found.oldest:
            self._say([f"The oldest job that waits is due for {lasted((now - found.oldest).total_seconds())}."])
        self._say([problem.text for problem in found.problems] or ["Workers, beat and Redis are all right."])

    def _list(self, options: dict[str, Any]) -> None:
        if options["limit"] < 1:
            raise CommandError("--limit must be 1 or more.")
        jobs = Job.objects.select_related("requested_by")
        if options["state"]:
            jobs = jobs.filter(state=options["state"])
        if options["kind"]:
            jobs = jobs.filter(kind=known_kind(options["kind"]))
        rows = job_rows(first_what_runs(with_parts(jobs))[: options["limit"]])
        if options["json"]:
            self.stdout.write(json.dumps([values(row) for row in rows], indent=2))
        else:
            self._say([line(row) for row in rows] or ["No job is like that."])

    def _show(self, options: dict[str, Any]) -> None:
        self._say(facts(one_job(named(options["id"]), 1, timezone.now())))

    def _retry(self, options: dict[str, Any]) -> None:
        if bool(options["id"]) == options["failed"]:
            raise CommandError("Name the jobs to retry by their numbers, or say --failed; not both.")
        if options["kind"] and not options["failed"]:
            raise CommandError("--kind goes with --failed.")
        jobs = failed(options["kind"]) if options["failed"] else [named(number) for number in options["id"]]
        self._each(jobs, control.retry, "goes back to the queue", "has neither failed nor been cancelled")

    def _cancel(self, options: dict[str, Any]) -> None:
        self._each([named(number) for number in options["id"]], control.cancel, "is cancelled", "has ended already")

    def _each(self, jobs: list[Job], act: Callable[[Job], bool], done: str, left: str) -> None:
        acted = [act(job) for job in jobs]
        for job, was in zip(jobs, acted, strict=True):
            self.stdout.write(f"{job.title} (job {job.pk}) {done if was else left}.")
        if not jobs:
            self.stdout.write("There is none.")
        if jobs and not any(acted):
            raise CommandError("Nothing was changed.")

    def _stats(self, options: dict[str, Any]) -> None:
        now, count = timezone.now(), options["days"]
        if count < 1:
            raise CommandError("--days must be 1 or more.")
        if count <= WEEK:
            self._say(
                f"{one.title:<32} {one.done:>7,} done {one.failed:>5,} failed {one.retried:>5,} retried  "
                f"p50 {lasted(one.p50_seconds) or '–':>8}  p95 {lasted(one.p95_seconds) or '–':>8}"
                for one in statistics.recent(now - timedelta(days=count))
            )
        else:
            self._say(
                f"{one.day}  {one.done:>7,} done {one.failed:>5,} failed {one.retried:>5,} retried"
                for one in days(now, count=count)
            )

    def _wait(self, options: dict[str, Any]) -> None:
        end = time.monotonic() + options["seconds"]
        while left := Job.objects.filter(state__in=UNDER_WAY).count():
            if time.monotonic() >= end:
                raise CommandError(f"{left} job{'s are' if left > 1 else ' is'} still under way.")
            time.sleep(LOOK_EVERY)  # jobs end in other processes
        self.stdout.write("No job is under way.")

    def _say(self, lines: Iterable[str]) -> None:
        for told in lines:
            self.stdout.write(told)


def named(number: int) -> Job:
    job = with_parts(Job.objects.select_related("requested_by", "parent").filter(pk=number)).first()
    if job is None:
        raise CommandError(f"There is no job {number}. Jobs that have ended are forgotten after a week.")
    return job


def failed(kind: str | None) -> list[Job]:
    jobs = Job.objects.filter(state=State.FAILED).order_by("pk")
    return list(jobs.filter(kind=known_kind(kind)) if kind else jobs)


def known_kind(name: str) -> str:
    try:
        return kind_named(name).name
    except LookupError as error:
        raise CommandError(str(error)) from error
