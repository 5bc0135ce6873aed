from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import Change, ImportBatch, Portfolio, Transaction
from portfolios.pages.changes import changes
from portfolios.services.recording import record_import
from portfolios.services.transactions import delete_transaction, save_transaction
from portfolios.services.undoing import undo
from tests.portfolios.given import listed, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def bought(portfolio: Portfolio) -> Transaction:
    return typed(portfolio, Kind.BUY, "2024-01-02", listed("KO"), "10", price="60")


def test_a_change_says_what_it_did(portfolio: Portfolio, bought: Transaction) -> None:
    listed("PEP")
    bought.quantity, bought.note = Decimal(12), "new"
    save_transaction(bought, "PEP", portfolio.owner_id)
    delete_transaction(bought, portfolio.owner_id)

    deleted, edited = changes(portfolio)

    assert deleted.told == ["2024-01-02 Buy 12 PEP"]
    assert edited.told == ["2024-01-02 Buy 12 PEP", "Symbol: KO → PEP", "Quantity: 10 → 12", "Note: nothing → new"]
    assert (deleted.why_not, edited.why_not) == ("", "changed again since")


def test_what_was_undone_says_so_and_frees_the_change_before(portfolio: Portfolio, bought: Transaction) -> None:
    bought.quantity = Decimal(12)
    save_transaction(bought, "KO", portfolio.owner_id)
    undo(delete_transaction(bought, portfolio.owner_id))

    assert [row.why_not for row in changes(portfolio)] == ["undone", ""]


def test_an_import_is_told_as_a_file(portfolio: Portfolio) -> None:
    batch = ImportBatch.objects.create(portfolio=portfolio, filename="a.csv", content=b"")
    row = typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="5", batch=batch)
    record_import(batch, portfolio.owner_id)
    [whole] = changes(portfolio)
    row.delete()
    [broken] = changes(portfolio)

    assert (whole.told, whole.why_not, broken.why_not) == (["1 transaction of a.csv"], "", "changed again since")


def test_many_rows_are_counted(portfolio: Portfolio) -> None:
    rows = [
        {**after, "id": number}
        for number in range(5)
        for after in [{"date": "2024-01-02", "kind": "fee", "quantity": None, "instrument_id": None}]
    ]
    Change.objects.create(portfolio=portfolio, kind=Change.Kind.DELETED, before=rows)

    assert changes(portfolio)[0].told == ["2024-01-02 Fee"] * 3 + ["and 2 more"]


def test_however_many_changes_take_three_queries(
    portfolio: Portfolio, bought: Transaction, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(4):
        bought.note = str(number)
        save_transaction(bought, "KO", portfolio.owner_id)

    with django_assert_num_queries(3):
        assert len(changes(portfolio)) == 4
