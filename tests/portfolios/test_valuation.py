from datetime import timedelta
from decimal import Decimal

import pytest

from portfolios.models import Holding, Portfolio
from portfolios.valuation import Valued, quote_of, value_holding
from pricing.market.freshness import Freshness, Hours
from pricing.models import Instrument, Quote
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db  # a row without a quote is asked for one

OPEN = Hours(
    NOW - timedelta(days=1), NOW - timedelta(hours=19), NOW - timedelta(hours=43), NOW + timedelta(hours=5), None
)
AROUND = {"XNYS": OPEN, "XTKS": OPEN, "24/5": OPEN}


def priced(instrument: Instrument, price: str, previous: str | None = None, minutes: float = 1) -> Quote:
    at = NOW - timedelta(minutes=minutes)
    before = Decimal(previous) if previous else None
    return Quote(instrument=instrument, price=Decimal(price), previous_close=before, at=at, fetched_at=at)


def held(instrument: Instrument, rate: Instrument | None = None, quantity: str = "10", base: str = "USD") -> Holding:
    """Cost 1,000; the last bar was at 90 in base currency."""
    return Holding(
        portfolio=Portfolio(base_currency=base), instrument=instrument, rate=rate, quantity=Decimal(quantity),
        cost=Decimal(1000), average_cost=Decimal(1000), realised=Decimal(0), income=Decimal(0),
        last_price=Decimal(90), spark="0.0,20.0 92.0,5.0",
    )  # fmt: skip


def share(currency: str = "USD", calendar: str = "XNYS") -> Instrument:
    return Instrument(pk=9, symbol="X", currency=currency, calendar=calendar)


def rate(currency: str) -> Instrument:
    return Instrument(pk=10, symbol=f"{currency}USD=X", currency="USD", calendar="24/5")


def now(holding: Holding, *, refused: bool = False) -> Valued:
    return value_holding(holding, AROUND, NOW, refused=refused)


def test_a_holding_is_worth_its_quote() -> None:
    holding = held(share())
    priced(holding.instrument, "110", "100")

    valued = now(holding)

    assert (valued.value, valued.day_change, valued.freshness) == (1100, 100, Freshness.FRESH)
    assert (valued.gain, valued.gain_rate, valued.price_change) == (100, Decimal("0.1"), Decimal("0.1"))
    assert valued.rising


def test_pence_and_a_rate_that_moved_are_both_in_the_days_change() -> None:
    holding = held(share("GBp"), rate("GBP"), "100")
    priced(holding.instrument, "200", "100")
    priced(rate_of(holding), "1.50", "1.20")

    valued = now(holding)

    # 100 shares at £2.00 and $1.50; yesterday at £1.00 and $1.20
    assert (valued.value, valued.day_change, valued.price_change) == (300, 180, 1)


def test_yen_have_no_hundredths() -> None:
    holding = held(share("JPY", "XTKS"), rate("JPY"), "100")
    priced(holding.instrument, "3000")
    priced(rate_of(holding), "0.0065")

    assert now(holding).value == Decimal(1950)


def test_pence_in_a_portfolio_of_pounds_need_no_rate() -> None:
    holding = held(share("GBp"), quantity="100", base="GBP")
    priced(holding.instrument, "71.2")

    assert now(holding).value == Decimal("71.2")


def test_without_a_quote_it_is_worth_its_last_bar_and_says_so() -> None:
    valued = now(held(share()))

    assert (valued.price, valued.value, valued.day_change) == (None, 900, 0)
    assert (valued.freshness, valued.price_change) == (Freshness.MISSING, None)


@pytest.mark.parametrize("known", [True, False])
def test_a_foreign_quote_without_its_rate_is_never_taken_for_base_currency(known: bool) -> None:
    holding = held(share("EUR"), rate("EUR") if known else None)
    priced(holding.instrument, "150")

    valued = now(holding)

    assert (valued.value, valued.freshness) == (900, Freshness.MISSING)


def test_a_price_is_as_old_as_the_older_of_quote_and_rate() -> None:
    holding = held(share("EUR"), rate("EUR"))
    priced(holding.instrument, "150")
    old = priced(rate_of(holding), "1.1", minutes=24 * 60)

    valued = now(holding)

    assert (valued.fetched_at, valued.freshness) == (old.fetched_at, Freshness.STALE)


def test_an_old_price_is_stale_while_the_source_is_not_asked() -> None:
    holding = held(share())
    priced(holding.instrument, "110", minutes=30)

    assert now(holding).freshness is Freshness.CACHED
    assert now(holding, refused=True).freshness is Freshness.STALE


def test_what_cost_nothing_has_no_rate_of_gain() -> None:
    holding = held(share())
    holding.cost = Decimal(0)

    assert now(holding).gain_rate is None


def test_a_sparkline_that_ends_lower_falls_and_none_does_not_rise() -> None:
    holding = held(share())
    holding.spark = "0.0,5.0 92.0,20.0"
    falling = now(holding).rising
    holding.spark = ""

    assert (falling, now(holding).rising) == (False, False)


def test_a_letter_tile_has_one_of_seven_colours() -> None:
    assert now(held(share())).tint == 9 % 7 + 1
    assert quote_of(None) is None


def rate_of(holding: Holding) -> Instrument:
    assert holding.rate is not None
    return holding.rate


def test_a_short_sale_gains_on_what_it_brought() -> None:
    holding = held(share(), quantity="-10")
    holding.cost = Decimal(-1000)
    priced(holding.instrument, "60")

    valued = now(holding)

    assert (valued.value, valued.gain, valued.gain_rate) == (-600, 400, Decimal("0.4"))


@pytest.mark.parametrize(("state", "expected"), [("REGULAR", Freshness.CACHED), ("CLOSED", Freshness.FRESH)])
def test_where_the_hours_of_an_exchange_are_not_known_its_quote_says_whether_it_trades(
    state: str, expected: Freshness
) -> None:
    holding = held(share(calendar="quote"))
    priced(holding.instrument, "110", minutes=30).market_state = state

    assert now(holding).freshness is expected
