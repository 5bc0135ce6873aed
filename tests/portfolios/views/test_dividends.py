from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio, ProposedDividend, Transaction
from stocktracker.jobs.models import Job
from tests.portfolios.given import listed, proposed, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def dividend(portfolio: Portfolio) -> ProposedDividend:
    """4.85 dollars of ten KO in an account."""
    share = listed("KO")
    typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="60", account="ISA")
    return proposed(portfolio, share, account="ISA")


def address(portfolio: Portfolio, rest: str = "") -> str:
    return f"/portfolios/{portfolio.pk}/dividends/{rest}"


def test_a_proposal_is_shown_with_what_it_is_made_of(
    signed_in: Client, portfolio: Portfolio, dividend: ProposedDividend, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(6):  # session, user, portfolio, proposals, jobs, other portfolios
        page = signed_in.get(address(portfolio)).content.decode()

    for shown in ("14 Mar 2024", "KO", "ISA", ">10<", "0.485 USD", "$4.85", "Book all", "ex-date", "before tax"):
        assert shown in page
    assert "Propose again" not in page


def test_without_any_the_page_says_what_would_be_there(signed_in: Client, portfolio: Portfolio) -> None:
    page = signed_in.get(address(portfolio)).content.decode()

    assert ("No dividends to book" in page, "Book all" in page) == (True, False)


def test_a_booked_dividend_is_a_transaction(
    signed_in: Client, portfolio: Portfolio, dividend: ProposedDividend
) -> None:
    page = signed_in.post(address(portfolio, f"{dividend.pk}/book/"), follow=True).content.decode()

    row = Transaction.objects.get(kind="dividend")
    assert (str(row), row.amount, row.account) == ("2024-03-14 dividend KO", dividend.amount, "ISA")
    assert "1 dividend is booked. The figures are being computed." in page
    assert (ProposedDividend.objects.count(), Job.objects.filter(kind="stocktracker.rebuild").count()) == (0, 1)


def test_all_that_were_on_the_page_are_booked_and_nothing_else(
    signed_in: Client, portfolio: Portfolio, dividend: ProposedDividend
) -> None:
    second = proposed(portfolio, dividend.instrument, "2024-06-14", account="ISA")
    later = proposed(portfolio, dividend.instrument, "2024-09-13", account="ISA")
    nonsense = ["x", "-1", "9" * 30, "9" * 18]

    answer = signed_in.post(address(portfolio, "book/"), {"row": [dividend.pk, second.pk, *nonsense]}, follow=True)

    assert "2 dividends are booked." in answer.content.decode()
    assert list(ProposedDividend.objects.all()) == [later]


def test_a_second_click_finds_nothing_left(signed_in: Client, portfolio: Portfolio, dividend: ProposedDividend) -> None:
    signed_in.post(address(portfolio, "book/"), {"row": dividend.pk})
    page = signed_in.post(address(portfolio, "book/"), {"row": dividend.pk}, follow=True).content.decode()

    assert "Nothing was left to book." in page
    assert Transaction.objects.filter(kind="dividend").count() == 1


def test_what_is_dismissed_can_be_proposed_again(
    signed_in: Client, portfolio: Portfolio, dividend: ProposedDividend
) -> None:
    dismissed = signed_in.post(address(portfolio, f"{dividend.pk}/dismiss/"), follow=True).content.decode()
    again = signed_in.post(address(portfolio, f"{dividend.pk}/again/"), follow=True).content.decode()

    assert ("No dividends to book" in dismissed, "Propose again" in dismissed) == (True, True)
    assert ("No dividends to book" in again, "Propose again" in again) == (False, False)
    assert Transaction.objects.filter(kind="dividend").count() == 0


def test_a_ledger_that_does_not_add_up_is_said(
    signed_in: Client, portfolio: Portfolio, dividend: ProposedDividend
) -> None:
    typed(portfolio, Kind.SELL, "2024-01-03", dividend.instrument, "11", price="60", account="ISA")

    page = signed_in.post(address(portfolio, f"{dividend.pk}/book/"), follow=True).content.decode()

    assert "Nothing was booked: the portfolio sells 11 KO on 2024-01-03, but only 10 are held" in page
    assert ProposedDividend.objects.count() == 1
