from datetime import date
from decimal import Decimal

from portfolios.accounting.entries import Kind
from portfolios.booking import entries_of, entry_of, one
from portfolios.models import Portfolio, Transaction
from pricing.models import Instrument

DAY = date(2024, 1, 2)
VODAFONE = Instrument(pk=7, symbol="VOD.L", currency="GBp")
DOLLARS = Portfolio(base_currency="USD")


def rate(currency: str, day: date) -> Decimal:
    return {("GBP", DAY): Decimal("1.25"), ("EUR", DAY): Decimal("1.10")}[currency, day]


def typed(kind: Kind = Kind.BUY, **fields: object) -> Transaction:
    return Transaction(portfolio=DOLLARS, date=DAY, kind=kind, **fields)


def test_pence_become_pounds_at_the_rate_of_the_day() -> None:
    row = typed(instrument=VODAFONE, quantity=Decimal(100), price=Decimal("71.20"), fee=Decimal("9.95"))

    entry = entry_of(row, "USD", rate)

    assert (entry.gross, entry.fee, entry.currency, entry.rate) == (Decimal("71.20"), Decimal("9.95"), "GBP", 1.25)
    assert entry.cost == Decimal("81.15")
    assert (entry.instrument, entry.symbol, entry.priced) == (7, "VOD.L", True)


def test_an_amount_is_in_pounds_already() -> None:
    row = typed(Kind.DIVIDEND, instrument=VODAFONE, amount=Decimal("4.50"))

    assert entry_of(row, "USD", rate).gross == Decimal("4.50")


def test_a_typed_rate_converts_everything_so_that_base_currency_moves() -> None:
    row = typed(
        instrument=VODAFONE, quantity=Decimal(1), price=Decimal(100), fee=Decimal(2), tax=Decimal(3),
        fx_rate=Decimal("1.30"),
    )  # fmt: skip

    entry = entry_of(row, "USD", rate)

    assert (entry.currency, entry.rate) == ("USD", 1)
    assert (entry.gross, entry.fee, entry.tax) == (Decimal("1.30"), Decimal("2.60"), Decimal("3.90"))


def test_a_transfer_without_a_price_is_left_to_the_market() -> None:
    moved, valued = (
        entry_of(typed(Kind.TRANSFER_IN, instrument=VODAFONE, quantity=Decimal(1), price=price), "USD", rate)
        for price in (None, Decimal(100))
    )

    assert [(entry.priced, entry.gross) for entry in (moved, valued)] == [(False, 0), (True, 1)]


def test_a_rate_of_zero_is_no_rate() -> None:
    entry = entry_of(typed(instrument=VODAFONE, amount=Decimal(1), fx_rate=Decimal(0)), "USD", rate)

    assert (entry.gross, entry.currency, entry.rate) == (1, "GBP", Decimal("1.25"))


def test_a_currency_is_worth_one_of_itself_whatever_was_typed() -> None:
    entry = entry_of(typed(Kind.DEPOSIT, amount=Decimal(100), currency="USD", fx_rate=Decimal("0.9")), "USD", rate)

    assert (entry.gross, entry.currency, entry.rate) == (100, "USD", 1)


def test_a_dollar_share_paid_for_in_euros_costs_euros() -> None:
    apple = Instrument(pk=1, symbol="AAPL", currency="USD")
    row = typed(instrument=apple, quantity=Decimal(2), price=Decimal(150), currency="EUR")

    entry = entry_of(row, "USD", rate)

    assert (entry.gross, entry.currency, entry.rate) == (Decimal(300), "EUR", Decimal("1.10"))


def test_until_its_currency_is_known_an_instrument_is_paid_in_base_currency() -> None:
    row = typed(instrument=Instrument(pk=2, symbol="SAP.DE"), quantity=Decimal(2), price=Decimal(150))

    assert entry_of(row, "USD", rate).currency == "USD"


def test_a_price_wins_over_an_amount_and_a_free_share_costs_nothing() -> None:
    priced = typed(instrument=VODAFONE, quantity=Decimal(2), price=Decimal(0), amount=Decimal(99))
    lump = typed(instrument=VODAFONE, quantity=Decimal(2), amount=Decimal(99))

    grosses = [entry.gross for entry in entries_of([priced, lump], Portfolio(base_currency="USD"), rate)]

    assert grosses == [0, 99]


def test_a_replay_of_quantities_needs_no_rates() -> None:
    row = typed(instrument=VODAFONE, quantity=Decimal(1), price=Decimal(100))

    assert entry_of(row, "USD", one).rate == 1
