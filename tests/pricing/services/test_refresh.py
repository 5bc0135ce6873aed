from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from pricing.models import Bar, Instrument, Quote, TradingSession
from pricing.services.backfill import backfill
from pricing.services.refresh import _store, refresh_quotes, restated_symbols, store_provisional_bars
from pricing.simulator.control import Market
from pricing.upstream.client import QuoteRow, Unavailable

pytestmark = pytest.mark.django_db

FRIDAY_EVENING = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


def ignore(_done: int, _total: int, _message: str) -> None:
    """Progress nobody looks at."""


def make(*symbols: str) -> list[Instrument]:
    return [Instrument.objects.create(symbol=symbol) for symbol in symbols]


def test_quotes_are_stored_and_describe_an_instrument_nobody_knew(market: Market) -> None:
    market.set_time(FRIDAY_EVENING)
    now = timezone.now()

    result = refresh_quotes(make("VOD.L"), now, ignore)

    vodafone = Instrument.objects.select_related("quote").get()
    assert list(result.updated) == ["VOD.L"]
    assert (vodafone.currency, vodafone.calendar, vodafone.name) == ("GBp", "XLON", "Vodafone Group Plc")
    assert vodafone.quote.price > 0
    assert vodafone.quote.fetched_at == now


def test_a_second_refresh_replaces_the_first(market: Market) -> None:
    instruments = make("AAPL")
    market.set_time(datetime(2026, 11, 19, 22, tzinfo=UTC))
    refresh_quotes(instruments, timezone.now(), ignore)
    before = Quote.objects.get().price

    market.set_time(FRIDAY_EVENING)
    refresh_quotes(instruments, timezone.now(), ignore)

    assert Quote.objects.get().price != before
    assert Quote.objects.get().previous_close == before


def test_an_unknown_symbol_is_reported_and_stores_nothing(market: Market) -> None:
    result = refresh_quotes(make("NOSUCH", "AAPL"), timezone.now(), ignore)

    assert result.missing == ["NOSUCH"]
    assert Quote.objects.count() == 1


def test_a_price_in_another_currency_than_before_is_never_stored(market: Market) -> None:
    instrument = Instrument.objects.create(symbol="AAPL", currency="EUR", status=Instrument.Status.ACTIVE)

    result = refresh_quotes([instrument], timezone.now(), ignore)

    assert (result.refused, Quote.objects.count()) == (["AAPL"], 0)


def test_the_smallest_rate_keeps_its_digits_and_the_longest_name_is_cut() -> None:
    dong = Instrument.objects.create(symbol="VNDUSD=X")
    row = QuoteRow(
        "VNDUSD=X", 0.0000394137, FRIDAY_EVENING, None, None, None, None, None, "USD", "CCY", "REGULAR", "x" * 300,
        "CURRENCY", "Europe/London",
    )  # fmt: skip

    _store({"VNDUSD=X": dong}, {"VNDUSD=X": row}, FRIDAY_EVENING)

    assert Quote.objects.get().price == Decimal("0.0000394137")
    assert Instrument.objects.get().name == "x" * 200


def test_progress_counts_symbols_batch_by_batch(market: Market) -> None:
    steps: list[tuple[int, int]] = []

    refresh_quotes(
        make(*(f"S{n}" for n in range(60))), timezone.now(), lambda done, total, _: steps.append((done, total))
    )

    assert steps == [(0, 60), (50, 60), (60, 60)]


def test_a_failing_batch_leaves_the_old_prices(market: Market) -> None:
    instruments = make("AAPL")
    refresh_quotes(instruments, timezone.now(), ignore)
    before = Quote.objects.get().price
    market.fail(500)

    with pytest.raises(Unavailable):
        refresh_quotes(instruments, timezone.now(), ignore)

    assert Quote.objects.get().price == before


def test_after_the_close_quotes_become_the_sessions_bars_and_raise_the_revision(market: Market) -> None:
    market.set_time(FRIDAY_EVENING)
    instruments = make("AAPL", "MSFT")
    rows = refresh_quotes(instruments, timezone.now(), ignore).updated

    changed = store_provisional_bars(instruments, rows, date(2026, 11, 20))
    again = store_provisional_bars(instruments, rows, date(2026, 11, 20))

    assert sorted(changed) == sorted(row.pk for row in instruments)
    assert again == []
    assert Bar.objects.get(instrument=instruments[0]).close == rows["AAPL"].price
    assert set(Instrument.objects.values_list("revision", flat=True)) == {1}


def test_a_quote_of_another_day_is_no_bar_of_this_session(market: Market) -> None:
    market.set_time(FRIDAY_EVENING)
    instruments = make("AAPL")
    rows = refresh_quotes(instruments, timezone.now(), ignore).updated

    assert store_provisional_bars(instruments, rows, date(2026, 11, 19)) == []


def test_a_bar_that_is_there_is_never_replaced_by_a_quote(market: Market) -> None:
    market.set_time(FRIDAY_EVENING)
    instruments = make("AAPL")
    rows = refresh_quotes(instruments, timezone.now(), ignore).updated
    Bar.objects.create(
        instrument=instruments[0],
        session=date(2026, 11, 20),
        open=1,
        high=1,
        low=1,
        close=1,
        adjusted_close=1,
        volume=1,
    )

    assert store_provisional_bars(instruments, rows, date(2026, 11, 20)) == []
    assert Bar.objects.get().close == 1


def test_a_quote_that_states_another_previous_close_tells_of_a_split(market: Market) -> None:
    market.set_time(datetime(2026, 11, 20, 12, tzinfo=UTC))
    instruments = make("NVDA", "AAPL")
    TradingSession.objects.create(
        calendar="XNYS",
        session=date(2026, 11, 19),
        opens_at=datetime(2026, 11, 19, 14, 30, tzinfo=UTC),
        closes_at=datetime(2026, 11, 19, 21, tzinfo=UTC),
    )
    for instrument in instruments:
        backfill(instrument, datetime(2026, 11, 20, 12, tzinfo=UTC))
    market.set_time(FRIDAY_EVENING)
    market.split("NVDA", 2, 1, on=date(2026, 11, 20))
    for instrument in instruments:
        instrument.refresh_from_db()
    before = refresh_quotes(instruments, timezone.now(), ignore).updated

    found = restated_symbols(instruments, before)
    backfill(instruments[0], FRIDAY_EVENING)

    assert (found, restated_symbols(instruments, before)) == (["NVDA"], [])


def test_without_bars_nothing_can_be_restated(market: Market) -> None:
    instruments = make("AAPL")
    rows = refresh_quotes(instruments, timezone.now(), ignore).updated

    assert restated_symbols(instruments, rows) == []
    assert restated_symbols([], {}) == []


def test_who_is_priced_from_files_is_not_asked_for_whoever_names_it(market: Market) -> None:
    manual = Instrument.objects.create(symbol="HOUSE", status=Instrument.Status.MANUAL)

    result = refresh_quotes([manual], timezone.now(), ignore)

    assert (result.updated, result.missing, market.summary()) == ({}, [], {})
