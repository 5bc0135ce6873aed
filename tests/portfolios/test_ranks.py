from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from portfolios.models import Alert, Holding, Portfolio, Watched
from portfolios.ranks import ranks
from portfolios.viewed import looked_at
from pricing.market.plan import Rank
from pricing.models import Instrument

pytestmark = pytest.mark.django_db

Held = Callable[..., Holding]
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_everything_has_the_best_rank_anybody_gives_it(
    portfolio: Portfolio, user: User, held: Held, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    names = ("KO", "VOD.L", "GBPUSD=X", "SPY", "VT", "NOBODYS", "PEP")
    ko, vod, rate, spy, vt, _, pep = (Instrument.objects.create(symbol=name) for name in names)
    looking = Portfolio.objects.create(owner=user, name="Looked at", base_currency="USD", benchmark=spy)
    looking.more_benchmarks.add(vt, ko)
    held(ko)
    held(spy)
    held(pep)
    held(pep, portfolio=looking)
    held(vod, portfolio=looking, rate=rate)
    looked_at(looking.pk, NOW - timedelta(minutes=14))

    with django_assert_num_queries(7):
        found = ranks(NOW)

    assert found == {
        pep.pk: Rank.VIEWED, vod.pk: Rank.VIEWED, rate.pk: Rank.VIEWED,
        ko.pk: Rank.HELD, spy.pk: Rank.HELD, vt.pk: Rank.BENCHMARK,
    }  # fmt: skip


def test_what_is_watched_or_waited_for_comes_after_what_is_owned(user: User, portfolio: Portfolio, held: Held) -> None:
    ko, pep, vod, spy = (Instrument.objects.create(symbol=name) for name in ("KO", "PEP", "VOD.L", "SPY"))
    held(ko)
    for instrument in (ko, pep):
        Watched.objects.create(user=user, instrument=instrument)
    Alert.objects.create(user=user, instrument=vod, threshold=1)
    Alert.objects.create(user=user, instrument=spy, threshold=1, active=False)

    assert ranks(NOW) == {ko.pk: Rank.HELD, pep.pk: Rank.WATCHED, vod.pk: Rank.WATCHED}


def test_who_looked_an_hour_ago_is_not_looking(portfolio: Portfolio, held: Held, apple: Instrument) -> None:
    held(apple)
    looked_at(portfolio.pk, NOW - timedelta(hours=1))

    assert ranks(NOW) == {apple.pk: Rank.HELD}
