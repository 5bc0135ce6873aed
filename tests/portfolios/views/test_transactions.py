"""What the form of a transaction does: sentences where something is wrong, and one commit where nothing is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from portfolios.accounting.entries import Kind
from portfolios.models import ImportBatch, Portfolio, Transaction
from stocktracker.jobs.models import Job
from tests.portfolios.given import listed, proposed, typed

pytestmark = pytest.mark.django_db(transaction=True)

BUY = {"kind": "buy", "date": "2024-01-02", "symbol": "AAPL", "quantity": "10", "price": "190.5"}


def add(portfolio: Portfolio) -> str:
    return f"/portfolios/{portfolio.pk}/transactions/new/"


def edit(row: Transaction) -> str:
    return f"/portfolios/{row.portfolio_id}/transactions/{row.pk}/"


def rebuilds() -> int:
    return Job.objects.filter(kind="stocktracker.rebuild").count()


def test_a_trade_is_stored_with_the_jobs_that_follow_from_it(signed_in: Client, portfolio: Portfolio) -> None:
    answer = signed_in.post(add(portfolio), BUY, follow=True)

    row = Transaction.objects.get()
    assert answer.redirect_chain == [(f"/portfolios/{portfolio.pk}/", 302)]
    assert "Saved. The figures are being computed." in answer.content.decode()
    assert (str(row), row.price) == ("2024-01-02 buy AAPL", 190.5)
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["stocktracker.backfill", "stocktracker.rebuild"]
    assert Job.objects.exclude(sent_at=None).count() == 2  # told to the workers after the commit


def test_what_is_wrong_comes_back_with_what_was_typed_and_stores_nothing(
    signed_in: Client, portfolio: Portfolio
) -> None:
    answer = signed_in.post(add(portfolio), BUY | {"quantity": "-3", "note": "a note"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A number from 0 on; the kind says which way it goes." in page
    assert 'value="a note"' in page
    assert (Transaction.objects.count(), rebuilds()) == (0, 0)


def test_an_empty_form_is_not_taken_for_a_look_at_it(signed_in: Client, portfolio: Portfolio) -> None:
    addresses = [add(portfolio), "/portfolios/new/", f"/portfolios/{portfolio.pk}/import/"]

    assert [signed_in.post(address).status_code for address in addresses] == [422, 422, 422]


def test_selling_more_than_is_held_is_said_in_a_sentence_and_the_form_stays_a_new_one(
    signed_in: Client, portfolio: Portfolio
) -> None:
    typed(portfolio, Kind.BUY, "2024-01-02", listed("AAPL"), "10", price="10")

    answer = signed_in.post(add(portfolio), BUY | {"kind": "sell", "quantity": "11", "date": "2024-01-03"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This sells 11 AAPL on 2024-01-03, but only 10 are held then." in page
    assert ("Add a trade" in page, "Delete this transaction" in page) == (True, False)
    assert (Transaction.objects.count(), rebuilds()) == (1, 0)


def test_changing_a_purchase_that_a_sale_needs_names_the_sale(signed_in: Client, portfolio: Portfolio) -> None:
    share = listed("AAPL")
    row = typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="10")
    typed(portfolio, Kind.SELL, "2024-01-05", share, "10", price="10")

    answer = signed_in.post(edit(row), BUY | {"quantity": "9"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This leaves a sale uncovered: the portfolio sells 10 AAPL on 2024-01-05, but only 9 are held" in page
    assert "Delete this transaction" in page


def test_a_transaction_moves_to_another_symbol(signed_in: Client, portfolio: Portfolio) -> None:
    row = typed(portfolio, Kind.BUY, "2024-01-02", listed("AAPL"), "10", price="10", external_id="T-1")
    listed("MSFT")

    answer = signed_in.post(edit(row), BUY | {"symbol": "msft", "fee": ""})

    row.refresh_from_db()
    assert answer.status_code == 302
    assert (str(row), row.external_id, rebuilds()) == ("2024-01-02 buy MSFT", "T-1", 1)


def test_a_transaction_deleted_meanwhile_is_gone(signed_in: Client, portfolio: Portfolio) -> None:
    row = typed(portfolio, Kind.FEE, "2024-01-02", amount="5")
    address, _ = edit(row), row.delete()

    assert signed_in.post(address, BUY).status_code == 404
    assert Transaction.objects.count() == 0


@pytest.mark.parametrize("door", ["add", "edit", "delete", "apply", "settings", "book"])
def test_without_its_job_no_change_is_stored(signed_in: Client, portfolio: Portfolio, door: str) -> None:
    row = typed(portfolio, Kind.FEE, "2024-01-02", amount="5")
    content = b"date,kind,amount\n2024-01-02,deposit,5\n"
    batch = ImportBatch.objects.create(portfolio=portfolio, filename="a.csv", content=content, state="ready")
    dividend = proposed(portfolio, listed("KO"))
    address, sent = {
        "add": (add(portfolio), BUY),
        "edit": (edit(row), {"kind": "fee", "date": "2024-01-03", "amount": "6"}),
        "delete": (edit(row) + "delete/", {}),
        "apply": (f"/portfolios/{portfolio.pk}/import/{batch.pk}/apply/", {}),
        "settings": (f"/portfolios/{portfolio.pk}/settings/", {"name": "x", "base_currency": "EUR", "risk_free": "0"}),
        "book": (f"/portfolios/{portfolio.pk}/dividends/{dividend.pk}/book/", {}),
    }[door]

    def broken(execute, sql, *rest):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN202 — Django's own shape
        if 'INSERT INTO "jobs_job"' in sql:
            raise DatabaseError("disk full")
        return execute(sql, *rest)

    with connection.execute_wrapper(broken), pytest.raises(DatabaseError):
        signed_in.post(address, sent)

    portfolio.refresh_from_db()
    batch.refresh_from_db()
    assert (Transaction.objects.get().amount, portfolio.ledger_revision, batch.state) == (5, 1, "ready")
    assert (portfolio.name, portfolio.proposed_dividends.count()) == ("Family", 1)


def test_deleting_says_so_or_says_why_not(signed_in: Client, portfolio: Portfolio) -> None:
    share = listed("AAPL")
    bought = typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="10")
    sold = typed(portfolio, Kind.SELL, "2024-01-05", share, "10", price="10")

    refused = signed_in.post(edit(bought) + "delete/", follow=True).content.decode()
    deleted = signed_in.post(edit(sold) + "delete/", follow=True).content.decode()

    assert "Not deleted, a sale needs it: without it the portfolio sells 10 AAPL on 2024-01-05" in refused
    assert "Deleted. The figures are being computed." in deleted
    assert list(Transaction.objects.all()) == [bought]


def test_accounts_that_are_known_are_offered(
    signed_in: Client, portfolio: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    for account in ("ISA", "broker", "ISA", ""):
        typed(portfolio, Kind.FEE, "2024-01-02", amount="5", account=account)

    with django_assert_num_queries(6):  # session, user, portfolio, accounts, jobs, other portfolios
        page = signed_in.get(add(portfolio)).content.decode()

    assert '<option value="ISA"></option><option value="broker"></option></datalist>' in page
    assert 'list="accounts"' in page


def test_every_kind_says_what_its_fields_mean_and_the_chosen_one_is_shown(
    signed_in: Client, portfolio: Portfolio
) -> None:
    row = typed(portfolio, Kind.SPLIT, "2024-01-02", listed("AAPL"), "4")

    page = signed_in.get(edit(row)).content.decode()

    assert all(f'data-kind="{kind}" hidden>' in page for kind in set(Kind) - {Kind.SPLIT})
    assert 'data-kind="split">The quantity is how many new shares' in page


def test_a_sale_names_the_account_that_holds_the_shares(signed_in: Client, portfolio: Portfolio) -> None:
    typed(portfolio, Kind.BUY, "2024-01-02", listed("AAPL"), "10", price="10", account="ISA")
    sale = BUY | {"kind": "sell", "date": "2024-01-03"}

    refused = signed_in.post(add(portfolio), sale)
    stored = signed_in.post(add(portfolio), sale | {"account": "ISA"})

    assert "only 0 are held then without an account (10 in other accounts)" in refused.content.decode()
    assert (refused.status_code, stored.status_code) == (422, 302)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("transfer_in", {"symbol": "AAPL", "quantity": "3"}),
        ("transfer_in", {"amount": "50"}),
        ("transfer_out", {"amount": "50", "currency": "eur"}),
        ("return_of_capital", {"symbol": "KO", "amount": "5"}),
        ("interest", {"amount": "-5"}),
    ],
)
def test_other_kinds_are_stored(signed_in: Client, portfolio: Portfolio, kind: str, fields: dict[str, str]) -> None:
    typed(portfolio, Kind.BUY, "2024-01-01", listed("KO"), "1", price="10")

    answer = signed_in.post(add(portfolio), {"kind": kind, "date": "2024-01-02"} | fields)

    assert answer.status_code == 302, answer.content.decode()
    assert Transaction.objects.filter(kind=kind).count() == 1
