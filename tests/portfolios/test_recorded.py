from datetime import date
from decimal import Decimal

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import ImportBatch, Portfolio, Transaction
from portfolios.recorded import rows_of, summary_of, transaction_of
from tests.portfolios.given import listed, typed

pytestmark = pytest.mark.django_db


def test_a_row_survives_being_written_down(portfolio: Portfolio) -> None:
    fields = {"price": "0.0000394", "fee": "1.5", "fx_rate": "1.27", "currency": "GBp", "account": "ISA", "note": "ü"}
    row = typed(portfolio, Kind.BUY, "2024-01-02", listed("KO"), "10.5", **fields)
    [written] = rows_of(portfolio, [row.pk])

    again = transaction_of(portfolio, written)

    assert (written["date"], written["price"], written["amount"]) == ("2024-01-02", "0.0000394", None)
    assert (again.pk, again.date, again.fx_rate, again.amount) == (row.pk, date(2024, 1, 2), Decimal("1.27"), None)
    again.save()
    assert rows_of(portfolio, [row.pk]) == [written]


def test_rows_of_another_portfolio_are_not_seen(portfolio: Portfolio) -> None:
    other = Portfolio.objects.create(owner=portfolio.owner, name="Other")
    row = typed(other, Kind.DEPOSIT, "2024-01-02", amount="5")

    assert (rows_of(portfolio, [row.pk]), len(rows_of(other, [row.pk]))) == ([], 1)


def test_a_digest_tells_of_any_change(portfolio: Portfolio) -> None:
    batch = ImportBatch.objects.create(portfolio=portfolio, filename="a.csv", content=b"")
    row = typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="5", batch=batch)
    before = summary_of(batch)

    Transaction.objects.filter(pk=row.pk).update(note="changed")

    assert (before["rows"], summary_of(batch)["rows"], summary_of(batch) == before) == (1, 1, False)
