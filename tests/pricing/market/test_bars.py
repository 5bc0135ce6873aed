from datetime import UTC, date, datetime

from pricing.market.bars import RECORD, day_number, provisional, records
from pricing.upstream.client import Bar, QuoteRow

DAY = date(2026, 11, 20)


def quote(**changes: object) -> QuoteRow:
    fields = {
        "symbol": "AAPL", "price": 10.0, "at": datetime(2026, 11, 20, 21, tzinfo=UTC), "previous_close": 9.0,
        "open": 9.5, "high": 10.5, "low": 9.25, "volume": 7, "currency": "USD", "exchange": "NMS",
        "market_state": "CLOSED", "name": "Apple", "quote_type": "EQUITY", "timezone": "America/New_York",
    }  # fmt: skip
    return QuoteRow(**(fields | changes))  # type: ignore[arg-type]  # the test's own shorthand


def test_days_count_from_1970() -> None:
    assert (day_number(date(1970, 1, 1)), day_number(date(1970, 1, 11))) == (0, 10)


def test_bars_become_records_of_their_instrument() -> None:
    made = records(3, [Bar(DAY, 1.0, 2.0, 0.5, 1.5, 1.4, 100)])

    assert made.dtype == RECORD
    assert made[0].tolist() == (3, day_number(DAY), 1.0, 2.0, 0.5, 1.5, 1.4, 100)


def test_a_quote_after_the_close_is_the_sessions_bar() -> None:
    assert provisional(3, DAY, quote()) == (3, day_number(DAY), 9.5, 10.5, 9.25, 10.0, 10.0, 7)


def test_a_quote_without_range_is_a_bar_of_one_price() -> None:
    bare = quote(open=None, high=None, low=None, volume=None)

    assert provisional(3, DAY, bare) == (3, day_number(DAY), 10.0, 10.0, 10.0, 10.0, 10.0, 0)


def test_a_closing_price_outside_the_range_widens_it() -> None:
    assert provisional(3, DAY, quote(price=11.0))[3:5] == (11.0, 9.25)
