from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from portfolios.accounting.entries import Kind, LedgerError
from portfolios.models import Portfolio, Snapshot
from portfolios.services.portfolios import (
    BaseCurrencyError,
    Settings,
    change_settings,
    create_portfolio,
    delete_portfolio,
)
from portfolios.services.rebuilds import request_rebuild
from pricing.models import Instrument
from stocktracker.jobs.models import Job, State
from stocktracker.tasks import rebuild
from tests.portfolios.given import listed, ran, typed

pytestmark = pytest.mark.django_db

PLAIN = Settings("Family", "USD", False, False, "", (), Decimal(0), None)


def test_a_new_portfolio_is_compared_with_an_index_fund_whose_history_is_fetched(user: User) -> None:
    portfolio = create_portfolio(user, "Family", "EUR", tracks_cash=True)

    assert (portfolio.owner, portfolio.name, portfolio.base_currency, portfolio.tracks_cash) == (
        user, "Family", "EUR", True,
    )  # fmt: skip
    assert portfolio.benchmark == Instrument.objects.get(symbol="SPY")
    assert list(Job.objects.values_list("kind", "args")) == [("stocktracker.backfill", {"symbol": "SPY"})]


def test_a_history_that_is_there_is_not_fetched_again(user: User) -> None:
    listed("SPY")

    create_portfolio(user, "Family", "USD", tracks_cash=False)

    assert Job.objects.count() == 0


def changed(portfolio: Portfolio, **changes: Any) -> Portfolio:
    change_settings(portfolio, replace(PLAIN, **changes), portfolio.owner_id)
    portfolio.refresh_from_db()
    return portfolio


def test_changed_settings_are_a_new_revision_and_one_rebuild(portfolio: Portfolio) -> None:
    changed(portfolio, name="Ours", risk_free=Decimal("0.02"))

    assert (portfolio.name, portfolio.risk_free, portfolio.ledger_revision) == ("Ours", Decimal("0.02"), 1)
    assert [(job.kind, job.portfolio_id) for job in Job.objects.all()] == [("stocktracker.rebuild", portfolio.pk)]


def test_a_fund_nobody_knew_once_is_asked_for_again(portfolio: Portfolio) -> None:
    listed("IWDA.AS", status=Instrument.Status.UNKNOWN, fetched_at=None)

    changed(portfolio, benchmark="SPY", more_benchmarks=("IWDA.AS",))

    assert set(Job.objects.filter(kind="stocktracker.backfill").values_list("args__symbol", flat=True)) == {
        "SPY", "IWDA.AS",
    }  # fmt: skip


def test_what_was_in_base_currency_without_a_word_keeps_it(portfolio: Portfolio) -> None:
    typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="100")
    typed(portfolio, Kind.BUY, "2024-01-02", listed("GONE", "", status=Instrument.Status.UNKNOWN), "1", price="1")
    typed(portfolio, Kind.BUY, "2024-01-02", listed("NEW", "", status=Instrument.Status.NEW), "1", price="1")
    typed(portfolio, Kind.BUY, "2024-01-02", listed("VOD.L", "GBp"), "1", price="1")

    changed(portfolio, base_currency="EUR")

    assert [row.currency for row in portfolio.transactions.all()] == ["USD", "USD", "", ""]


def test_a_rate_into_the_old_base_currency_is_in_the_way(portfolio: Portfolio) -> None:
    for _ in range(2):
        typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="100", currency="GBP", fx_rate="1.25")

    with pytest.raises(BaseCurrencyError, match="2 transactions state an exchange rate into USD"):
        changed(portfolio, base_currency="EUR")

    portfolio.refresh_from_db()
    assert (portfolio.base_currency, Job.objects.count()) == ("USD", 0)


def test_short_selling_ends_only_where_nothing_is_short(portfolio: Portfolio) -> None:
    changed(portfolio, allow_short=True)
    typed(portfolio, Kind.SELL, "2024-01-02", listed("AAPL"), "1", price="10")

    with pytest.raises(LedgerError, match="sells 1 AAPL"):
        changed(portfolio, allow_short=False)

    portfolio.refresh_from_db()
    assert portfolio.allow_short


def test_a_ledger_that_does_not_add_up_can_still_be_renamed(portfolio: Portfolio) -> None:
    typed(portfolio, Kind.SELL, "2024-01-02", listed("AAPL"), "1", price="10")

    assert changed(portfolio, name="Ours").name == "Ours"


def test_a_deleted_portfolio_leaves_its_securities_and_a_rebuild_that_finds_nothing(portfolio: Portfolio) -> None:
    typed(portfolio, Kind.BUY, "2024-01-02", listed("AAPL"), "1", price="10")
    job = request_rebuild(portfolio)

    delete_portfolio(portfolio)

    assert (Portfolio.objects.count(), Instrument.objects.count()) == (0, 1)
    assert ran(job, rebuild).state == State.DONE


def test_figures_in_the_old_base_currency_are_not_shown_in_the_new_one(invested: Portfolio) -> None:
    renamed = changed(invested, name="Ours")
    kept = (renamed.holdings.count(), Snapshot.objects.count())

    changed(invested, base_currency="EUR")

    assert (kept, invested.holdings.count(), Snapshot.objects.count()) == ((2, 1), 0, 0)
