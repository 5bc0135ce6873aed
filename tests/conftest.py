"""What tests share: real PostgreSQL and Redis (bin/test starts them), and the simulated market."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client, TransactionTestCase
from pytest_django import Settings

import stocktracker.redis
from portfolios import ledgers
from portfolios.models import Holding, Portfolio
from pricing import closes, gateway
from pricing.models import Instrument
from pricing.services.backfill import backfill
from pricing.simulator.control import Market
from stocktracker.metrics import reading
from stocktracker.redis import store
from tests.emptying import empty
from tests.market import running_market
from tests.real_history import AFTER, SYMBOLS, serve_real_history


@pytest.fixture(scope="session")
def market_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with running_market(tmp_path_factory.mktemp("market")) as market:
        yield market


@pytest.fixture
def market(market_server: Market, settings: Settings) -> Iterator[Market]:
    """The simulated market, well behaved and with an empty log; the gateway asks it, without pacing."""
    market_server.reset()
    settings.YAHOO_PROXY, settings.YAHOO_CA_BUNDLE = market_server.proxy, str(market_server.ca_bundle)
    settings.UPSTREAM_PER_SECOND, settings.UPSTREAM_BURST = 1000.0, 1000
    settings.UPSTREAM_TIMEOUT = 2.0
    gateway._client.cache_clear()
    yield market_server
    market_server.reset()
    gateway._client.cache_clear()


@pytest.fixture(autouse=True)
def empty_redis(request: pytest.FixtureRequest) -> None:
    """Queues and progress never reach the next test, nor does what this process keeps of rows by their number."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        store().flushdb()
        ledgers.shelf.clear()
        closes.shelf.clear()
        reading.forget()


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("ada", password="correct horse battery")


@pytest.fixture
def portfolio(user: User) -> Portfolio:
    """Empty, in dollars, without cash and without a benchmark."""
    return Portfolio.objects.create(owner=user, name="Family", base_currency="USD")


@pytest.fixture
def held(portfolio: Portfolio) -> Callable[..., Holding]:
    """held(instrument, quantity): the portfolio holds it."""

    def make(instrument: Instrument, quantity: int = 1, **fields: object) -> Holding:
        money = {"cost": 100, "average_cost": 100, "realised": 0, "income": 0, "last_price": 1}
        whose = {"portfolio": portfolio, "instrument": instrument, "quantity": quantity}
        return Holding.objects.create(**whose | money | fields)

    return make


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def apple(db: None) -> Instrument:
    """An instrument whose description is known, without bars."""
    return Instrument.objects.create(
        symbol="AAPL",
        name="Apple Inc.",
        currency="USD",
        exchange="NMS",
        calendar="XNYS",
        timezone="America/New_York",
        status=Instrument.Status.ACTIVE,
    )


@pytest.fixture
def real_instruments(market: Market, db: None) -> dict[str, Instrument]:
    """AAPL, IBM and MSFT with their real history of 2000 to 2013, through the wire; the market stands at its end."""
    serve_real_history(market)
    for symbol in SYMBOLS:
        backfill(Instrument.objects.create(symbol=symbol), AFTER)
    return {row.symbol: row for row in Instrument.objects.filter(symbol__in=SYMBOLS)}


def pytest_configure() -> None:
    """Passwords of throw-away users need no expensive hash; a busy machine may keep Redis from answering for long."""
    stocktracker.redis.PATIENCE_SECONDS = 5.0
    hashers = "django.contrib.auth.hashers"
    django_settings.PASSWORD_HASHERS = [f"{hashers}.MD5PasswordHasher", f"{hashers}.PBKDF2PasswordHasher"]
    TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]  # its stubs leave out what is private


def pytest_collection_finish() -> None:
    """What was collected stays until the end: looking through it again and again finds nothing to throw away."""
    gc.collect()
    gc.freeze()
