import pytest

from portfolios import ledgers
from stocktracker.metrics.buckets import bucket
from stocktracker.metrics.series import Numbers
from stocktracker.monitoring import numbers as rows


def some() -> Numbers:
    numbers = Numbers()
    numbers.add(
        {
            f"request|dashboard|2xx|{bucket(0.02)}": 90,
            f"request|dashboard|304|{bucket(0.002)}": 8,
            f"request|dashboard|5xx|{bucket(3.0)}": 2,
            "request|dashboard|2xx|us": 2_000_000,
            f"request|healthz|2xx|{bucket(0.001)}": 5_000,
            "statements|dashboard|n": 900,
            "database|dashboard|n": 400_000,
            "asked|dashboard|n": 1,
            f"job|jobs.prune|done|{bucket(1)}": 3,
            f"job|jobs.prune|failed|{bucket(1)}": 1,
            f"job|jobs.prune|retried|{bucket(1)}": 4,
            "job|jobs.prune|done|us": 3_000_000,
            f"job|of.another.version|done|{bucket(1)}": 1,
            f"waited|jobs.prune|{bucket(7)}": 8,
            f"upstream|yahoo|quote|answered|{bucket(0.2)}": 9,
            f"upstream|yahoo|quote|RateLimited|{bucket(0.1)}": 1,
            "cache|browser|hits|n": 8,
            "cache|browser|misses|n": 2,
            "prices|memory_hits|n": 99,
            "prices|memory_misses|n": 1,
            f"slow|aa|{bucket(0.3)}": 2,
            "slow|aa|us": 600_000,
            f"slow|bb|{bucket(0.9)}": 1,
            "slow|bb|us": 900_000,
        }
    )
    return numbers


def test_a_page_is_told_with_what_a_request_of_it_costs() -> None:
    page = next(row for row in rows.pages(some()) if row.page == "dashboard")

    assert (page.course.count, page.errors, page.unchanged, page.asked) == (100, 2, 8, 1)
    assert (page.statements, page.database_seconds, page.error_rate) == (9.0, 0.004, 0.02)
    assert page.course.p50 == pytest.approx(0.02, rel=0.03)
    assert page.course.p99 == pytest.approx(3.0, rel=0.03)


def test_what_took_most_of_the_time_comes_first() -> None:
    assert [row.page for row in rows.pages(some())] == ["dashboard", "healthz"]


def test_all_pages_are_those_people_look_at() -> None:
    together = rows.all_pages(some())

    assert (together.course.count, together.errors, together.statements) == (100, 2, 9.0)
    assert rows.looked_at(some()).count == 100


def test_no_request_is_no_error() -> None:
    nothing = rows.all_pages(Numbers())

    assert (nothing.course.count, nothing.course.p95, nothing.error_rate) == (0, None, 0.0)


def test_kinds_of_jobs_are_told_with_their_ends() -> None:
    first, second = rows.kinds(some())

    assert (first.title, first.done, first.failed, first.other) == ("Forget old jobs", 3, 1, 4)
    assert first.waited_p95 == pytest.approx(7, rel=0.03)
    assert (second.title, second.waited_p95) == ("of.another.version", None)


def test_requests_to_a_source_are_told_with_their_errors() -> None:
    (family,) = rows.families(some())

    assert (family.source, family.family, family.course.count, family.failed) == ("yahoo", "quote", 10, 1)
    assert family.refused == {"RateLimited": 1}


def test_layers_have_a_rate_once_somebody_looked() -> None:
    assert [row.rate for row in rows.caches(some())] == [0.8, None, None, None, 0.99, None]


def test_slow_statements_come_by_the_time_they_took_in_all() -> None:
    found = rows.statements(some(), {"aa": "SELECT 1"})

    assert [(row.text, row.course.count, row.seconds) for row in found] == [("bb", 1, 0.9), ("SELECT 1", 2, 0.6)]


def test_the_ledgers_layer_is_the_one_that_is_counted() -> None:
    assert rows.LEDGERS == ledgers.LAYER
