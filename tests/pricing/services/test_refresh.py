from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from pricing.models import Finding, Instrument, Quote, TradingSession
from pricing.services.backfill import backfill
from pricing.services.refresh import _store, refresh_quotes
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

    assert list(result.refused) == ["AAPL"]
    assert (Quote.objects.count(), Finding.objects.get().kind) == (0, "quote")


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


def test_a_split_holds_the_quote_back_until_the_history_is_of_its_scale(market: Market) -> None:
    market.set_time(datetime(2026, 11, 20, 12, tzinfo=UTC))
    TradingSession.objects.create(
        calendar="XNYS",
        session=date(2026, 11, 19),
        opens_at=datetime(2026, 11, 19, 14, 30, tzinfo=UTC),
        closes_at=datetime(2026, 11, 19, 21, tzinfo=UTC),
    )
    for instrument in make("NVDA", "AAPL"):
        backfill(instrument, datetime(2026, 11, 20, 12, tzinfo=UTC))
    market.set_time(FRIDAY_EVENING)
    market.split("NVDA", 2, 1, on=date(2026, 11, 20))

    before = refresh_quotes(Instrument.objects.all(), FRIDAY_EVENING, ignore)
    backfill(Instrument.objects.get(symbol="NVDA"), FRIDAY_EVENING)
    after = refresh_quotes(Instrument.objects.all(), FRIDAY_EVENING, ignore)

    assert (before.restated, list(before.updated)) == (["NVDA"], ["AAPL"])
    assert (after.restated, sorted(after.updated)) == ([], ["AAPL", "NVDA"])


def test_a_price_in_pence_instead_of_pounds_is_refused_and_told_until_a_good_one_comes(market: Market) -> None:
    instruments = make("AAPL")
    refresh_quotes(instruments, timezone.now(), ignore)
    good = Quote.objects.get().price
    market.fault("hundredfold_quote", kind="quote")

    refused = refresh_quotes(instruments, timezone.now(), ignore).refused
    told = Finding.objects.get()
    market.clear()
    refresh_quotes(instruments, timezone.now(), ignore)

    assert list(refused) == ["AAPL"]
    assert (told.kind, told.value) == ("quote", pytest.approx(float(good) * 100))
    assert "the new price is not shown, the one before stays" in told.message
    assert (Quote.objects.get().price, Finding.objects.count()) == (good, 0)


def test_a_quote_older_than_the_one_we_have_never_replaces_it(market: Market) -> None:
    instruments = make("AAPL")
    market.set_time(FRIDAY_EVENING)
    refresh_quotes(instruments, FRIDAY_EVENING, ignore)
    before = Quote.objects.get()
    market.set_time(datetime(2026, 11, 20, 16, tzinfo=UTC))  # another server of theirs lags behind

    refresh_quotes(instruments, FRIDAY_EVENING + timedelta(minutes=5), ignore)

    after = Quote.objects.get()
    assert (after.price, after.at) == (before.price, before.at)
    assert after.fetched_at == FRIDAY_EVENING + timedelta(minutes=5)


def test_a_symbol_missing_on_three_days_is_delisted_and_comes_back_when_it_is_quoted_again(market: Market) -> None:
    known = [
        Instrument.objects.create(symbol=symbol, status=Instrument.Status.ACTIVE) for symbol in ("KO", "PEP", "PG")
    ]
    market.delist("KO")
    days = [FRIDAY_EVENING + timedelta(days=number) for number in range(3)]

    out = [refresh_quotes(Instrument.objects.filter(pk=known[0].pk), day, ignore).delisted for day in days]
    marked = Instrument.objects.get(symbol="KO")
    finding = Finding.objects.get()
    market.reset()
    refresh_quotes([marked], days[2], ignore)

    assert out == [[], [], ["KO"]]
    assert (marked.status, finding.kind) == (Instrument.Status.DELISTED, "delisted")
    assert Instrument.objects.get(symbol="KO").status == Instrument.Status.ACTIVE
    assert not Finding.objects.exists()


def test_a_quote_in_another_currency_asks_for_the_history_too(market: Market) -> None:
    instrument = Instrument.objects.create(symbol="AAPL", currency="EUR", status=Instrument.Status.ACTIVE)

    result = refresh_quotes([instrument], timezone.now(), ignore)

    assert (result.restated, list(result.refused)) == (["AAPL"], ["AAPL"])


def test_an_answer_full_of_holes_is_a_strike_against_nobody(market: Market) -> None:
    known = make(*(f"S{number}" for number in range(18)), *(f"NOSUCH{number}" for number in range(7)))
    Instrument.objects.update(status=Instrument.Status.ACTIVE)
    an_hour_ago = FRIDAY_EVENING - timedelta(hours=1)
    Quote.objects.bulk_create(
        Quote(instrument=row, price=1, at=an_hour_ago, fetched_at=an_hour_ago) for row in known[18:]
    )
    Quote.objects.bulk_create(
        Quote(instrument=row, price=1, at=an_hour_ago, fetched_at=an_hour_ago) for row in known[:18]
    )

    refresh_quotes(Instrument.objects.order_by("pk"), FRIDAY_EVENING, ignore)

    assert set(Instrument.objects.values_list("strikes", flat=True)) == {0}


def test_a_few_that_are_gone_are_their_own_fault_however_many_of_all_they_are(market: Market) -> None:
    known = make("KO", "PEP", "PG", "NOSUCH1", "NOSUCH2")
    Instrument.objects.update(status=Instrument.Status.ACTIVE)
    for row in known:
        Quote.objects.create(instrument=row, price=1, at=FRIDAY_EVENING, fetched_at=FRIDAY_EVENING)

    for _ in range(6):
        refresh_quotes(Instrument.objects.order_by("pk"), FRIDAY_EVENING, ignore)

    assert list(Instrument.objects.filter(strikes=1).values_list("symbol", flat=True)) == ["NOSUCH1", "NOSUCH2"]


def test_who_is_priced_from_files_is_not_asked_for_whoever_names_it(market: Market) -> None:
    manual = Instrument.objects.create(symbol="HOUSE", status=Instrument.Status.MANUAL)

    result = refresh_quotes([manual], timezone.now(), ignore)

    assert (result.updated, result.missing, market.summary()) == ({}, [], {})
