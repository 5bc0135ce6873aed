from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.accounting.entries import Kind
from portfolios.models import Change, Portfolio, Transaction
from portfolios.services.transactions import delete_transaction
from tests.portfolios.given import listed, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def deleted(portfolio: Portfolio) -> Change:
    row = typed(portfolio, Kind.BUY, "2024-01-02", listed("KO"), "10", price="60")
    return delete_transaction(row, portfolio.owner_id)


def page(client: Client, portfolio: Portfolio) -> str:
    return client.get(f"/portfolios/{portfolio.pk}/changes/").content.decode()


def undo(client: Client, change: Change, **headers: Any) -> Any:
    address = f"/portfolios/{change.portfolio_id}/changes/{change.pk}/undo/"
    return client.post(address, headers=headers, follow=True)


def test_changes_are_listed_and_taken_back(signed_in: Client, portfolio: Portfolio, deleted: Change) -> None:
    before = page(signed_in, portfolio)

    answer = undo(signed_in, deleted)

    assert ("2024-01-02 Buy 10 KO" in before, before.count(">Undo<")) == (True, 1)
    assert "Undone. The figures are being computed." in answer.content.decode()
    assert answer.redirect_chain == [(f"/portfolios/{portfolio.pk}/activity/", 302)]
    assert (Transaction.objects.count(), page(signed_in, portfolio).count(">Undo<")) == (1, 0)


def test_what_cannot_be_undone_is_said_in_a_sentence(signed_in: Client, deleted: Change) -> None:
    undo(signed_in, deleted)

    assert "Not undone: It is undone already." in undo(signed_in, deleted).content.decode()


def test_a_sale_that_needs_it_is_named(signed_in: Client, portfolio: Portfolio) -> None:
    signed_in.post(
        f"/portfolios/{portfolio.pk}/transactions/new/",
        {"kind": "buy", "date": "2024-01-02", "symbol": listed("KO").symbol, "quantity": "10", "price": "60"},
    )
    typed(portfolio, Kind.SELL, "2024-01-09", Transaction.objects.get().instrument, "10", price="70")

    told = undo(signed_in, Change.objects.get()).content.decode()

    assert "Not undone: without it the portfolio sells 10 KO" in told
    assert Transaction.objects.count() == 2


def test_undo_comes_back_to_its_page_but_to_no_other_site(signed_in: Client, deleted: Change) -> None:
    here = f"http://testserver/portfolios/{deleted.portfolio_id}/activity/?q=ko"

    assert undo(signed_in, deleted, Referer=here).redirect_chain[0][0] == here
    assert undo(signed_in, deleted, Referer="http://evil.example/").redirect_chain[0][0].startswith("/portfolios/")


def test_another_persons_changes_do_not_exist(signed_in: Client, apple: Any) -> None:
    other = Portfolio.objects.create(owner=User.objects.create(username="bob"), name="His")
    row = typed(other, Kind.DEPOSIT, "2024-01-02", amount="5")
    change = delete_transaction(row, other.owner_id)

    assert undo(signed_in, change).status_code == 404
    assert signed_in.get(f"/portfolios/{other.pk}/changes/").status_code == 404
    assert not Transaction.objects.exists()


def test_an_empty_list_says_what_will_be_here(signed_in: Client, portfolio: Portfolio) -> None:
    assert "so that it can be taken back" in page(signed_in, portfolio)
