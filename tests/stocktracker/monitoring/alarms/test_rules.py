from datetime import timedelta

import pytest

from stocktracker.metrics.buckets import bucket
from stocktracker.metrics.series import Numbers
from stocktracker.monitoring.alarms import rules
from stocktracker.monitoring.alarms.rules import Found


def requests(seconds: float, count: int, page: str = "dashboard", answer: str = "2xx") -> Numbers:
    numbers = Numbers()
    numbers.add({f"request|{page}|{answer}|{bucket(seconds)}": count})
    return numbers


def mixed(*parts: Numbers) -> Numbers:
    numbers = Numbers()
    for part in parts:
        for series, fields in part:
            numbers.add_series(series, fields)
    return numbers


@pytest.mark.parametrize(
    ("slow", "quick", "fires"), [(2, 0, True), (1, 0, False), (2, 198, False), (3, 197, True), (0, 500, False)]
)
def test_a_page_is_slow_if_more_than_one_in_a_hundred_is_and_two_at_least(slow: int, quick: int, fires: bool) -> None:
    numbers = mixed(requests(6.0, slow), requests(0.1, quick)) if slow else requests(0.1, quick)

    found = list(rules.slow_pages(numbers, 5))

    facts = {"count": slow, "all": slow + quick, "limit": "5"}
    assert found == ([Found("page_seconds", "dashboard", facts)] if fires else [])


def test_a_page_at_the_limit_is_not_slow() -> None:
    assert list(rules.slow_pages(requests(4.9, 50), 5)) == []


def test_slow_pages_are_named_each() -> None:
    numbers = mixed(requests(6.0, 5), requests(7.0, 5, "holdings"), requests(0.1, 5, "income"))

    assert [one.subject for one in rules.slow_pages(numbers, 5)] == ["dashboard", "holdings"]


def test_a_page_that_asks_a_source_is_wrong_at_once() -> None:
    numbers = Numbers()
    numbers.add({"asked|dashboard|n": 1, "asked|holdings|n": 0})

    assert list(rules.asking_pages(numbers, 0)) == [Found("asked", "dashboard", {"count": 1, "limit": "0"})]
    assert list(rules.asking_pages(numbers, 1)) == []


@pytest.mark.parametrize(("errors", "others", "fires"), [(2, 90, True), (2, 98, False), (1, 3, False), (3, 97, True)])
def test_errors_count_from_two_per_cent_and_two_at_least(errors: int, others: int, fires: bool) -> None:
    numbers = mixed(requests(0.1, errors, answer="5xx"), requests(0.1, others))

    found = list(rules.errors(numbers, 0.02))

    facts = {"count": errors, "all": errors + others, "limit": "2"}
    assert found == ([Found("errors", "", facts)] if fires else [])


def test_failed_jobs_are_held_against_those_that_ended_not_against_attempts() -> None:
    numbers = Numbers()
    numbers.add({"job|a|done|3": 60, "job|a|failed|3": 1, "job|b|failed|9": 1, "job|b|retried|9": 500})

    assert list(rules.failed_jobs(numbers, 0.02)) == [
        Found("jobs_failed", "", {"count": 2, "all": 62, "limit": "2"})
    ]  # fmt: skip
    assert list(rules.failed_jobs(numbers, 0.05)) == []


@pytest.mark.parametrize(
    ("hits", "misses", "fires"), [(179, 21, True), (180, 20, False), (100, 50, False), (0, 0, False)]
)
def test_a_hit_rate_says_something_from_two_hundred_look_ups_on(hits: int, misses: int, fires: bool) -> None:
    found = list(rules.low_hit_rate(hits, misses, 0.9))

    assert found == ([Found("hit_rate", "", {"rate": "89.5", "limit": "90"})] if fires else [])


def test_a_breaker_a_budget_and_a_close_have_their_limits() -> None:
    quarter = timedelta(minutes=15)

    assert list(rules.long_pause("yahoo: quote", quarter, 15, "429")) == []
    assert list(rules.long_pause("yahoo: quote", quarter * 2, 15, "429")) == [
        Found("breaker", "yahoo: quote", {"minutes": 30, "limit": "15", "reason": "429"})
    ]  # fmt: skip
    assert list(rules.spent("yahoo, day", 1_600, 2_000, 0.8)) == []
    assert list(rules.spent("yahoo, day", 1_601, 2_000, 0.8)) == [
        Found("budget", "yahoo, day", {"spent": 1_601, "all": 2_000, "limit": "80"})
    ]  # fmt: skip
    assert list(rules.missed_close("XNYS", "2026-11-20", quarter, 60)) == []
    assert [one.subject for one in rules.missed_close("XNYS", "2026-11-20", quarter * 5, 60)] == ["XNYS"]
