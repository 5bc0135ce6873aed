import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from pricing import lookup
from pricing.lookup import Kept, keep, kept, known, may_ask, normal
from pricing.models import Instrument
from pricing.upstream.client import Found
from stocktracker.redis import store

pytestmark = pytest.mark.django_db

COKE = Found("KO", "The Coca-Cola Company", "NYQ", "EQUITY")


@pytest.fixture
def listed() -> None:
    names = {"KO": "The Coca-Cola Company", "KOF": "Coca-Cola FEMSA", "PEP": "PepsiCo", "COKE": "Coca-Cola Bottling"}
    for symbol, name in names.items():
        Instrument.objects.create(symbol=symbol, name=name, status=Instrument.Status.ACTIVE)
    Instrument.objects.create(symbol="KOX", status=Instrument.Status.UNKNOWN)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("ko", ["KO", "KOF"]),
        (" coca  cola ", []),
        ("coca-", ["COKE", "KO", "KOF"]),
        ("coke", ["COKE"]),
        ("", []),
        ("%", []),
        ("zzz", []),
    ],
)
def test_symbols_that_begin_with_the_text_come_first_then_names(
    listed: None, user: User, text: str, symbols: list[str]
) -> None:
    assert [row.symbol for row in known(text, user.pk)] == symbols


def test_what_somebody_entered_for_himself_is_shown_to_nobody_else(user: User) -> None:
    other = User.objects.create_user("bob")
    Instrument.objects.create(symbol="HOUSE", status=Instrument.Status.MANUAL, entered_by=user)

    assert [row.symbol for row in known("hou", user.pk)] == ["HOUSE"]
    assert known("hou", other.pk) == []


def test_an_answer_is_kept_for_everybody_who_spells_it_somehow() -> None:
    keep("coca  Cola", [COKE])

    assert kept("Coca Cola ") == Kept((COKE,))
    assert kept("cocacola") is None


def test_an_answer_is_kept_for_a_day_and_a_failure_for_half_a_minute() -> None:
    keep("coke", [COKE])
    keep("pepsi", failure="The price source is paused.")

    assert kept("pepsi") == Kept((), "The price source is paused.")
    assert store().ttl("search:COKE") == 24 * 3600
    assert store().ttl("search:PEPSI") == 30


def test_one_person_asks_the_source_so_often_a_minute_and_no_more(user: User) -> None:
    assert [may_ask(user.pk) for _ in range(lookup.PER_MINUTE + 1)] == [True] * lookup.PER_MINUTE + [False]
    assert may_ask(user.pk + 1)


def test_a_long_text_is_cut() -> None:
    assert len(normal("x" * 1000)) == lookup.LONGEST


def test_without_redis_what_is_here_is_all_there_is(listed: None, user: User, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    store.cache_clear()
    try:
        keep("ko", [COKE])
        assert (kept("ko"), may_ask(user.pk)) == (None, False)
        assert len(known("ko", user.pk)) == 2
    finally:
        store.cache_clear()
