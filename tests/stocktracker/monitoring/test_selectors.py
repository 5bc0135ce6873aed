from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from pricing import counters
from pricing.counters import Layers
from pricing.models import Breaker, Upstream
from pricing.upstream.circuit import Circuit, Forced, State
from stocktracker.metrics.recording import recorder
from stocktracker.monitoring.selectors import TRANSITIONS, BreakerRow, breakers, budgets, cache_layers

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def breaker(circuit: Circuit, source: str = "yahoo", family: str = "quote") -> Breaker:
    row = Breaker(source=source, family=family)
    row.circuit = circuit
    row.save()
    return row


def shown(family: str = "quote") -> BreakerRow:
    return next(row for row in breakers(NOW) if row.breaker.family == family)


def test_the_families_of_the_first_source_are_shown_before_it_was_ever_asked() -> None:
    rows = breakers(NOW)

    assert [(row.breaker.source, row.breaker.family) for row in rows] == [
        ("yahoo", "quote"), ("yahoo", "chart"), ("yahoo", "search"), ("yahoo", "profile")
    ]  # fmt: skip
    assert {(row.light.tone, row.since, row.until) for row in rows} == {("fresh", None, None)}


@pytest.mark.parametrize(
    ("circuit", "word", "tone", "until"),
    [
        (Circuit(), "Closed: it is asked", "fresh", None),
        (Circuit(State.OPEN, open_until=NOW + MINUTE), "Open: it is not asked", "loss", NOW + MINUTE),
        (Circuit(State.OPEN, open_until=NOW - MINUTE), "Open: the next call is a probe", "cached", None),
        (Circuit(State.HALF_OPEN, probe_until=NOW + MINUTE), "Half open: one probe decides", "cached", NOW + MINUTE),
        (Circuit(State.HALF_OPEN, probe_until=NOW - MINUTE), "Open: the next call is a probe", "cached", None),
        (Circuit(forced=Forced.OPEN), "Paused by hand", "loss", None),
        (Circuit(State.OPEN, open_until=NOW + MINUTE, forced=Forced.CLOSED), "Held closed by hand", "cached", None),
    ],
)
def test_a_state_is_a_word_a_colour_and_when_it_ends(
    circuit: Circuit, word: str, tone: str, until: datetime | None
) -> None:
    breaker(circuit)

    row = shown()

    assert (row.light.word, row.light.tone, row.until) == (word, tone, until)


def test_only_the_latest_changes_are_read_of_each_breaker_and_in_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for source, family in (("yahoo", "chart"), ("stooq", "chart"), ("yahoo", "quote")):
        row = breaker(Circuit(), source, family)
        for number in range(TRANSITIONS + 3):
            row.transitions.create(at=NOW + number * MINUTE, before="open", after="closed")

    with django_assert_num_queries(2):
        rows = breakers(NOW)

    assert [row.breaker.source for row in rows] == ["yahoo", "yahoo", "yahoo", "yahoo", "stooq"]
    assert [len(row.transitions) for row in rows] == [TRANSITIONS, TRANSITIONS, 0, 0, TRANSITIONS]
    assert rows[0].since == NOW + (TRANSITIONS + 2) * MINUTE


def test_a_budget_turns_over_with_the_hour_and_with_the_day(settings: Settings) -> None:
    settings.UPSTREAM_PER_HOUR, settings.UPSTREAM_PER_DAY = 300, 2000
    hour = NOW.replace(minute=0)
    Upstream.objects.create(
        name="yahoo", hour_started_at=hour, hour_count=250, day_started_at=hour.replace(hour=0), day_count=700
    )

    (yahoo, stooq), (later, _) = budgets(NOW), budgets(NOW + timedelta(hours=1))

    assert [(one.name, one.spent, one.limit, one.tone) for one in yahoo.gauges] == [
        ("This hour", 250, 300, "warn"), ("Today", 700, 2000, "")
    ]  # fmt: skip
    assert [one.turns_over_at for one in yahoo.gauges] == [
        datetime(2026, 11, 20, 16, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)
    ]  # fmt: skip
    assert [one.spent for one in later.gauges] == [0, 700]
    assert (stooq.source, [one.spent for one in stooq.gauges]) == ("stooq", [0, 0])


def test_a_spent_budget_is_told_in_its_own_colour(settings: Settings) -> None:
    settings.UPSTREAM_PER_HOUR = 5
    Upstream.objects.create(name="yahoo", hour_started_at=NOW.replace(minute=0), hour_count=5)

    assert budgets(NOW)[0].gauges[0].tone == "loss"


def test_the_layers_of_seven_days_add_up() -> None:
    recorder.forget()
    counters.count(memory_hits=3, memory_misses=1, database_hits=1, upstream=2)
    counters.flush()
    today = datetime.now(UTC).date()

    found = cache_layers(today)

    told = Layers(memory_hits=3, memory_misses=1, database_hits=1, upstream=2)
    assert [(row.name, row.layers) for row in found.totals] == [("Today", told), ("Last 7", told)]
    assert [row.layers for row in found.before] == [Layers()] * 6


def test_a_day_is_named_as_people_do() -> None:
    assert cache_layers(date(2026, 11, 20)).before[0].name == "Thu 19 Nov"
