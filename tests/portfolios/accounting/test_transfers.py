from decimal import Decimal

from portfolios.accounting.entries import Entry, Kind
from portfolios.accounting.transfers import pair_transfers
from tests.portfolios.accounting.lives import entry

OUT, IN = Kind.TRANSFER_OUT, Kind.TRANSFER_IN


def shares(kind: Kind, account: str, quantity: str = "10", number: int = 0, instrument: int = 1) -> Entry:
    return entry(number, kind, instrument=instrument, quantity=Decimal(quantity), account=account)


def money(kind: Kind, account: str, amount: str, currency: str = "USD", rate: str = "1") -> Entry:
    return entry(0, kind, gross=Decimal(amount), account=account, currency=currency, rate=Decimal(rate))


def test_the_same_shares_on_the_same_day_between_two_accounts_are_one_transfer() -> None:
    assert pair_transfers([shares(OUT, "A"), shares(IN, "B")]) == {0: 1, 1: 0}
    assert pair_transfers([shares(IN, "B"), shares(OUT, "A")]) == {0: 1, 1: 0}


def test_another_day_quantity_instrument_or_the_same_account_makes_two() -> None:
    others = [shares(IN, "B", number=1), shares(IN, "B", "11"), shares(IN, "B", instrument=2), shares(IN, "A")]

    for other in others:
        assert pair_transfers([shares(OUT, "A"), other]) == {}


def test_two_transfers_of_a_day_find_their_own_halves_by_quantity() -> None:
    entries = [shares(OUT, "A", "10"), shares(OUT, "A", "4"), shares(IN, "B", "4"), shares(IN, "C", "10")]

    assert pair_transfers(entries) == {0: 3, 3: 0, 1: 2, 2: 1}


def test_shares_passed_on_through_an_account_leave_no_half_alone() -> None:
    # B passes on what it gets: whichever pairs are chosen, all four belong to some
    entries = [shares(OUT, "A"), shares(IN, "C"), shares(OUT, "B"), shares(IN, "B")]

    assert sorted(pair_transfers(entries)) == [0, 1, 2, 3]


def test_money_goes_to_another_account_or_into_another_currency() -> None:
    assert pair_transfers([money(OUT, "A", "5"), money(IN, "B", "5")]) == {0: 1, 1: 0}
    assert pair_transfers([money(OUT, "A", "5"), money(IN, "A", "4", "EUR")]) == {0: 1, 1: 0}


def test_other_money_of_the_same_currency_is_another_payment() -> None:
    assert pair_transfers([money(OUT, "A", "5"), money(IN, "B", "6")]) == {}
    assert pair_transfers([money(OUT, "A", "5"), money(IN, "A", "5")]) == {}
    assert pair_transfers([entry(0, Kind.WITHDRAWAL, gross=Decimal(5)), money(IN, "B", "5")]) == {}


def test_the_same_amount_is_preferred_to_another_currency() -> None:
    entries = [money(OUT, "A", "5"), money(IN, "B", "4", "EUR"), money(IN, "B", "5")]

    assert pair_transfers(entries) == {0: 2, 2: 0}


def test_money_exchanged_is_worth_about_as_much() -> None:
    # 50 leave for good; 100 become 90 euros of as much worth
    entries = [money(OUT, "A", "50"), money(OUT, "A", "99"), money(IN, "A", "90", "EUR", "1.10")]

    assert pair_transfers(entries) == {1: 2, 2: 1}
