import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from pricing.models import Bar, Correction, Dividend, Finding, Instrument, Split
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


def test_a_split_that_was_corrected_is_put_right_and_one_that_is_not_listed_stays_until_a_person_says_so(
    market: Market, nvidia: Instrument
) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    Split.objects.filter(ex_date=date(2024, 6, 10)).update(numerator=20)
    Split.objects.create(instrument=nvidia, ex_date=date(2025, 1, 2), numerator=3, denominator=1)

    result = backfill(nvidia, SUNDAY)
    kept = Split.objects.filter(ex_date=date(2025, 1, 2)).exists()
    told = list(Finding.objects.values_list("kind", "day"))
    backfill(nvidia, SUNDAY, trusted=True)

    assert Split.objects.get(ex_date=date(2024, 6, 10)).numerator == 10
    assert (result.changed, kept, told) == (1, True, [("withdrawn", date(2025, 1, 2))])
    assert not Split.objects.filter(ex_date=date(2025, 1, 2)).exists()
    assert not Finding.objects.exists()


def test_an_instrument_priced_from_files_is_not_asked_for(market: Market, nvidia: Instrument) -> None:
    Instrument.objects.update(status=Instrument.Status.MANUAL)

    result = backfill(Instrument.objects.get(), SUNDAY)

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
    ("fault", "kinds"), [("hundredfold", {"bar", "gap"}), ("missing_day", {"gap"}), ("null_middle", {"gap"})]
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


def test_a_currency_that_changes_is_refused_and_told_until_it_changes_back(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    market.fault("wrong_currency", kind="chart", requests=2)

    refused = [backfill(nvidia, SUNDAY), backfill(nvidia, SUNDAY + timedelta(hours=2))]

    (found,) = Finding.objects.all()
    assert (found.kind, found.day, found.before) == ("currency", SUNDAY.date(), "USD")
    assert [(result.changed, "in XXX" in result.refused) for result in refused] == [(0, True), (0, True)]
    assert Instrument.objects.get().currency == "USD"
    backfill(nvidia, SUNDAY)
    assert not Finding.objects.exists()


def test_a_bar_of_another_unit_is_not_stored_and_its_value_is_told(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    market.fault("hundredfold", kind="chart")

    backfill(nvidia, SUNDAY)

    told = Finding.objects.get(kind="bar")
    assert not Bar.objects.filter(session=told.day).exists()
    around = Bar.objects.filter(session__range=(told.day - timedelta(days=5), told.day + timedelta(days=5)))
    assert all(told.value == pytest.approx(close * 100, rel=0.3) for close in around.values_list("close", flat=True))


def test_a_history_of_another_unit_is_refused_until_somebody_says_that_it_is_right(
    market: Market, nvidia: Instrument
) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    Bar.objects.update(close=F("close") * 100)

    refused = backfill(nvidia, SUNDAY)
    level = Bar.objects.latest("session").close
    trusted = backfill(nvidia, SUNDAY, trusted=True)

    assert (refused.changed, "closes 0.01 times those" in refused.refused) == (0, True)
    assert trusted.changed > 7000
    assert Bar.objects.latest("session").close == pytest.approx(level / 100)


def test_a_split_that_is_listed_before_the_closes_are_divided_by_it_changes_nothing(
    market: Market, nvidia: Instrument
) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    before = list(Bar.objects.values_list("session", "close"))
    market.fault("unrestated_split", kind="chart")

    result = backfill(nvidia, SUNDAY)

    assert "not divided by it yet" in result.refused
    assert list(Bar.objects.values_list("session", "close")) == before
    assert Finding.objects.get().kind == "undivided"


def test_what_an_answer_leaves_out_is_kept_on_the_scale_of_a_new_split(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    middle = list(Bar.objects.order_by("session"))[len(Bar.objects.all()) // 2]
    market.split("NVDA", 2, 1, on=date(2026, 11, 20))
    market.fault("missing_day", kind="chart")

    result = backfill(Instrument.objects.get(), SUNDAY)

    closes = dict(Bar.objects.values_list("session", "close"))
    assert result.changed > 7000
    assert closes[middle.session] == pytest.approx(middle.close / 2)
    assert Dividend.objects.exists()


def test_what_a_person_entered_is_laid_over_every_history(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    entered = SUNDAY - timedelta(days=400)
    Correction.objects.create(instrument=nvidia, session=date(2024, 6, 3), close=50.0, shares=10, entered_at=entered)
    Correction.objects.create(
        instrument=nvidia, session=date(2024, 6, 1), close=49.0, shares=10, entered_at=entered
    )  # a Saturday

    backfill(nvidia, SUNDAY)
    market.split("NVDA", 2, 1, on=date(2026, 11, 20))
    after = backfill(Instrument.objects.get(), SUNDAY)

    closes = dict(Bar.objects.values_list("session", "close"))
    assert (closes[date(2024, 6, 3)], closes[date(2024, 6, 1)]) == (25.0, 24.5)
    assert after.split == 1.0  # that of a session the history before had reached already


def test_one_that_is_gone_gets_a_strike_a_day_and_keeps_its_history(market: Market, nvidia: Instrument) -> None:
    market.set_time(SUNDAY)
    backfill(nvidia, SUNDAY)
    bars = Bar.objects.count()
    market.delist("NVDA")

    for day in (0, 0, 1, 2):
        backfill(Instrument.objects.get(), SUNDAY + timedelta(days=day))

    gone = Instrument.objects.get()
    assert (gone.status, gone.strikes, Bar.objects.count()) == (Instrument.Status.DELISTED, 3, bars)
    assert (gone.fetched_at, gone.asked_at) == (SUNDAY, SUNDAY + timedelta(days=2))  # in turn, not every day
    market.reset()
    market.set_time(SUNDAY)
    backfill(gone, SUNDAY + timedelta(days=3))
    assert (Instrument.objects.get().status, Finding.objects.count()) == (Instrument.Status.ACTIVE, 0)
