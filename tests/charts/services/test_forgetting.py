from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from charts.models import Asked, Backtest
from charts.services.asking import ask
from charts.services.forgetting import KEPT, KEPT_UNASKED, forget
from charts.services.saving import save_strategy, share
from pricing.models import Instrument
from tests.charts.given import computed, hold, walk, worked
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


def test_what_nobody_looks_at_saved_or_shares_is_forgotten(user: User) -> None:
    walk("VTI")
    plain, saved, shared, read = (computed(user, hold("VTI", cash=cash)) for cash in (1, 2, 3, 4))
    save_strategy(user, saved, "Mine", NOW)
    share(user, shared)
    later = NOW + KEPT + timedelta(days=1)
    Backtest.objects.filter(pk=read.pk).update(read_at=later)

    assert forget(later) == 1

    assert set(Backtest.objects.all()) == {saved, shared, read}
    assert not Backtest.objects.filter(pk=plain.pk).exists()
    assert not Asked.objects.exists()
    assert forget(later) == 0


def test_what_strategies_left_behind_is_forgotten_after_a_week(user: User) -> None:
    walk("VTI")
    asked, left = computed(user, hold("VTI")), computed(user, hold("VTI", cash=5))
    Asked.objects.filter(backtest=left).delete()

    assert forget(NOW + KEPT_UNASKED) == 0
    assert forget(NOW + KEPT_UNASKED + timedelta(hours=1)) == 1
    assert list(Backtest.objects.all()) == [asked]


def test_a_question_whose_prices_had_moved_on_goes_before_its_result(user: User) -> None:
    fund = walk("VTI")
    row = ask(hold("VTI"), user, NOW)
    Instrument.objects.filter(pk=fund.pk).update(revision=2)
    result = worked(row).became
    Backtest.objects.update(read_at=NOW)

    assert forget(NOW + KEPT_UNASKED + timedelta(days=1)) == 1
    assert list(Backtest.objects.all()) == [result]


def test_no_question_is_left_without_its_result(user: User) -> None:
    fund = walk("VTI")
    row = ask(hold("VTI"), user, NOW)
    Instrument.objects.filter(pk=fund.pk).update(revision=2)
    result = worked(row).became
    Backtest.objects.filter(pk=row.pk).update(read_at=NOW + KEPT)

    assert result
    Backtest.objects.filter(pk=result.pk).update(read_at=NOW)
    assert forget(NOW + KEPT + timedelta(days=1)) == 2
    assert not Backtest.objects.exists()


def test_a_user_goes_with_private_results_strategies_and_links(user: User) -> None:
    walk("MY-HOUSE", status=Instrument.Status.MANUAL, entered_by=user)
    row = computed(user, hold("MY-HOUSE"))
    save_strategy(user, row, "Mine", NOW)
    share(user, row)

    user.delete()

    assert not Backtest.objects.exists()
