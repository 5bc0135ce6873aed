from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings

from pricing import gateway
from pricing.gateway import RefusedError
from pricing.models import Breaker, BreakerTransition, Upstream
from pricing.simulator.control import Market
from pricing.upstream.circuit import Circuit, Forced, State
from pricing.upstream.client import PRIMARY, BadPayload, Family, RateLimited, SymbolNotFound, Unavailable

pytestmark = pytest.mark.django_db

SYMBOLS = [f"SYM{number}" for number in range(200)]


def circuit_state(family: Family = Family.QUOTE) -> str:
    return Breaker.objects.get(source=PRIMARY, family=family).state


@pytest.mark.parametrize(("count", "requests"), [(1, 1), (20, 1), (50, 1), (51, 2), (200, 4)])
def test_quotes_take_one_request_for_fifty_symbols(market: Market, count: int, requests: int) -> None:
    list(gateway.quotes(["AAPL"]))  # cookie and crumb
    market.reset_log()

    answers = list(gateway.quotes(SYMBOLS[:count]))

    assert sum(len(answer.rows) for answer in answers) == count
    assert market.summary() == {"quote": requests}


def test_a_symbol_named_twice_is_asked_for_once(market: Market) -> None:
    (answer,) = gateway.quotes(["AAPL", "AAPL"])

    assert list(answer.rows) == ["AAPL"]


def test_history_is_one_request(market: Market) -> None:
    gateway.history("AAPL", date(2026, 1, 1))
    market.reset_log()

    gateway.history("MSFT", date(2016, 1, 1))

    assert market.summary() == {"chart": 1}


def test_a_throttled_market_opens_the_breaker_and_is_left_alone(market: Market) -> None:
    market.throttle(requests=5)

    with pytest.raises(RateLimited):
        list(gateway.quotes(["AAPL"]))
    market.reset_log()
    with pytest.raises(RefusedError) as refused:
        list(gateway.quotes(["AAPL"]))

    assert circuit_state() == State.OPEN
    assert market.requests() == []
    assert 290 < refused.value.seconds <= 300
    assert "RateLimited" in str(refused.value)


def test_five_failures_in_a_row_open_the_breaker_and_leave_a_trace(market: Market) -> None:
    market.fail(500)

    for _ in range(5):
        with pytest.raises(Unavailable):
            gateway.history("AAPL", date(2026, 1, 1))

    assert circuit_state(Family.CHART) == State.OPEN
    transition = BreakerTransition.objects.get()
    assert (transition.before, transition.after) == ("closed", "open")
    assert "500" in transition.reason


def test_a_probe_after_the_pause_closes_the_breaker_again(market: Market) -> None:
    market.throttle(requests=1)
    with pytest.raises(RateLimited):
        list(gateway.quotes(["AAPL"]))
    Breaker.objects.update(open_until=timezone.now() - timedelta(seconds=1))

    (answer,) = gateway.quotes(["AAPL"])

    assert "AAPL" in answer.rows
    assert circuit_state() == State.CLOSED
    assert [row.after for row in BreakerTransition.objects.order_by("pk")] == ["open", "half_open", "closed"]


def test_unknown_symbols_do_not_count_as_failures(market: Market) -> None:
    for _ in range(6):
        with pytest.raises(SymbolNotFound):
            gateway.history("NOSUCH", date(2026, 1, 1))

    assert circuit_state(Family.CHART) == State.CLOSED


def test_an_administrator_can_stop_every_request(market: Market) -> None:
    row = Breaker.locked(PRIMARY, Family.CHART)
    row.move(row.circuit.force(Forced.OPEN, "maintenance"), timezone.now())

    with pytest.raises(RefusedError, match="maintenance"):
        gateway.history("AAPL", date(2026, 1, 1))

    assert market.requests() == []


def test_a_spent_budget_is_said_with_its_end(market: Market, settings: Settings) -> None:
    settings.UPSTREAM_PER_HOUR = 1
    list(gateway.quotes(["AAPL"]))

    with pytest.raises(RefusedError, match=r"This hour's budget") as refused:
        list(gateway.quotes(["MSFT"]))

    assert 0 < refused.value.seconds <= 3600


