from datetime import UTC, date, datetime

import pytest

from pricing.models import Bar, Dividend, Instrument, Split
from pricing.services.backfill import backfill
from pricing.simulator.control import Market
from pricing.upstream.client import Unavailable

pytestmark = pytest.mark.django_db

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TRADING = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@pytest.fixture
def nvidia() -> Instrument:
    return Instrument.objects.create(symbol="NVDA")


def test_a_history_is_stored_with_its_description_splits_and_dividends(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)

    result = backfill(nvidia, SUNDAY)

    nvidia.refresh_from_db()
    assert result.known
    assert result.bars == Bar.objects.count() > 2000
    assert (nvidia.status, nvidia.currency, nvidia.calendar, nvidia.fetched_at) == ("active", "USD", "XNYS", SUNDAY)
    assert Bar.objects.order_by("-session").values_list("session", flat=True)[0] == date(2026, 11, 20)
    split = Split.objects.get(ex_date=date(2024, 6, 10))
    assert (float(split.numerator), float(split.denominator)) == (10, 1)
    assert Dividend.objects.exists()
    assert nvidia.revision == 1


def test_the_same_history_again_changes_nothing(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)

    again = backfill(nvidia, SUNDAY)

    nvidia.refresh_from_db()
    assert (again.changed, nvidia.revision) == (0, 1)


def test_the_bar_of_a_session_still_open_is_not_stored(market: Market, nvidia: Instrument) -> None:
    market.set_time(TRADING)

    backfill(nvidia, TRADING)

    assert Bar.objects.order_by("-session").values_list("session", flat=True)[0] == date(2026, 11, 19)


def test_a_split_restates_the_whole_series(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    day = date(2026, 11, 10)
    before = Bar.objects.get(session=day).close
    market.split("NVDA", 2, 1, on=date(2026, 11, 18))

    result = backfill(nvidia, SUNDAY)

    assert Bar.objects.get(session=day).close == pytest.approx(before / 2, rel=1e-4)
    assert result.changed > 1000
    assert Split.objects.filter(ex_date=date(2026, 11, 18)).exists()


def test_an_unknown_symbol_is_marked_and_no_failure(market: Market) -> None:
    nobody = Instrument.objects.create(symbol="NOSUCH")

    result = backfill(nobody, SUNDAY)

    nobody.refresh_from_db()
    assert (result.known, nobody.status) == (False, "unknown")


def test_a_symbol_that_was_known_once_keeps_its_history_and_status(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    nvidia.refresh_from_db()
    market.fault("not_found", kind="chart", symbol="NVDA")

    assert not backfill(nvidia, SUNDAY).known

    nvidia.refresh_from_db()
    assert nvidia.status == "active"
    assert Bar.objects.exists()


def test_a_failing_market_leaves_the_old_history(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    count = Bar.objects.count()
    market.fail(500)

    with pytest.raises(Unavailable):
        backfill(nvidia, SUNDAY)

    assert Bar.objects.count() == count


def test_a_split_that_was_corrected_or_withdrawn_is_put_right(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    Split.objects.filter(ex_date=date(2024, 6, 10)).update(numerator=20)
    Split.objects.create(instrument=nvidia, ex_date=date(2025, 1, 2), numerator=3, denominator=1)

    result = backfill(nvidia, SUNDAY)

    assert Split.objects.get(ex_date=date(2024, 6, 10)).numerator == 10
    assert not Split.objects.filter(ex_date=date(2025, 1, 2)).exists()
    assert result.changed == 2
