from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from portfolios.models import Holding, Portfolio
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

    with django_assert_num_queries(6):
        found = ranks(NOW)

    assert found == {
        pep.pk: Rank.VIEWED, vod.pk: Rank.VIEWED, rate.pk: Rank.VIEWED,
        ko.pk: Rank.HELD, spy.pk: Rank.HELD, vt.pk: Rank.BENCHMARK,
    }  # fmt: skip


def test_who_looked_an_hour_ago_is_not_looking(portfolio: Portfolio, held: Held, apple: Instrument) -> None:
    held(apple)
    looked_at(portfolio.pk, NOW - timedelta(hours=1))

    assert ranks(NOW) == {apple.pk: Rank.HELD}