def test_the_lease_of_a_probe_outlasts_the_wait_for_its_turn_and_the_call(market: Market, settings: Settings) -> None:
    settings.UPSTREAM_PER_SECOND, settings.UPSTREAM_BURST, settings.UPSTREAM_TIMEOUT = 0.1, 1, 10.0
    now = timezone.now()
    row = Breaker.locked(PRIMARY, Family.QUOTE)
    row.move(Circuit(state=State.OPEN, open_until=now), now)
    gateway._admit(PRIMARY, Family.QUOTE, now)
    Breaker.objects.update(state=State.OPEN)

    decision, wait = gateway._admit(PRIMARY, Family.QUOTE, now)

    until = Breaker.objects.get().probe_until
    assert (decision.probe, wait) == (True, 10.0)
    assert until is not None
    assert (until - now).total_seconds() == 20 + 4 * 10


def test_simulated_prices_never_come_from_the_real_market(market: Market, settings: Settings) -> None:
    settings.MARKET, settings.YAHOO_PROXY = "simulated", ""

    with pytest.raises(ImproperlyConfigured, match="MARKET is simulated, but YAHOO_PROXY does not say where"):
        list(gateway.quotes(["AAPL"]))


def test_a_long_queue_is_refused_instead_of_waited_for(market: Market, settings: Settings) -> None:
    settings.UPSTREAM_PER_SECOND, settings.UPSTREAM_BURST = 0.01, 1
    list(gateway.quotes(["AAPL"]))

    with pytest.raises(RefusedError, match="waiting for their turn"):
        list(gateway.quotes(["MSFT"]))


def test_families_fail_on_their_own(market: Market) -> None:
    market.throttle(kind="chart")
    with pytest.raises(RateLimited):
        gateway.history("AAPL", date(2026, 1, 1))

    (answer,) = gateway.quotes(["AAPL"])
    found = gateway.search("AAPL")

    assert (list(answer.rows), found[0].symbol) == (["AAPL"], "AAPL")
    assert (circuit_state(Family.CHART), circuit_state(), circuit_state(Family.SEARCH)) == ("open", "closed", "closed")


def test_all_families_spend_one_budget(market: Market) -> None:
    list(gateway.quotes(["AAPL"]))
    gateway.history("AAPL", date(2026, 1, 1))
    gateway.search("apple")

    assert (Upstream.objects.get().name, Upstream.objects.get().hour_count) == (PRIMARY, 3)


def test_an_answer_that_lacks_many_known_symbols_is_used_and_counts_as_a_failure(market: Market) -> None:
    known = [*SYMBOLS[:18], *(f"NOSUCH{number}" for number in range(7))]

    (answer,) = gateway.quotes(known, known)

    breaker = Breaker.objects.get()
    assert (len(answer.rows), breaker.failures, breaker.window_failures) == (18, 1, 1)


def test_what_is_wrong_with_one_symbol_closes_no_door_to_the_others(market: Market) -> None:
    market.fault("no_currency", kind="chart", symbol="KO")

    for _ in range(6):
        with pytest.raises(BadPayload):
            gateway.history("KO", date(2026, 1, 1))

    assert circuit_state(Family.CHART) == State.CLOSED
    assert gateway.history("PEP", date(2026, 1, 1)).bars


def test_unknown_symbols_are_no_failure_of_a_source_that_never_knew_them(market: Market) -> None:
    list(gateway.quotes(["KO", "PEP", "PG", "NOSUCH1", "NOSUCH2"], ["KO", "PEP", "PG"]))

    assert Breaker.objects.get().failures == 0


def test_a_second_gateway_process_needs_no_handshake_of_its_own(market: Market) -> None:
    list(gateway.quotes(["AAPL"]))
    market.reset_log()

    gateway._client.cache_clear()
    list(gateway.quotes(["AAPL"]))

    assert market.summary() == {"quote": 1}


def test_what_came_before_a_failure_stays_good(market: Market) -> None:
    answers = gateway.quotes(SYMBOLS[:60])
    first = next(answers)
    market.fail(500)

    with pytest.raises(Unavailable):
        next(answers)

    assert len(first.rows) == 50
