from datetime import UTC, date, datetime

import pytest

from pricing.models import Bar, Instrument
from pricing.services.provisional import store_provisional_bars
from pricing.services.refresh import refresh_quotes
from pricing.simulator.control import Market
from pricing.upstream.client import QuoteRow

pytestmark = pytest.mark.django_db

FRIDAY_EVENING = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
FRIDAY = date(2026, 11, 20)


def quoted(market: Market, *symbols: str) -> tuple[list[Instrument], dict[str, QuoteRow]]:
    """Instruments, and what the market says of them on Friday evening."""
    market.set_time(FRIDAY_EVENING)
    instruments = [Instrument.objects.create(symbol=symbol) for symbol in symbols]
    return instruments, refresh_quotes(instruments, FRIDAY_EVENING, lambda *_: None).updated


def test_after_the_close_quotes_become_the_sessions_bars_and_raise_the_revision(market: Market) -> None:
    instruments, rows = quoted(market, "AAPL", "MSFT")

    changed = store_provisional_bars(instruments, rows, FRIDAY)
    again = store_provisional_bars(instruments, rows, FRIDAY)

    assert sorted(changed) == sorted(row.pk for row in instruments)
    assert again == []
    assert Bar.objects.get(instrument=instruments[0]).close == rows["AAPL"].price
    assert set(Instrument.objects.values_list("revision", flat=True)) == {1}


def test_a_quote_of_another_day_is_no_bar_of_this_session(market: Market) -> None:
    instruments, rows = quoted(market, "AAPL")

    assert store_provisional_bars(instruments, rows, date(2026, 11, 19)) == []


def test_without_a_session_each_quote_is_the_bar_of_its_own_day(market: Market) -> None:
    instruments, rows = quoted(market, "AAPL", "7203.T")

    store_provisional_bars(instruments, rows)

    assert set(Bar.objects.values_list("instrument__symbol", "session")) == {("AAPL", FRIDAY), ("7203.T", FRIDAY)}


@pytest.mark.parametrize(("checked_to", "close"), [(FRIDAY, 1.0), (date(2026, 11, 19), None)])
def test_only_what_no_history_has_stated_is_replaced_by_a_quote(
    market: Market, checked_to: date, close: float | None
) -> None:
    instruments, rows = quoted(market, "AAPL")
    bar = {"open": 1, "high": 1, "low": 1, "close": 1, "adjusted_close": 1, "volume": 1}
    Bar.objects.create(instrument=instruments[0], session=FRIDAY, **bar)
    Instrument.objects.update(checked_to=checked_to)  # since the quotes were asked for

    changed = store_provisional_bars(instruments, rows, FRIDAY)

    assert bool(changed) is (close is None)
    assert Bar.objects.get().close == (close or rows["AAPL"].price)
