from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.accounting.entries import Kind
from portfolios.models import Change, Portfolio, Transaction
from portfolios.services.portfolios import create_portfolio
from pricing.models import Finding
from tests.portfolios.given import NOW, listed, proposed, typed

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_activity_list_shows_pence_as_pence_and_their_sum_as_pounds(
    signed_in: Client, invested: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    typed(invested, Kind.DEPOSIT, "2024-06-04", amount="5", currency="EUR")
    typed(invested, Kind.INTEREST, "2024-06-04", amount="7", tax="1.5")

    # session, user, portfolio; years and accounts; how many, rows with instruments, sums; proposed dividends; what
    # looks wrong: snapshot, traded and benchmarks, instruments, findings; the other portfolios; jobs
    with django_assert_num_queries(14):
        page = text(signed_in.get(f"/portfolios/{invested.pk}/activity/"))

    for shown in ("60.00p", "£60.00", "$1,500.00", "€5.00", "$7.00", "$1.50"):
        assert shown in page


def test_long_lists_come_in_pages_and_any_page_number_is_answered(signed_in: Client, portfolio: Portfolio) -> None:
    for _ in range(101):
        typed(portfolio, Kind.FEE, "2024-06-04", amount="5")
    address = f"/portfolios/{portfolio.pk}/activity/"

    first, second = text(signed_in.get(address)), text(signed_in.get(f"{address}?page=2"))

    assert ("1 of 2" in first, first.count(">Edit<")) == (True, 100)
    assert ("2 of 2" in second, second.count(">Edit<")) == (True, 1)
    assert [signed_in.get(f"{address}?page={page}").status_code for page in ("0", "x", "999", "-1")] == [200] * 4


def test_an_empty_list_offers_the_first_trade(signed_in: Client, portfolio: Portfolio) -> None:
    assert "Add the first trade" in text(signed_in.get(f"/portfolios/{portfolio.pk}/activity/"))


def test_what_waits_for_its_owner_is_said_above_the_list(signed_in: Client, portfolio: Portfolio) -> None:
    share = listed("KO")
    address = f"/portfolios/{portfolio.pk}/activity/"
    typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="60")
    quiet = text(signed_in.get(address))
    proposed(portfolio, share)
    proposed(portfolio, share, "2024-06-14")
    proposed(portfolio, share, "2024-09-14", state="dismissed")
    Finding.objects.create(instrument=share, kind="gap", day="2024-01-03", message="One day.", found_at=NOW)
    busy = text(signed_in.get(address))

    assert ("proposed" in quiet, "to check" in quiet) == (False, False)
    assert ("2 dividends are proposed." in busy, "1 to check" in busy) == (True, True)


def test_kinds_are_written_as_words_with_the_account_beside_the_security(
    signed_in: Client, portfolio: Portfolio
) -> None:
    typed(portfolio, Kind.RETURN_OF_CAPITAL, "2024-01-02", listed("KO"), amount="1", account="ISA")
    typed(portfolio, Kind.INTEREST, "2024-01-03", amount="-7")

    page = text(signed_in.get(f"/portfolios/{portfolio.pk}/activity/"))

    for shown in ("Return of capital", '<span class="sub">ISA</span>', "−$7.00"):
        assert shown in page


