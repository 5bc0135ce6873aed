"""What forms do: sentences where something is wrong, and one commit where nothing is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test import Client

from portfolios.accounting.entries import Kind
from portfolios.models import ImportBatch, Portfolio, Transaction
from portfolios.tasks import check_import
from pricing.models import Instrument
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job, State
from tests.portfolios.given import listed, ran, typed

pytestmark = pytest.mark.django_db(transaction=True)

BUY = {"kind": "buy", "date": "2024-01-02", "symbol": "AAPL", "quantity": "10", "price": "190.5"}
FILE = b"date,kind,symbol,quantity,price\n2024-01-02,buy,AAPL,10,190\n2024-02-01,sell,AAPL,4,200\n"


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


@pytest.mark.parametrize("door", ["add", "edit", "delete", "apply"])
def test_without_its_job_no_change_is_stored(signed_in: Client, portfolio: Portfolio, door: str) -> None:
    row = typed(portfolio, Kind.FEE, "2024-01-02", amount="5")
    content = b"date,kind,amount\n2024-01-02,deposit,5\n"
    batch = ImportBatch.objects.create(portfolio=portfolio, filename="a.csv", content=content, state="ready")
    address, sent = {
        "add": (add(portfolio), BUY),
        "edit": (edit(row), {"kind": "fee", "date": "2024-01-03", "amount": "6"}),
        "delete": (edit(row) + "delete/", {}),
        "apply": (f"/portfolios/{portfolio.pk}/import/{batch.pk}/apply/", {}),
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


def test_deleting_says_so_or_says_why_not(signed_in: Client, portfolio: Portfolio) -> None:
    share = listed("AAPL")
    bought = typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="10")
    sold = typed(portfolio, Kind.SELL, "2024-01-05", share, "10", price="10")

    refused = signed_in.post(edit(bought) + "delete/", follow=True).content.decode()
    deleted = signed_in.post(edit(sold) + "delete/", follow=True).content.decode()

    assert "Not deleted, a sale needs it: without it the portfolio sells 10 AAPL on 2024-01-05" in refused
    assert "Deleted. The figures are being computed." in deleted
    assert list(Transaction.objects.all()) == [bought]


def test_a_portfolio_is_made_with_a_name_and_a_currency(signed_in: Client) -> None:
    wrong = signed_in.post("/portfolios/new/", {"name": " ", "base_currency": "€"})
    right = signed_in.post("/portfolios/new/", {"name": "Family", "base_currency": "eur", "tracks_cash": "on"})

    portfolio = Portfolio.objects.get()
    assert (wrong.status_code, right["Location"]) == (422, f"/portfolios/{portfolio.pk}/")
    assert (portfolio.name, portfolio.base_currency, portfolio.tracks_cash) == ("Family", "EUR", True)


def test_a_file_is_uploaded_checked_previewed_and_applied(
    signed_in: Client, portfolio: Portfolio, market: Market
) -> None:
    uploaded = signed_in.post(f"/portfolios/{portfolio.pk}/import/", {"file": SimpleUploadedFile("t.csv", FILE)})
    waiting = signed_in.get(uploaded["Location"]).content.decode()
    ran(Job.objects.get(kind="portfolios.check_import"), check_import)
    ready = signed_in.get(uploaded["Location"], headers={"hx-request": "true"}).content.decode()
    applied = signed_in.post(f"{uploaded['Location']}apply/", follow=True).content.decode()
    twice = signed_in.post(f"{uploaded['Location']}apply/")

    assert ("Checking the file" in waiting, 'hx-trigger="load delay:1s"' in waiting) == (True, True)
    assert "Import 2 transactions" in ready
    assert ("<html" in ready, 'hx-trigger="load' in ready) == (False, False)
    assert "Imported 2 transactions. The figures are being computed." in applied
    assert twice["Location"] == uploaded["Location"]
    assert "in your portfolio" in signed_in.get(uploaded["Location"]).content.decode()
    assert (Transaction.objects.count(), Instrument.objects.count()) == (2, 1)


def test_a_refused_file_lists_its_problems_by_row(signed_in: Client, portfolio: Portfolio, market: Market) -> None:
    wrong = FILE.replace(b"2024-01-02", b"02.01.2024")
    uploaded = signed_in.post(f"/portfolios/{portfolio.pk}/import/", {"file": SimpleUploadedFile("t.csv", wrong)})

    ran(Job.objects.get(kind="portfolios.check_import"), check_import)

    page = signed_in.get(uploaded["Location"]).content.decode()
    assert "Nothing was imported" in page
    assert '<td class="num">Row 2</td><td>«02.01.2024» is not a date. Write it as YYYY-MM-DD' in page
    assert Transaction.objects.count() == 0


@pytest.mark.parametrize(
    ("state", "shown", "polls"),
    [(State.FAILED, "The file could not be checked", False), (State.QUEUED, "It waits: The budget is spent.", True)],
)
def test_a_check_that_waits_or_has_failed_says_why(
    signed_in: Client, portfolio: Portfolio, state: State, shown: str, polls: bool
) -> None:  # fmt: skip
    uploaded = signed_in.post(f"/portfolios/{portfolio.pk}/import/", {"file": SimpleUploadedFile("t.csv", FILE)})
    Job.objects.filter(kind="portfolios.check_import").update(state=state, error="The budget is spent.")

    page = signed_in.get(uploaded["Location"]).content.decode()

    assert shown in page
    assert ("The budget is spent." in page, "load delay:1s" in page) == (True, polls)


def test_a_portfolio_that_changed_meanwhile_is_said_in_a_sentence(signed_in: Client, portfolio: Portfolio) -> None:
    content = b"date,kind,symbol,quantity,price\n2024-01-02,sell,AAPL,1,190\n"
    batch = ImportBatch.objects.create(portfolio=portfolio, filename="a.csv", content=content, state="ready")

    page = signed_in.post(f"/portfolios/{portfolio.pk}/import/{batch.pk}/apply/", follow=True).content.decode()

    assert "Nothing was imported: the portfolio has changed meanwhile, and now it sells 1 AAPL on 2024-01-02" in page
