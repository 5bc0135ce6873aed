from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from pricing.market.files import Content
from pricing.market.freshness import Freshness, freshness
from pricing.models import Bar, Dividend, Finding, Instrument, Quote, Split
from pricing.selectors import hours, trading_now
from pricing.services.market_data import Imported, ImportProblemsError, import_market_data
from pricing.services.sessions import materialise

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 6, 30, 12, tzinfo=UTC)
CLOSES = (
    "symbol,date,close,currency",
    "HOUSE,2024-06-03,100,EUR",
    "HOUSE,2024-06-04,110,EUR",
    "HOUSE,2024-06-05,121,EUR",
)
DIVIDENDS = ("symbol,ex_date,dividend", "HOUSE,2024-06-05,11")
SPLITS = ("symbol,ex_date,numerator,denominator", "HOUSE,2024-06-05,3,1")


def load(*lines: str, as_traded: bool = False, currency: str = "", now: datetime = NOW) -> Imported:
    return import_market_data("\n".join(lines).encode(), now, as_traded=as_traded, currency=currency)


def house() -> Instrument:
    return Instrument.objects.get(symbol="HOUSE")


def prices(column: str = "close") -> list[float]:
    return list(Bar.objects.order_by("session").values_list(column, flat=True))


def refusal(*lines: str, **options: str) -> str:
    with pytest.raises(ImportProblemsError) as told:
        load(*lines, **options)  # type: ignore[arg-type]  # currency alone
    return str(told.value)


def test_closes_make_an_instrument_with_bars_and_a_price() -> None:
    done = load(*CLOSES)

    made = house()
    assert done == Imported(Content.CLOSES, 3, ["HOUSE"], [made.pk])
    assert (made.status, made.currency, made.name, made.revision) == ("manual", "EUR", "HOUSE", 1)
    assert prices() == prices("open") == prices("high") == prices("low") == prices("adjusted_close") == [100, 110, 121]
    assert Quote.objects.get().price == 121


def test_the_price_is_as_old_as_its_day_and_has_moved_on_no_other() -> None:
    load(*CLOSES)

    quote = Quote.objects.get()
    assert quote.at == quote.fetched_at == datetime(2024, 6, 5, 23, 59, tzinfo=UTC)
    assert quote.previous_close is None


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (datetime(2024, 6, 6, 12, tzinfo=UTC), Freshness.FRESH),  # before the next session
        (datetime(2024, 6, 6, 15, tzinfo=UTC), Freshness.CACHED),  # while it runs
        (datetime(2024, 6, 7, 12, tzinfo=UTC), Freshness.CACHED),  # it has ended
        (datetime(2024, 6, 7, 15, tzinfo=UTC), Freshness.STALE),  # a whole session was missed
    ],
)
def test_a_page_says_how_old_it_is(now: datetime, state: Freshness) -> None:
    load(*CLOSES)
    materialise(NOW.date())

    around = hours([house().calendar], now)[house().calendar]

    assert freshness(Quote.objects.get().fetched_at, around, now) is state


def test_a_price_of_today_was_made_at_the_latest_now() -> None:
    load("symbol,date,close,currency", "HOUSE,2024-06-30,100,EUR")
    load("symbol,date,close,currency", "HOUSE,2024-06-30,100,EUR", now=NOW + timedelta(hours=1))

    assert Quote.objects.get().at == NOW


@pytest.mark.parametrize("as_traded", [False, True])
def test_the_same_files_again_change_nothing(as_traded: bool) -> None:
    files = (CLOSES, DIVIDENDS, SPLITS)
    for lines in files:
        load(*lines, as_traded=as_traded)
    before = (prices(), prices("adjusted_close"), Quote.objects.values().get(), house().revision)

    again = [load(*lines, as_traded=as_traded).changed for lines in files]

    assert again == [[], [], []]
    assert (prices(), prices("adjusted_close"), Quote.objects.values().get(), house().revision) == before
    assert house().revision == 3


