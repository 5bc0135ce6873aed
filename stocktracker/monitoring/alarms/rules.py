"""What counts as wrong with a deployment: values in, what was found out; no database, no Redis, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stocktracker.metrics.buckets import upper
from stocktracker.metrics.series import ASKED, JOB, REQUEST, Numbers

PASSING = timedelta(minutes=2)  # a worker that is replaced, a server that starts again
LASTING = timedelta(minutes=10)  # what is put right by itself, as a rule
CALM = timedelta(minutes=10)  # after its end: what comes back within it had not gone
FEWEST = 2  # one slow page or one error may be an accident
FEWEST_LOOKED_UP = 200  # prices, of which a share says something
RARE = 0.01  # share of a page's requests that may be slow


@dataclass(frozen=True, slots=True)
class Rule:
    """`patience`: how long it must have been so before anybody hears of it."""

    name: str
    title: str | Promise
    sentence: str | Promise  # of one alarm, with its facts
    patience: timedelta = timedelta()


RULES = {
    rule.name: rule
    for rule in (
        Rule("database", _("Database"), _("PostgreSQL does not answer: no page and no job works. %(text)s"), PASSING),
        Rule("redis", _("Redis"), _("%(text)s"), PASSING),
        Rule("worker", _("Worker"), _("%(text)s"), PASSING),
        Rule("beat", _("Beat"), _("%(text)s"), PASSING),
        Rule("sweep", _("Sweep"), _("%(text)s"), PASSING),
        Rule("web", _("Web"), _("No web process has given a sign of life for %(seconds)s seconds."), PASSING),
        Rule("queue", _("Queue"), _("%(text)s")),
        Rule(
            "page_seconds",
            _("Slow page"),
            _("%(count)s of %(all)s requests of «%(subject)s» took longer than %(limit)s s in the last five minutes."),
        ),
        Rule(
            "asked",
            _("Requests by pages"),
            _("While «%(subject)s» was made, the source of prices was asked %(count)s times in the last five minutes; "
              "at most %(limit)s are allowed."),
        ),
        Rule(
            "hit_rate",
            _("Hit rate"),
            _("Only %(rate)s %% of the prices looked up in the last hour were there (limit %(limit)s %%)."),
            LASTING,
        ),
        Rule(
            "errors",
            _("Errors"),
            _("%(count)s of %(all)s requests of the last five minutes ended in an error (limit %(limit)s %%)."),
        ),
        Rule(
            "jobs_failed",
            _("Failed jobs"),
            _("%(count)s of %(all)s jobs that ended in the last hour failed for good (limit %(limit)s %%)."),
        ),
        Rule(
            "breaker",
            _("Breaker"),
            _("%(subject)s has not been asked for %(minutes)s minutes (limit %(limit)s): %(reason)s"),
        ),
        Rule(
            "budget",
            _("Budget"),
            _("%(spent)s of %(all)s requests of this budget are spent (limit %(limit)s %%): %(subject)s."),
        ),
        Rule(
            "after_close",
            _("After the close"),
            _("The prices of %(session)s (%(subject)s) were due %(minutes)s minutes ago and are not there."),
            LASTING,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is wrong now."""

    rule: str
    subject: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def slow_pages(minutes: Numbers, seconds: float) -> Iterable[Found]:
    """Pages of which more than a hundredth of the requests, and two at least, took longer."""
    for page in _pages(minutes):
        timing = minutes.timing(REQUEST, page)
        slow = sum(count for bucket, count in timing.counts.items() if upper(bucket - 1) >= seconds)
        if slow >= FEWEST and slow > RARE * timing.count:
            yield Found("page_seconds", page, {"count": slow, "all": timing.count, "limit": _plain(seconds)})


def asking_pages(minutes: Numbers, most: float) -> Iterable[Found]:
    for (page,) in minutes.labels(ASKED):
        count = minutes.amount(ASKED, page)
        if count > most:
            yield Found("asked", page, {"count": count, "limit": _plain(most)})


def errors(minutes: Numbers, share: float) -> Iterable[Found]:
    """Answers 500 and up."""
    count = sum(minutes.timing(REQUEST, page, "5xx").count for page in _pages(minutes))
    total = minutes.timing(REQUEST).count
    if count >= FEWEST and count > share * total:
        yield Found("errors", "", {"count": count, "all": total, "limit": _percent(share)})


def failed_jobs(hour: Numbers, share: float) -> Iterable[Found]:
    kinds = {kind for kind, _outcome in hour.labels(JOB)}
    failed = sum(hour.timing(JOB, kind, "failed").count for kind in kinds)
    ended = failed + sum(hour.timing(JOB, kind, "done").count for kind in kinds)
    if failed >= FEWEST and failed > share * ended:
        yield Found("jobs_failed", "", {"count": failed, "all": ended, "limit": _percent(share)})


def low_hit_rate(hits: int, misses: int, least: float) -> Iterable[Found]:
    looked_up = hits + misses
    if looked_up >= FEWEST_LOOKED_UP and hits < least * looked_up:
        yield Found("hit_rate", "", {"rate": _percent(hits / looked_up), "limit": _percent(least)})


def long_pause(name: str, asleep: timedelta, minutes: float, reason: str) -> Iterable[Found]:
    """Of one breaker: how long nobody was let through."""
    if asleep > timedelta(minutes=minutes):
        facts = {"minutes": int(asleep.total_seconds() // 60), "limit": _plain(minutes), "reason": reason}
        yield Found("breaker", name, facts)


def spent(name: str, count: int, most: int, share: float) -> Iterable[Found]:
    """Of one budget."""
    if count > share * most:
        yield Found("budget", name, {"spent": count, "all": most, "limit": _percent(share)})


def missed_close(calendar: str, session: str, late: timedelta, minutes: float) -> Iterable[Found]:
    """Of one session whose after-close run has not ended; `late`: since when it was due."""
    if late > timedelta(minutes=minutes):
        yield Found("after_close", calendar, {"session": session, "minutes": int(late.total_seconds() // 60)})


def _pages(numbers: Numbers) -> list[str]:
    return sorted({page for page, _answer in numbers.labels(REQUEST)})


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0")


def _plain(number: float) -> str:
    return f"{number:g}"
