from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from pricing.models import Source
from stocktracker.jobs.models import Job

pytestmark = pytest.mark.django_db


def release() -> str:
    said = StringIO()
    call_command("release", stdout=said, verbosity=0)
    return said.getvalue()


def test_a_release_claims_the_database_and_plans_what_is_due(settings: Settings) -> None:
    settings.MARKET = "simulated"

    release()

    assert Source.objects.get().market == "simulated"
    planned = set(Job.objects.values_list("kind", flat=True)) - {"stocktracker.reconcile"}  # from six in the morning
    assert planned == {
        "pricing.materialise_sessions", "charts.forget_backtests", "jobs.prune", "portfolios.forget_changes",
    }  # fmt: skip


def test_a_second_release_changes_nothing() -> None:
    release()
    before = list(Job.objects.values_list("pk", flat=True))

    release()

    assert list(Job.objects.values_list("pk", flat=True)) == before
    assert Source.objects.count() == 1


def test_a_release_for_the_other_market_is_refused_with_a_sentence_and_plans_nothing(settings: Settings) -> None:
    settings.MARKET = "simulated"
    release()
    Job.objects.all().delete()
    settings.MARKET = "live"

    with pytest.raises(CommandError, match="This database holds simulated prices, but this start is for live ones"):
        release()

    assert not Job.objects.exists()
