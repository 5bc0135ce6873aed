import csv
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from portfolios.accounting.entries import Kind
from portfolios.exports import export, row_of
from portfolios.models import ImportBatch, Portfolio
from portfolios.services.imports import apply
from portfolios.services.portfolios import create_portfolio
from tests.portfolios.given import listed, typed

pytestmark = pytest.mark.django_db

FILE = """note,account,date,kind,symbol,quantity,price,amount,fee,tax,currency,fx_rate,external_id
"of two
lines, and a "" in it",ISA,2024-01-02,buy,VOD.L,12.50,71.200,,9.95,4.45,GBp,1.27,T-1
=1+1,=A1,2024-01-02,buy,vod.l,10,,7.1,,,,,@1
'=2+2,ISA,2024-01-03,transfer_out,VOD.L,2,,,,,,,-1
'quoted','quoted',2024-01-03,transfer_in,VOD.L,2,,,,,,,
,ISA,2024-01-04,interest,,,,-3.5,,,EUR,,
,ISA,2024-01-05,return_of_capital,VOD.L,,,0.0050,,,,,
grüße,,2024-01-06,deposit,,,,1000,,,,,
"""


def imported(user: User, content: str) -> Portfolio:
    portfolio = Portfolio.objects.create(owner=user, name="One", base_currency="USD", allow_short=True)
    batch = ImportBatch.objects.create(
        portfolio=portfolio, filename="a.csv", content=content.encode(), state=ImportBatch.State.READY
    )
    assert apply(batch, timezone.now(), user.pk) == 7
    return portfolio


def test_what_was_imported_is_exported_and_imported_and_exported_the_same(user: User) -> None:
    listed("VOD.L", "GBp")
    first = export(imported(user, FILE).transactions.all())

    assert export(imported(user, first).transactions.all()) == first


def test_a_row_is_the_transaction_as_it_was_typed(portfolio: Portfolio) -> None:
    row = row_of(typed(portfolio, Kind.BUY, "2024-01-02", listed("KO"), "10", price="60", account="ISA"))

    assert (row.kind, row.symbol, row.quantity, row.price, row.amount) == (Kind.BUY, "KO", 10, 60, None)
    assert (row.account, row.currency, row.fee) == ("ISA", "", 0)


def test_a_portfolio_without_transactions_is_a_header(portfolio: Portfolio) -> None:
    assert export(portfolio.transactions.all()).count("\n") == 1


def test_money_of_no_stated_currency_keeps_its_portfolios_in_the_file_of_all_portfolios(user: User) -> None:
    euros, _ = (create_portfolio(user, currency, currency, tracks_cash=True) for currency in ("EUR", "USD"))
    typed(euros, Kind.DEPOSIT, "2024-06-03", amount="500")
    both = Portfolio.objects.get(owner=user, is_combined=True)

    (row,) = csv.DictReader(StringIO(export(both.entered)))

    assert (row["amount"], row["currency"]) == ("500", "EUR")
