from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from pricing.market.bars import records
from pricing.market.sifting import Verdict
from pricing.models import Instrument, TradingSession
from pricing.packed import merge
from pricing.services.judging import judge, session_of
from pricing.upstream.client import Bar, QuoteRow

pytestmark = pytest.mark.django_db

THURSDAY, FRIDAY = date(2026, 11, 19), date(2026, 11, 20)
FRIDAY_NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)


def quote(symbol: str = "AAPL", price: float = 101.0, previous: float | None = 100.0) -> QuoteRow:
    return QuoteRow(
        symbol, price, FRIDAY_NOON, previous, None, None, None, None, "USD", "NMS", "REGULAR", "", "EQUITY",
        "America/New_York",
    )  # fmt: skip


def bar(instrument: Instrument, day: date, close: float) -> None:
    merge(records(instrument.pk, [Bar(day, close, close, close, close, close, 1)]))


def session(day: date, calendar: str = "XNYS") -> None:
    TradingSession.objects.create(
        calendar=calendar,
        session=day,
        opens_at=datetime(day.year, day.month, day.day, 14, 30, tzinfo=UTC),
        closes_at=datetime(day.year, day.month, day.day, 21, tzinfo=UTC),
    )


def verdict(instrument: Instrument, row: QuoteRow) -> Verdict:
    instrument.refresh_from_db()
    return judge({row.symbol: instrument}, {row.symbol: row})[row.symbol].verdict


def test_a_quote_is_held_against_the_close_of_the_session_before(apple: Instrument) -> None:
    session(THURSDAY)
    session(FRIDAY)
    bar(apple, date(2026, 11, 18), 50)
    bar(apple, THURSDAY, 200)
    bar(apple, FRIDAY, 100)  # its own session's provisional bar says nothing

    assert verdict(apple, quote(previous=100)) is Verdict.RESTATED
    assert verdict(apple, quote(previous=199, price=201)) is Verdict.GOOD


@pytest.mark.parametrize(
    ("fetched_at", "expected"),
    [
        (None, Verdict.RESTATED),
        (datetime(2026, 11, 20, 14, 29, tzinfo=UTC), Verdict.RESTATED),
        (datetime(2026, 11, 20, 14, 30, tzinfo=UTC), Verdict.GOOD),
    ],
)
def test_a_history_fetched_since_the_open_has_the_last_word_on_a_small_difference(
    apple: Instrument, fetched_at: datetime | None, expected: Verdict
) -> None:
    session(THURSDAY)
    session(FRIDAY)
    bar(apple, THURSDAY, 110)
    Instrument.objects.update(fetched_at=fetched_at)

    assert verdict(apple, quote(previous=100)) is expected


def test_the_close_of_another_day_is_only_compared_for_its_unit(apple: Instrument) -> None:
    session(date(2026, 11, 18))
    session(THURSDAY)
    bar(apple, date(2026, 11, 18), 110)  # Thursday's is missing

    assert verdict(apple, quote(previous=100)) is Verdict.GOOD
    assert verdict(apple, quote(previous=55, price=56)) is Verdict.RESTATED


def test_coins_and_currencies_have_no_close_two_sources_agree_on(apple: Instrument) -> None:
    Instrument.objects.update(calendar="24/7")
    bar(apple, THURSDAY, 110)

    assert verdict(apple, quote(previous=50)) is Verdict.GOOD
    assert verdict(apple, quote(price=11_000, previous=50)) is Verdict.REFUSED


def test_a_chunk_of_quotes_takes_a_handful_of_queries(
    apple: Instrument, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    instruments = {f"S{n}": Instrument.objects.create(symbol=f"S{n}", calendar="XNYS") for n in range(50)}
    for row in instruments.values():
        bar(row, THURSDAY, 100)

    with django_assert_num_queries(4):
        judged = judge(instruments, {symbol: quote(symbol) for symbol in instruments})

    assert {one.verdict for one in judged.values()} == {Verdict.GOOD}


@pytest.mark.parametrize(
    ("zone", "day"), [("America/New_York", FRIDAY), ("Asia/Tokyo", date(2026, 11, 21)), ("", FRIDAY)]
)
def test_a_price_belongs_to_the_day_of_its_exchange(zone: str, day: date) -> None:
    assert session_of(replace(quote(), timezone=zone)) == day