def test_dividends_lower_the_adjusted_closes_before_and_raise_the_revision() -> None:
    load(*CLOSES)

    load(*DIVIDENDS)

    assert prices() == [100, 110, 121]
    assert prices("adjusted_close") == pytest.approx([90, 99, 121])
    assert Dividend.objects.get().amount == 11
    assert house().revision == 2


def test_later_closes_find_the_dividends_that_are_there() -> None:
    load(*CLOSES[:3])
    load(*DIVIDENDS)
    assert prices("adjusted_close") == [100, 110]

    load(CLOSES[0], CLOSES[3])

    assert prices("adjusted_close") == pytest.approx([90, 99, 121])


@pytest.mark.parametrize(
    "order", [(CLOSES, DIVIDENDS, SPLITS), (CLOSES, SPLITS, DIVIDENDS), (CLOSES, SPLITS, CLOSES, DIVIDENDS)]
)
def test_as_traded_everything_before_a_split_is_divided_in_whatever_order_the_files_come(
    order: tuple[tuple[str, ...], ...],
) -> None:
    dividends = ("symbol,ex_date,dividend", "HOUSE,2024-06-04,9")

    for lines in order:
        load(*(dividends if lines is DIVIDENDS else lines), as_traded=True)

    assert prices() == pytest.approx([100 / 3, 110 / 3, 121])
    assert Dividend.objects.get().amount == 3
    assert prices("adjusted_close") == pytest.approx([100 / 3 * 0.91, 110 / 3, 121])


def test_without_as_traded_a_split_is_told_and_prices_stay() -> None:
    load(*CLOSES)

    load(*SPLITS)

    assert prices() == [100, 110, 121]
    assert (Split.objects.get().numerator, Split.objects.get().ex_date) == (3, date(2024, 6, 5))
    assert house().revision == 2


def test_an_exchange_rate_knows_its_own_currency() -> None:
    load("symbol,date,close", "EURUSD=X,2024-06-03,1.0852", "EURUSD=X,2024-06-20,1.0711")

    rate = Instrument.objects.get()
    assert (rate.currency, rate.quote_type, rate.calendar) == ("USD", "CURRENCY", "24/5")
    assert Quote.objects.get().price == Decimal("1.0711")
    assert Finding.objects.get().kind == "rate_gap"


def test_it_is_never_traded_for_the_price_source() -> None:
    load(*CLOSES)
    materialise(NOW.date())

    assert not trading_now(datetime(2024, 6, 28, 15, tzinfo=UTC)).exists()


def test_what_looks_wrong_in_a_file_is_told_and_stored_as_it_is() -> None:
    load("symbol,date,close,currency", "HOUSE,2024-06-03,100,EUR", "HOUSE,2024-06-04,10000,EUR")

    assert (Finding.objects.get().kind, prices()) == ("jump", [100, 10000])


def test_a_symbol_the_source_did_not_know_or_has_not_answered_for_is_taken_over() -> None:
    for symbol, status in (("HOUSE", "unknown"), ("FUND", "new")):
        Instrument.objects.create(symbol=symbol, status=status)

    load(*CLOSES, "FUND,2024-06-03,7,EUR")

    assert set(Instrument.objects.values_list("status", flat=True)) == {"manual"}


def test_the_default_currency_is_for_those_the_file_says_nothing_of() -> None:
    load("symbol,date,close,currency", "A,2024-06-03,1,GBp", "B,2024-06-03,1,", currency="CHF")

    assert dict(Instrument.objects.values_list("symbol", "currency")) == {"A": "GBp", "B": "CHF"}


def test_a_currency_is_stored_as_exchanges_write_it_and_an_old_spelling_is_mended() -> None:
    load("symbol,date,close", "A,2024-06-03,1", currency="usd")
    assert Instrument.objects.get().currency == "USD"
    Instrument.objects.update(currency="usd")

    done = load("symbol,date,close", "A,2024-06-03,1")

    assert (Instrument.objects.get().currency, len(done.changed)) == ("USD", 1)


def test_a_symbol_the_source_prices_is_refused(apple: Instrument) -> None:
    said = refusal("symbol,date,close,currency", "AAPL,2024-06-03,1,USD", "AAPL,2024-06-04,1,USD")

    assert said == "Row 2: AAPL has prices from the price source already. Use another symbol for your own."