def test_all_transactions_come_as_a_file(
    signed_in: Client, portfolio: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    portfolio.name = "Anna & Björn"
    portfolio.save()
    typed(portfolio, Kind.BUY, "2024-01-02", listed("KO"), "10", price="60", note="=1+1")

    with django_assert_num_queries(5):  # session, user, portfolio, years and accounts, rows
        answer = signed_in.get(f"/portfolios/{portfolio.pk}/activity/export.csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="anna-bjorn-transactions.csv"'
    assert text(answer).splitlines()[1:] == ["2024-01-02,buy,KO,10,60,,0,0,,,,'=1+1,"]


@pytest.fixture
def two(portfolio: Portfolio) -> Portfolio:
    """A purchase of KO and a later one of PEP, a sale of some PEP."""
    pep = listed("PEP")
    typed(portfolio, Kind.BUY, "2023-01-02", listed("KO"), "10", price="60", note="first")
    typed(portfolio, Kind.BUY, "2024-01-02", pep, "10", price="170", fee="1")
    typed(portfolio, Kind.SELL, "2024-02-02", pep, "4", price="180")
    return portfolio


def row_of(portfolio: Portfolio, symbol: str, kind: Kind = Kind.BUY) -> Transaction:
    return portfolio.transactions.get(instrument__symbol=symbol, kind=kind)


def edit(row: Transaction, rest: str = "row/") -> str:
    return f"/portfolios/{row.portfolio_id}/transactions/{row.pk}/{rest}"


HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/portfolios/1/activity/?q=pep"}


def test_a_filter_is_kept_by_pages_sums_and_the_export(signed_in: Client, two: Portfolio) -> None:
    address = f"/portfolios/{two.pk}/activity/"
    for _ in range(100):
        typed(two, Kind.DIVIDEND, "2024-03-02", row_of(two, "PEP").instrument, amount="1")

    page = text(signed_in.get(f"{address}?q=pep&year=2024"))
    file = text(signed_in.get(f"{address}export.csv?q=pep&year=2024"))

    assert ("1 of 2" in page, "?q=pep&amp;year=2024&amp;page=2" in page, "KO" in page) == (True, True, False)
    assert ("export.csv?q=pep&amp;year=2024" in page, "$1,700.00" in page, "$100.00" in page) == (True, True, True)
    assert (file.count("PEP"), "KO" in file) == (102, False)


def test_what_is_not_found_offers_everything(signed_in: Client, two: Portfolio) -> None:
    page = text(signed_in.get(f"/portfolios/{two.pk}/activity/?q=nothing"))

    assert ("No transaction is like that." in page, "Show all" in page, "Add the first" in page) == (True, True, False)


def test_a_wrong_filter_is_said_and_shows_the_rest(signed_in: Client, two: Portfolio) -> None:
    page = text(signed_in.get(f"/portfolios/{two.pk}/activity/?first=someday"))

    assert ("From: Enter a valid date." in page, page.count(">Edit<")) == (True, 3)


def test_a_row_becomes_a_form_and_a_row_again(signed_in: Client, two: Portfolio) -> None:
    row = row_of(two, "PEP")

    form = text(signed_in.get(edit(row), headers=HTMX))
    shown = text(signed_in.get(edit(row, "row/?shown=1"), headers=HTMX))

    assert ('name="quantity"' in form, 'name="amount"' in form, 'value="170"' in form) == (True, False, True)
    assert ("<form" in shown, "$170.00" in shown) == (False, True)


def test_without_javascript_the_row_leads_to_the_whole_form(signed_in: Client, two: Portfolio) -> None:
    row = row_of(two, "PEP")

    assert signed_in.get(edit(row)).headers["Location"] == edit(row, "")


def test_a_saved_row_answers_with_the_list_as_it_was_filtered(signed_in: Client, two: Portfolio) -> None:
    row = row_of(two, "PEP")

    answer = signed_in.post(edit(row), {"date": "2024-01-03", "quantity": "12", "price": "171"}, headers=HTMX)

    row.refresh_from_db()
    page = text(answer)
    assert (answer.status_code, answer["HX-Retarget"]) == (200, "#activity-list")
    assert (row.quantity, row.price, row.fee, str(row.date)) == (12, 171, 0, "2024-01-03")
    assert ("Saved." in page, ">Undo<" in page, "$2,052.00" in page, "KO" in page) == (True, True, True, False)


def test_an_error_comes_back_in_the_row_and_stores_nothing(signed_in: Client, two: Portfolio) -> None:
    row = row_of(two, "PEP")
    sent = {"date": "2024-01-02", "quantity": "3", "price": "170"}

    oversold = signed_in.post(edit(row), sent, headers=HTMX)
    wrong = signed_in.post(edit(row), sent | {"quantity": "much"}, headers=HTMX)

    row.refresh_from_db()
    assert (oversold.status_code, wrong.status_code, row.quantity) == (422, 422, 10)
    assert "This leaves a sale uncovered: the portfolio sells 4 PEP" in text(oversold)
    assert ("Enter a number." in text(wrong), "HX-Retarget" in wrong.headers) == (True, False)
    assert not Change.objects.exists()


def test_a_deleted_row_can_be_taken_back(signed_in: Client, two: Portfolio) -> None:
    row = row_of(two, "KO")

    part = text(signed_in.post(edit(row, "delete/"), headers=HTMX))
    change = Change.objects.get()
    undone = f"/portfolios/{two.pk}/changes/{change.pk}/undo/"

    assert (two.transactions.count(), f'formaction="{undone}"' in part) == (2, True)
    signed_in.post(undone)
    assert two.transactions.get(pk=row.pk).note == "first"


def test_what_a_sale_needs_is_not_deleted(signed_in: Client, two: Portfolio) -> None:
    page = text(signed_in.post(edit(row_of(two, "PEP"), "delete/"), follow=True))

    assert ("Not deleted, a sale needs it" in page, two.transactions.count()) == (True, 3)


@pytest.mark.parametrize("rest", ["row/", "delete/"])
def test_another_persons_row_does_not_exist(signed_in: Client, rest: str) -> None:
    other = Portfolio.objects.create(owner=User.objects.create(username="bob"), name="His")
    row = typed(other, Kind.DEPOSIT, "2024-01-02", amount="5")

    assert signed_in.post(edit(row, rest), {"date": "2024-01-02", "amount": "1"}, headers=HTMX).status_code == 404
    assert other.transactions.get().amount == 5


def test_a_row_edited_in_the_list_of_all_portfolios_stays_in_that_list(signed_in: Client, user: User) -> None:
    bank, other = (create_portfolio(user, name, "USD", tracks_cash=True) for name in ("Bank", "Other"))
    row = typed(bank, Kind.DEPOSIT, "2024-06-03", amount="2000")
    typed(other, Kind.DEPOSIT, "2024-06-03", amount="700")
    both = Portfolio.objects.get(owner=user, is_combined=True)
    address = f"/portfolios/{bank.pk}/transactions/{row.pk}/row/"
    from_there = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/portfolios/{both.pk}/activity/"}

    again = text(signed_in.get(f"{address}?shown=1", headers=from_there))
    saved = text(signed_in.post(address, {"date": "2024-06-03", "amount": "2100"}, headers=from_there))

    assert "Bank" in again
    assert ("$2,100.00" in saved, "$700.00" in saved) == (True, True)
