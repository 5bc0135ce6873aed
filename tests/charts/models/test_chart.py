import pytest
from django.db import IntegrityError

from charts.models import Chart
from portfolios.models import Portfolio
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


def test_a_portfolio_has_each_chart_once_and_takes_them_along(portfolio: Portfolio) -> None:
    chart = Chart.objects.create(portfolio=portfolio, name="main", etag='"a"', payload=b"", drawn_at=NOW)

    assert str(chart) == f"main of portfolio {portfolio.pk}"
    portfolio.delete()
    assert Chart.objects.count() == 0


def test_two_charts_of_one_name_are_refused(portfolio: Portfolio) -> None:
    Chart.objects.create(portfolio=portfolio, name="main", etag='"a"', payload=b"", drawn_at=NOW)

    with pytest.raises(IntegrityError, match="chart_once"):
        Chart.objects.create(portfolio=portfolio, name="main", etag='"b"', payload=b"", drawn_at=NOW)
