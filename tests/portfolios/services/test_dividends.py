from datetime import date
from decimal import Decimal

import pytest

from portfolios.accounting.dividends import Proposal
from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio, ProposedDividend
from portfolios.services.dividends import book_dividends, dismiss, propose_again, sync_proposals
from pricing.models import Instrument
from tests.portfolios.given import listed, proposed, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def coke(portfolio: Portfolio) -> Instrument:
    """Ten of them are held."""
    share = listed("KO")
    typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="60")
    return share


def proposal(instrument: Instrument, day: str, amount: str = "4.85") -> Proposal:
    return Proposal(instrument.pk, "", date.fromisoformat(day), Decimal(10), Decimal("0.485"), Decimal(amount), "USD")


def states(portfolio: Portfolio) -> list[tuple[str, str]]:
    return [(f"{row.ex_date}", row.state) for row in portfolio.proposed_dividends.all()]


def test_open_proposals_become_those_of_the_ledger(portfolio: Portfolio, coke: Instrument) -> None:
    sync_proposals(portfolio, [proposal(coke, "2024-03-14"), proposal(coke, "2024-06-14")])
    sync_proposals(portfolio, [proposal(coke, "2024-06-14"), proposal(coke, "2024-09-13")])

    assert states(portfolio) == [("2024-09-13", "open"), ("2024-06-14", "open")]


def test_a_proposal_is_the_same_row_after_a_rebuild_with_its_new_numbers(
    portfolio: Portfolio, coke: Instrument
) -> None:
    sync_proposals(portfolio, [proposal(coke, "2024-03-14")])
    before = portfolio.proposed_dividends.get()

    sync_proposals(portfolio, [proposal(coke, "2024-03-14", "9.70")])

    after = portfolio.proposed_dividends.get()
    assert (after.pk, after.amount) == (before.pk, Decimal("9.7"))


def test_what_was_dismissed_stays_so_until_it_is_proposed_again(portfolio: Portfolio, coke: Instrument) -> None:
    sync_proposals(portfolio, [proposal(coke, "2024-03-14")])
    dismiss(portfolio.proposed_dividends.get())
    sync_proposals(portfolio, [proposal(coke, "2024-03-14")])
    dismissed = states(portfolio)
    propose_again(portfolio.proposed_dividends.get())

    assert (dismissed, states(portfolio)) == ([("2024-03-14", "dismissed")], [("2024-03-14", "open")])


def test_dismissing_what_was_booked_meanwhile_changes_nothing(portfolio: Portfolio, coke: Instrument) -> None:
    row = proposed(portfolio, coke)
    book_dividends(portfolio, [row.pk], portfolio.owner_id)

    dismiss(row)

    assert states(portfolio) == []


def test_a_booked_dividend_says_where_it_comes_from(portfolio: Portfolio, coke: Instrument) -> None:
    booked = book_dividends(portfolio, [proposed(portfolio, coke, account="ISA").pk], portfolio.owner_id)

    row = portfolio.transactions.get(kind=Kind.DIVIDEND)
    assert (booked, row.date, row.instrument, row.account) == (1, date(2024, 3, 14), coke, "ISA")
    assert (row.quantity, row.amount, row.currency) == (10, Decimal("4.85"), "USD")
    assert row.note == "0.485 a share, by the price source; the date is the ex-date"


def test_a_dividend_is_booked_once_even_if_it_is_proposed_again(portfolio: Portfolio, coke: Instrument) -> None:
    counts = [book_dividends(portfolio, [proposed(portfolio, coke).pk], portfolio.owner_id) for _ in range(2)]

    assert counts == [1, 0]
    assert (portfolio.transactions.filter(kind=Kind.DIVIDEND).count(), ProposedDividend.objects.count()) == (1, 0)


def test_another_portfolio_s_and_dismissed_ones_are_not_booked(portfolio: Portfolio, coke: Instrument) -> None:
    other = Portfolio.objects.create(owner=portfolio.owner, name="Other")
    rows = [proposed(other, coke), proposed(portfolio, coke, state="dismissed")]

    assert book_dividends(portfolio, [row.pk for row in rows], portfolio.owner_id) == 0
    assert ProposedDividend.objects.count() == 2
