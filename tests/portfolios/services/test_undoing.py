from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from portfolios.accounting.entries import Kind, LedgerError
from portfolios.models import Change, ImportBatch, Portfolio, Transaction
from portfolios.recorded import rows_of
from portfolios.services.dividends import book_dividends
from portfolios.services.imports import apply
from portfolios.services.transactions import delete_transaction, save_transaction
from portfolios.services.undoing import UndoError, undo
from stocktracker.jobs.models import Job
from tests.portfolios.given import listed, proposed, typed

pytestmark = pytest.mark.django_db
FILE = b"date,kind,symbol,quantity,price,external_id\n2024-01-02,buy,KO,5,60,T-1\n2024-01-03,buy,KO,1,61,T-2\n"


@pytest.fixture
def bought(portfolio: Portfolio) -> Transaction:
    """Ten shares, with everything a broker states."""
    rest = {"price": "60", "fee": "1", "note": "first", "account": "ISA", "external_id": "T-1", "currency": "USD"}
    return typed(portfolio, Kind.BUY, "2024-01-02", listed("KO"), "10", **rest)


def everything(portfolio: Portfolio) -> list[dict[str, object]]:
    return rows_of(portfolio, portfolio.transactions.values_list("pk", flat=True))


def sold(portfolio: Portfolio, bought: Transaction, quantity: str = "10") -> Transaction:
    return typed(portfolio, Kind.SELL, "2024-01-09", bought.instrument, quantity, price="70", account="ISA")


def test_what_was_deleted_is_there_again_to_the_last_field(portfolio: Portfolio, bought: Transaction) -> None:
    before = everything(portfolio)
    change = delete_transaction(bought, portfolio.owner_id)
    empty = everything(portfolio)

    undo(change)

    portfolio.refresh_from_db()
    assert (empty, everything(portfolio)) == ([], before)
    assert portfolio.ledger_revision == 3  # bought, deleted, back
    assert Job.objects.filter(kind="stocktracker.rebuild").exists()


def test_an_edit_is_taken_back_under_the_same_number(portfolio: Portfolio, bought: Transaction) -> None:
    before = everything(portfolio)
    bought.quantity, bought.note = Decimal(12), "second"
    change = save_transaction(bought, "PEP", portfolio.owner_id)
    edited = everything(portfolio)

    undo(change)

    assert (edited != before, everything(portfolio)) == (True, before)


def test_what_was_added_is_gone(portfolio: Portfolio) -> None:
    row = Transaction(portfolio=portfolio, kind=Kind.DEPOSIT, date=date(2024, 1, 2), amount=Decimal(5))
    change = save_transaction(row, "", portfolio.owner_id)

    undo(change)

    assert not portfolio.transactions.exists()


def test_booked_dividends_go_together(portfolio: Portfolio, bought: Transaction) -> None:
    rows = [proposed(portfolio, listed(symbol)).pk for symbol in ("PEP", "PFE")]
    book_dividends(portfolio, rows, portfolio.owner_id)

    undo(Change.objects.get())

    assert list(portfolio.transactions.all()) == [bought]


def test_a_whole_file_is_taken_back_at_once(portfolio: Portfolio) -> None:
    listed("KO")
    batch = ImportBatch.objects.create(portfolio=portfolio, filename="a.csv", content=FILE, state="ready")
    assert apply(batch, timezone.now(), portfolio.owner_id) == 2

    undo(Change.objects.get())

    assert not portfolio.transactions.exists()


def test_a_file_of_which_a_row_was_changed_stays(portfolio: Portfolio) -> None:
    listed("KO")
    batch = ImportBatch.objects.create(portfolio=portfolio, filename="a.csv", content=FILE, state="ready")
    apply(batch, timezone.now(), portfolio.owner_id)
    portfolio.transactions.filter(external_id="T-1").update(note="mine")

    with pytest.raises(UndoError, match="Some of its transactions have been changed"):
        undo(Change.objects.get())

    assert portfolio.transactions.count() == 2


def test_what_a_later_sale_needs_stays_and_nothing_is_lost(portfolio: Portfolio) -> None:
    row = Transaction(
        portfolio=portfolio,
        kind=Kind.BUY,
        date=date(2024, 1, 2),
        quantity=Decimal(10),
        price=Decimal(60),
        account="ISA",
    )
    listed("KO")
    change = save_transaction(row, "KO", portfolio.owner_id)
    sold(portfolio, row)
    before = everything(portfolio)

    with pytest.raises(LedgerError, match="sells 10 KO"):
        undo(change)

    change.refresh_from_db()
    assert (everything(portfolio), change.undone_at) == (before, None)


def test_nothing_is_undone_twice(portfolio: Portfolio, bought: Transaction) -> None:
    change = delete_transaction(bought, portfolio.owner_id)
    undo(change)

    with pytest.raises(UndoError, match="undone already"):
        undo(change)

    assert portfolio.transactions.count() == 1


def test_only_the_latest_of_two_edits_can_be_taken_back_then_the_other(
    portfolio: Portfolio, bought: Transaction
) -> None:
    before = everything(portfolio)
    changes = []
    for quantity in (11, 12):
        bought.quantity = Decimal(quantity)
        changes.append(save_transaction(bought, "KO", portfolio.owner_id))

    with pytest.raises(UndoError, match="changed again since"):
        undo(changes[0])
    for change in reversed(changes):
        undo(change)

    assert everything(portfolio) == before


def test_what_was_imported_again_does_not_come_back_as_a_double(portfolio: Portfolio, bought: Transaction) -> None:
    change = delete_transaction(bought, portfolio.owner_id)
    typed(portfolio, Kind.BUY, "2024-01-02", bought.instrument, "10", price="60", account="ISA", external_id="T-1")

    with pytest.raises(UndoError, match="same number of the broker"):
        undo(change)


def test_what_nobody_knows_any_more_is_not_brought_back(portfolio: Portfolio, bought: Transaction) -> None:
    share = bought.instrument
    change = delete_transaction(bought, portfolio.owner_id)
    assert share is not None
    share.delete()

    with pytest.raises(UndoError, match="instrument is not here"):
        undo(change)