def test_one_problem_and_nothing_is_stored(apple: Instrument) -> None:
    refusal(*CLOSES, "AAPL,2024-06-03,1,USD")

    assert not Bar.objects.exists()
    assert Instrument.objects.get() == apple


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("symbol,date,close", "HOUSE,2024-06-03,1"), "Row 2: HOUSE has no currency. Add a column currency, or say"),
        (("symbol,date,close", "MY HOUSE,2024-06-03,1"), "Row 2: «MY HOUSE» is not a symbol."),
        (("symbol,date,close,currency", "EURUSD=X,2024-06-03,1,EUR"), "Row 2: EURUSD=X is a rate in USD, not in EUR."),
        (DIVIDENDS, "Row 2: HOUSE has no closes yet. Import a file of its closes first."),
        (SPLITS, "Row 2: HOUSE has no closes yet. Import a file of its closes first."),
        (("symbol,date,close", "HOUSE,2024-06-03,x"), "Row 2: the close «x» is not a number."),
    ],
)
def test_problems_are_sentences_with_their_row(lines: tuple[str, ...], sentence: str) -> None:
    assert sentence in refusal(*lines)
    assert not Instrument.objects.exists()


def test_a_currency_typed_wrongly_is_refused() -> None:
    for header, row in (("symbol,date,close", "A,2024-06-03,1"), ("symbol,date,close,currency", "A,2024-06-03,1,EUR")):
        said = refusal(header, row, currency="dollars")
        assert said == "«dollars» is not a currency. Use a code like EUR, or GBp for pence."


def test_another_currency_than_the_stored_one_is_refused() -> None:
    load(*CLOSES)

    said = refusal("symbol,date,close,currency", "HOUSE,2024-06-06,1,USD")

    assert said == "Row 2: HOUSE is in USD here, but its stored prices are in EUR."


def test_a_default_currency_other_than_the_stored_one_is_refused() -> None:
    load(*CLOSES)

    said = refusal("symbol,date,close", "HOUSE,2024-06-06,1", currency="USD")

    assert said == "Row 2: HOUSE is in USD by --currency, but its stored prices are in EUR."
    assert load("symbol,date,close", "HOUSE,2024-06-06,1", currency="eur").changed


def test_the_currency_of_a_rate_is_in_its_symbol_whatever_the_default_is() -> None:
    for _ in range(2):
        load("symbol,date,close", "EURUSD=X,2024-06-03,1.0852", currency="EUR")

    assert Instrument.objects.get().currency == "USD"


def test_splits_that_are_stored_are_counted_and_not_applied_again() -> None:
    load(*CLOSES)
    load(*SPLITS)

    done = load(*SPLITS, "HOUSE,2024-06-04,2,1", as_traded=True)

    assert (done.rows, done.stored_before) == (2, 1)
    assert prices() == [50, 110, 121]


def test_a_split_stored_otherwise_is_refused() -> None:
    load(*CLOSES)
    load(*SPLITS)

    said = refusal(SPLITS[0], "HOUSE,2024-06-04,2,1", "HOUSE,2024-06-05,5,1")

    assert said == "Row 3: the split of HOUSE on 2024-06-05 is stored as 3:1 already."
    assert Split.objects.count() == 1


def test_a_dividend_as_large_as_the_price_is_refused() -> None:
    load(*CLOSES)

    said = refusal(DIVIDENDS[0], "HOUSE,2024-06-04,1", "HOUSE,2024-06-05,110")

    assert said == "Row 3: the dividend of HOUSE on 2024-06-05 is not less than the close before it."
    assert not Dividend.objects.exists()


def test_splits_that_divide_a_price_away_are_refused() -> None:
    load(CLOSES[0], "HOUSE,2024-06-03,0.01,EUR", CLOSES[3])

    with pytest.raises(ImportProblemsError, match="Row 2: divided by its splits, the close of HOUSE on 2024-06-03 is"):
        load(SPLITS[0], "HOUSE,2024-06-05,99999999,0.0001", as_traded=True)

    assert prices() == [0.01, 121]
    assert not Split.objects.exists()
