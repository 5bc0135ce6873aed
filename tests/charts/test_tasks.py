from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from charts.models import Backtest
from charts.services.forgetting import KEPT
from charts.tasks import forget_backtests
from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.services import enqueue
from tests.charts.given import computed, hold, walk
from tests.portfolios.given import ran

pytestmark = pytest.mark.django_db


def test_kinds_wait_where_they_belong() -> None:
    """A person waits for a result; saved strategies follow after everybody's figures."""
    queues = {name: kind_named(name).queue for name in ("charts.backtest", "charts.study", "charts.strategy")}

    assert queues == {"charts.backtest": "interactive", "charts.study": "interactive", "charts.strategy": "charts"}
    assert kind_named("charts.backtest").priority < kind_named("charts.study").priority


def test_old_results_are_forgotten(user: User) -> None:
    walk("VTI")
    computed(user, hold("VTI"))
    Backtest.objects.update(read_at=timezone.now() - KEPT - timedelta(days=1))

    assert ran(enqueue("charts.forget_backtests"), forget_backtests).result == {"forgotten": 1}
    assert not Backtest.objects.exists()
