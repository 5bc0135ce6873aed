from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from pricing.models import REASON_LENGTH, Breaker, Upstream
from pricing.upstream.circuit import Circuit, Forced, State
from pricing.upstream.client import Family
from pricing.upstream.pacing import Limits, Pace, take

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
MICROSECOND = timedelta(microseconds=1)
MOMENTS = [None, NOW - LEASE, NOW - MICROSECOND, NOW, NOW + MICROSECOND, NOW + LEASE]


def stored(circuit: Circuit) -> Breaker:
    row = Breaker.locked("yahoo", Family.QUOTE)
    row.move(circuit, NOW)
    return Breaker.objects.get(source="yahoo", family="quote")


def test_a_page_and_a_caller_agree_on_whether_a_call_would_be_refused() -> None:
    circuits = {
        f"{number}": Circuit(state=state, forced=forced, open_until=until, probe_until=lease, reason="HTTP 429")
        for number, (state, forced, until, lease) in enumerate(
            product(State, [None, *Forced], MOMENTS, MOMENTS)  # every state an administrator or a clock can make
        )
    }
    rows = [Breaker(source=name, family="quote") for name in circuits]
    for row in rows:
        row.circuit = circuits[row.source]
    Breaker.objects.bulk_create(rows)

    refusing = {name for name in circuits if Breaker.objects.why_refused(NOW, source=name)}

    assert refusing == {name for name, circuit in circuits.items() if not circuit.ask(NOW, LEASE)[0].allowed}
    assert 100 < len(refusing) < len(circuits) - 100


def test_the_reason_of_a_refusal_is_the_one_of_the_opening() -> None:
    stored(Circuit().after_failure(NOW, 0, weight=5, reason="RateLimited: HTTP 429"))

    assert list(Breaker.objects.why_refused(NOW)) == ["RateLimited: HTTP 429"]


def test_a_refusal_without_a_reason_is_an_administrators() -> None:
    stored(Circuit().force(Forced.OPEN))

    assert list(Breaker.objects.why_refused(NOW)) == ["paused by an administrator"]


@pytest.mark.parametrize(
    "circuit",
    [
        Circuit(),
        Circuit(
            state=State.HALF_OPEN,
            failures=7,
            opened_at=NOW - LEASE,
            open_until=NOW,
            open_seconds=1200.5,
            probe_until=NOW + LEASE + MICROSECOND,
            generation=41,
            window_started_at=NOW - MICROSECOND,
            window_calls=20,
            window_failures=9,
            forced=Forced.CLOSED,
            reason="x" * REASON_LENGTH,
        ),
        Circuit().after_failure(NOW, 0, weight=5, retry_after=77.0, reason="HTTP 429"),
        Circuit().force(Forced.OPEN, "maintenance").force(None),
    ],
)
def test_a_breaker_comes_back_from_the_database_as_it_was(circuit: Circuit) -> None:
    assert stored(circuit).circuit == circuit


def test_every_field_of_breaker_and_pace_has_its_column() -> None:
    breaker = {field.name for field in Breaker._meta.concrete_fields}
    upstream = {field.name for field in Upstream._meta.concrete_fields}

    assert breaker == {"id", "source", "family", *Circuit.__dataclass_fields__}
    assert upstream == {"name", *Pace.__dataclass_fields__}


def test_a_pace_comes_back_from_the_database_as_it_was() -> None:
    row = Upstream.locked("yahoo")
    pace = row.pace
    for seconds in (0, 0, 0.25, 7):
        _, pace = take(pace, Limits(), NOW + timedelta(seconds=seconds))
    row.pace = pace
    row.save()

    assert Upstream.objects.get().pace == pace
    assert (pace.hour_count, pace.day_count) == (4, 4)


def test_a_new_row_is_closed_and_has_spent_nothing() -> None:
    assert Breaker.locked("another", Family.CHART).circuit == Circuit()
    assert Upstream.locked("another").pace == Pace()


def test_a_page_is_told_of_the_family_and_source_it_asks_about() -> None:
    stored(Circuit().after_failure(NOW, 0, weight=5, reason="HTTP 429"))

    assert list(Breaker.objects.why_refused(NOW, Family.CHART)) == []
    assert list(Breaker.objects.why_refused(NOW, Family.QUOTE, "stooq")) == []
    assert list(Breaker.objects.why_refused(NOW, Family.QUOTE, "yahoo")) == ["HTTP 429"]


def test_only_a_change_of_state_leaves_a_transition() -> None:
    row = stored(Circuit(failures=1))
    row.move(row.circuit.after_failure(NOW, 0), NOW)
    row.move(row.circuit.after_failure(NOW, 0, weight=5, reason="HTTP 429"), NOW)
    row.move(row.circuit.force(Forced.CLOSED, "forced closed by ada"), NOW)

    left = list(row.transitions.order_by("pk").values_list("before", "after", "reason", "at"))

    assert left == [("closed", "open", "HTTP 429", NOW), ("open", "closed", "forced closed by ada", NOW)]
