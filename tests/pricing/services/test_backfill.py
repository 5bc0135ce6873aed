import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from pricing.models import Bar, Dividend, Finding, Instrument, Split
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


def test_an_instrument_priced_from_files_is_not_asked_for(market: Market, nvidia: Instrument) -> None:
    Instrument.objects.update(status=Instrument.Status.MANUAL)

    result = backfill(nvidia, SUNDAY)

    assert (result.known, result.changed, market.summary()) == (True, 0, {})


@pytest.mark.django_db(transaction=True)
def test_a_file_that_comes_while_the_history_is_fetched_wins(market: Market) -> None:
    market.set_time(SUNDAY)
    nvidia = Instrument.objects.create(symbol="NVDA")

    def fetch() -> None:
        try:
            backfill(nvidia, SUNDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Instrument.objects.select_for_update().get()  # as an import does
        fetching = pool.submit(fetch)
        deadline = time.monotonic() + 10
        while not market.requests("chart") and time.monotonic() < deadline:
            assert not fetching.done()
        Instrument.objects.update(status=Instrument.Status.MANUAL)
        transaction.on_commit(fetching.result)

    nvidia.refresh_from_db()
    assert (nvidia.status, Bar.objects.count()) == ("manual", 0)


@pytest.mark.parametrize(
    ("fault", "kinds"), [("hundredfold", {"jump"}), ("missing_day", {"gap"}), ("null_middle", {"gap"})]
)
def test_what_looks_wrong_is_told_and_goes_with_the_history_that_mends_it(
    market: Market, nvidia: Instrument, fault: str, kinds: set[str]
) -> None:
    market.set_time(SUNDAY)
    market.fault(fault, kind="chart", requests=1)

    backfill(nvidia, SUNDAY)

    assert set(Finding.objects.values_list("kind", flat=True)) == kinds
    backfill(nvidia, SUNDAY)
    assert not Finding.objects.exists()


def test_a_currency_that_changes_alone_is_a_change(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    Instrument.objects.update(currency="")

    result = backfill(nvidia, SUNDAY)

    nvidia.refresh_from_db()
    assert (result.changed, nvidia.revision, nvidia.currency) == (1, 2, "USD")


def test_a_currency_that_changes_is_told_until_it_changes_back(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    market.fault("wrong_currency", kind="chart", requests=2)

    backfill(nvidia, SUNDAY)
    backfill(nvidia, SUNDAY + timedelta(hours=12))

    (found,) = Finding.objects.all()
    assert (found.kind, found.day, found.before) == ("currency", SUNDAY.date(), "USD")
    backfill(nvidia, SUNDAY)
    assert not Finding.objects.exists()
