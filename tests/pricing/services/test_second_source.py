from datetime import UTC, date, datetime

import pytest
from django.db.models import F

from pricing.market.calendar import sessions
from pricing.models import Bar, Breaker, Instrument, Quote, TradingSession, Upstream
from pricing.services.backfill import backfill
from pricing.services.second_source import fill
from pricing.simulator.control import Market

pytestmark = pytest.mark.django_db

MONDAY_EVENING = datetime(2026, 11, 16, 22, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 11, 20, 22, tzinfo=UTC)
FRIDAY = date(2026, 11, 20)


@pytest.fixture
def behind(market: Market, db: None) -> Instrument:
    """Known until Monday; it is Friday, the first source is away, and a second one is allowed."""
    TradingSession.objects.bulk_create(
        TradingSession(calendar="XNYS", session=one.day, opens_at=one.opens_at, closes_at=one.closes_at)
        for one in sessions("XNYS", date(2026, 11, 2), FRIDAY)
    )
    market.set_time(MONDAY_EVENING)
    instrument = Instrument.objects.create(symbol="AAPL", second_source="stooq")
    backfill(instrument, MONDAY_EVENING)
    market.set_time(FRIDAY_EVENING)
    market.fail(503, kind="chart")
    market.reset_log()
    return Instrument.objects.get()


def test_missing_days_are_filled_in_and_the_last_close_is_shown(market: Market, behind: Instrument) -> None:
    filled = fill(behind, FRIDAY_EVENING)

    row = Instrument.objects.get()
    assert (filled.bars, filled.why_not) == (4, "")
    assert Bar.objects.latest("session").session == FRIDAY
    assert (row.revision, row.checked_to) == (
        behind.revision + 1,
        date(2026, 11, 16),
    )  # still to be stated by the first
    quote = Quote.objects.get()
    assert (float(quote.price), quote.at) == (
        Bar.objects.latest("session").close,
        datetime(2026, 11, 20, 21, tzinfo=UTC),
    )
    assert market.summary() == {"daily": 1}
    assert set(Upstream.objects.values_list("name", flat=True)) == {"yahoo", "stooq"}


def test_when_the_first_source_speaks_again_its_word_counts(market: Market, behind: Instrument) -> None:
    fill(behind, FRIDAY_EVENING)
    Bar.objects.filter(session=FRIDAY).update(close=1.0)
    market.clear()

    backfill(Instrument.objects.get(), FRIDAY_EVENING)

    assert Bar.objects.get(session=FRIDAY).close > 100
    assert Instrument.objects.get().checked_to == FRIDAY


def test_what_the_first_has_stated_is_never_overruled(market: Market, behind: Instrument) -> None:
    before = dict(Bar.objects.values_list("session", "close"))
    Bar.objects.filter(session=date(2026, 11, 12)).update(close=F("close") * 1.01)

    fill(behind, FRIDAY_EVENING)

    after = dict(Bar.objects.values_list("session", "close"))
    assert after[date(2026, 11, 12)] == pytest.approx(before[date(2026, 11, 12)] * 1.01)


@pytest.mark.parametrize("factor", [1.03, 0.5, 100.0])
def test_a_source_that_disagrees_on_days_both_know_is_not_believed(
    market: Market, behind: Instrument, factor: float
) -> None:
    Bar.objects.update(close=F("close") * factor)

    filled = fill(behind, FRIDAY_EVENING)

    assert (filled.bars, "states other closes of AAPL" in filled.why_not) == (0, True)
    assert not Quote.objects.exists()


def test_another_currency_or_too_few_days_in_common_are_not_believed(market: Market, behind: Instrument) -> None:
    Instrument.objects.update(currency="EUR")
    wrong_currency = fill(behind, FRIDAY_EVENING)
    Instrument.objects.update(currency="USD")
    Bar.objects.filter(session__lt=date(2026, 11, 10)).delete()
    too_few = fill(behind, FRIDAY_EVENING)

    assert "quotes AAPL in USD, its prices are in EUR" in wrong_currency.why_not
    assert "too few to compare" in too_few.why_not


def test_without_leave_nobody_is_asked(market: Market, behind: Instrument) -> None:
    behind.second_source = ""

    filled = fill(behind, FRIDAY_EVENING)

    assert (filled.bars, market.requests()) == (0, [])
    assert "has no second source" in filled.why_not


def test_what_it_does_not_know_is_no_failure_of_it(market: Market, behind: Instrument) -> None:
    market.fault("no_rows", kind="daily")

    assert fill(behind, FRIDAY_EVENING).why_not == "AAPL: no data"
    assert Breaker.objects.get(source="stooq").failures == 0


def test_a_price_that_is_newer_stays(market: Market, behind: Instrument) -> None:
    Quote.objects.create(instrument=behind, price=7, at=FRIDAY_EVENING, fetched_at=FRIDAY_EVENING)

    fill(behind, FRIDAY_EVENING)

    assert Quote.objects.get().price == 7
