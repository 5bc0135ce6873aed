import pytest

from portfolios.models import Portfolio, Snapshot
from stocktracker.perf.rebuild import Filled, larger, measurement, one_query_for_each_day, rebuild, with_pandas
from stocktracker.perf.scenario import Size
from stocktracker.perf.timing import measure

pytestmark = pytest.mark.django_db
SMALL = Size(3, 40, 1)


def test_a_rebuild_stores_what_pandas_computes() -> None:
    [portfolio] = Filled.of(SMALL).portfolios

    stored = rebuild(portfolio)

    value = Snapshot.objects.get().figures["value"]
    assert stored
    assert with_pandas(portfolio) == pytest.approx(value)
    one_query_for_each_day(portfolio, days=1)


def test_every_portfolio_of_the_batch_is_rebuilt() -> None:
    result = measure(measurement(SMALL, batch=2))

    assert Portfolio.objects.count() == Snapshot.objects.count() == 2
    assert set(result.peers) == {"Django with pandas", "one query a holding and day (sampled)"}
    assert result.note.startswith("peak memory of the process ")


def test_a_large_one_is_measured_warm_and_after_an_edit() -> None:
    assert measure(larger(SMALL, 1e6)).met
    assert measure(larger(Size(4, 40, 1), 1e6, edited=True)).row == "5b"
