from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from portfolios.models import Holding, Portfolio
from pricing.models import Instrument, TradingSession
from pricing.selectors import exchange_is_open
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job, State
from stocktracker.perf.load.trading import KIND, ONE_REQUEST, Trading, asked_by_workers, open_exchanges, trade
from tests.portfolios.given import listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(portfolio: Portfolio) -> Instrument:
    share = listed("AAPL")
    money = {"cost": 1, "average_cost": 1, "realised": 0, "income": 0, "last_price": 1}
    Holding.objects.create(portfolio=portfolio, instrument=share, quantity=1, **money)
    return share


def test_a_step_of_trade_is_a_minute_and_one_job_for_all_that_is_held(market: Market, held: Instrument) -> None:
    before = market.now()

    first, again = trade(market), trade(market)

    assert market.now() - before >= timedelta(minutes=2)
    assert (first.pk, first.kind, first.args) == (again.pk, KIND, {"symbols": ["AAPL"]})


@pytest.mark.django_db(transaction=True)
def test_trade_goes_on_until_it_is_told_to_end(
    market: Market, held: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stocktracker.perf.load.trading.EVERY", 0.01)
    trading = Trading(market)

    trading.start()
    while not Job.objects.filter(kind=KIND).exists():
        assert trading.is_alive()
    trading.end()

    assert not trading.is_alive()


def test_every_exchange_in_use_is_open_on_any_day(held: Instrument) -> None:
    now = timezone.now()

    open_exchanges(now)

    assert TradingSession.objects.get(session=now.date()).calendar == held.calendar
    assert exchange_is_open(now)


def test_requests_of_workers_are_those_of_jobs_that_began_since_and_nobody_asked_for(user: User) -> None:
    now, many = timezone.now(), [f"S{number}" for number in range(51)]
    for ago, kind, symbols, person in (
        (1, KIND, many, None), (-1, KIND, many, None), (-1, KIND, ["AAPL"], None), (-1, KIND, many, user),
        *((-1, kind, [], None) for kind in ONE_REQUEST), *((-1, kind, [], user) for kind in ONE_REQUEST),
    ):  # fmt: skip
        at = now - timedelta(minutes=ago)
        Job.objects.create(kind=kind, args={"symbols": symbols}, state=State.DONE, started_at=at, requested_by=person)

    assert asked_by_workers(now) == 2 + 1 + len(ONE_REQUEST)
