from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

from portfolios.accounting.entries import Kind, LedgerError
from portfolios.models import Portfolio, Transaction
from portfolios.services.transactions import add_transactions, check_ledger, delete_transaction, save_transaction
from pricing.models import Instrument
from stocktracker.jobs.models import Job
from tests.portfolios.given import listed, split, typed

pytestmark = pytest.mark.django_db(transaction=True)


def draft(portfolio: Portfolio, kind: Kind, day: str, quantity: str, price: str = "10") -> Transaction:
    return Transaction(
        portfolio=portfolio, kind=kind, date=date.fromisoformat(day), quantity=Decimal(quantity), price=Decimal(price)
    )


def rebuilds() -> list[int | None]:
    """Of which portfolios they are."""
    return list(Job.objects.filter(kind="stocktracker.rebuild").order_by("pk").values_list("portfolio_id", flat=True))


def test_a_transaction_its_revision_and_its_jobs_are_one_commit(portfolio: Portfolio) -> None:
    row = draft(portfolio, Kind.BUY, "2024-01-02", "10")

    save_transaction(row, "AAPL", portfolio.owner_id)

    portfolio.refresh_from_db()
    assert (row.pk is not None, portfolio.ledger_revision) == (True, 1)
    assert row.instrument is not None
    assert row.instrument.status == Instrument.Status.NEW
    kinds = list(Job.objects.order_by("kind").values_list("kind", "portfolio_id"))
    assert kinds == [("stocktracker.backfill", portfolio.pk), ("stocktracker.rebuild", portfolio.pk)]


def test_when_the_job_cannot_be_stored_nothing_is(portfolio: Portfolio) -> None:
    def broken(execute, sql, *rest):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN202 — Django's own shape
        if 'INSERT INTO "jobs_job"' in sql:
            raise DatabaseError("disk full")
        return execute(sql, *rest)

    with connection.execute_wrapper(broken), pytest.raises(DatabaseError):
        save_transaction(draft(portfolio, Kind.BUY, "2024-01-02", "10"), "AAPL", portfolio.owner_id)

    portfolio.refresh_from_db()
    assert (Transaction.objects.count(), Instrument.objects.count(), portfolio.ledger_revision) == (0, 0, 0)


def test_selling_more_than_is_held_stores_neither_the_sale_nor_a_job(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="10")

    with pytest.raises(LedgerError, match="sells 11 AAPL on 2024-01-03, but only 10 are held"):
        save_transaction(draft(portfolio, Kind.SELL, "2024-01-03", "11"), "AAPL", portfolio.owner_id)

    portfolio.refresh_from_db()
    assert (Transaction.objects.count(), portfolio.ledger_revision, rebuilds()) == (1, 1, [])


def test_until_splits_are_known_only_a_sale_of_nothing_is_refused(portfolio: Portfolio) -> None:
    save_transaction(draft(portfolio, Kind.BUY, "2020-01-02", "10"), "AAPL", portfolio.owner_id)
    save_transaction(draft(portfolio, Kind.SELL, "2024-01-02", "40"), "AAPL", portfolio.owner_id)  # 4 for 1 in 2020

    with pytest.raises(LedgerError):
        save_transaction(draft(portfolio, Kind.SELL, "2024-01-02", "1"), "MSFT", portfolio.owner_id)


def test_what_is_priced_from_files_waits_for_no_history(portfolio: Portfolio) -> None:
    listed("HOUSE", status=Instrument.Status.MANUAL, fetched_at=None)
    save_transaction(draft(portfolio, Kind.BUY, "2020-01-02", "10"), "HOUSE", portfolio.owner_id)

    with pytest.raises(LedgerError, match="only 10 are held"):
        save_transaction(draft(portfolio, Kind.SELL, "2024-01-02", "40"), "HOUSE", portfolio.owner_id)


def test_splits_of_the_source_count_when_a_sale_is_judged(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    split(share, "2020-08-31", 4)
    typed(portfolio, Kind.BUY, "2020-01-02", share, "10", price="10")
    typed(portfolio, Kind.SELL, "2024-01-02", share, "40", price="10")

    check_ledger(portfolio)
    with pytest.raises(LedgerError, match="only 0 are held"):
        save_transaction(draft(portfolio, Kind.SELL, "2024-01-03", "1"), "AAPL", portfolio.owner_id)


def test_changing_a_purchase_that_a_sale_needs_is_refused(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    row = typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="10")
    sale = typed(portfolio, Kind.SELL, "2024-01-03", share, "10", price="10")
    row.quantity = Decimal(9)

    with pytest.raises(LedgerError) as error:
        save_transaction(row, "AAPL", portfolio.owner_id)

    assert error.value.label == str(sale.pk)
    assert Transaction.objects.get(pk=row.pk).quantity == 10


def test_a_transaction_can_move_to_another_security(portfolio: Portfolio) -> None:
    row = typed(portfolio, Kind.BUY, "2024-01-02", listed("AAPL"), "10", price="10")

    save_transaction(row, "MSFT", portfolio.owner_id)

    assert Transaction.objects.get().instrument == Instrument.objects.get(symbol="MSFT")


def test_a_purchase_that_was_sold_cannot_move_to_another_security(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    row = typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="10")
    typed(portfolio, Kind.SELL, "2024-01-03", share, "10", price="10")

    with pytest.raises(LedgerError, match="sells 10 AAPL"):
        save_transaction(row, "MSFT", portfolio.owner_id)

    assert Transaction.objects.get(pk=row.pk).instrument == share
    assert not Instrument.objects.filter(symbol="MSFT").exists()


def test_deleting_asks_for_a_rebuild(portfolio: Portfolio) -> None:
    row = typed(portfolio, Kind.BUY, "2024-01-02", listed("AAPL"), "10", price="10")

    delete_transaction(row, portfolio.owner_id)

    assert (Transaction.objects.count(), rebuilds()) == (0, [portfolio.pk])


def test_deleting_what_a_sale_needs_is_refused(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    row = typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="10")
    typed(portfolio, Kind.SELL, "2024-01-03", share, "1", price="10")

    with pytest.raises(LedgerError):
        delete_transaction(row, portfolio.owner_id)

    assert Transaction.objects.count() == 2


def test_a_transaction_deleted_meanwhile_does_not_come_back(portfolio: Portfolio) -> None:
    row = typed(portfolio, Kind.FEE, "2024-01-02", amount="1")
    Transaction.objects.filter(pk=row.pk).delete()

    with pytest.raises(Transaction.DoesNotExist):
        save_transaction(row, "", portfolio.owner_id)

    assert Transaction.objects.count() == 0


def test_many_are_stored_with_one_rebuild_or_not_at_all(portfolio: Portfolio) -> None:
    good = [
        (draft(portfolio, Kind.BUY, "2024-01-02", "10"), "AAPL"),
        (draft(portfolio, Kind.BUY, "2024-01-02", "1"), "B"),
    ]
    bad = [(draft(portfolio, Kind.BUY, "2024-01-02", "1"), "C"), (draft(portfolio, Kind.SELL, "2024-01-02", "1"), "D")]

    add_transactions(portfolio, good, portfolio.owner_id)
    with pytest.raises(LedgerError, match="sells 1 D"):
        add_transactions(portfolio, bad, portfolio.owner_id)

    assert (Transaction.objects.count(), len(rebuilds())) == (2, 1)
    assert set(Instrument.objects.values_list("symbol", flat=True)) == {"AAPL", "B"}
