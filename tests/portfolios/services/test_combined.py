from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection

from portfolios.accounting.entries import Kind
from portfolios.booking import account_among
from portfolios.dependencies import dependents, prices_revision
from portfolios.inputs import read_inputs
from portfolios.models import Portfolio, Transaction
from portfolios.services.combined import keep_combined
from portfolios.services.portfolios import create_portfolio, delete_portfolio
from portfolios.services.snapshots import Computed, compute
from pricing.models import Instrument
from stocktracker.jobs.models import Job
from stocktracker.preferences.models import Preferences
from tests.portfolios.given import bars, listed, typed

pytestmark = pytest.mark.django_db
END = date(2024, 6, 7)


@pytest.fixture
def share() -> Instrument:
    row = listed("AAPL")
    bars(row, {"2024-06-03": 100.0, "2024-06-04": 110.0, "2024-06-05": 121.0, "2024-06-06": 115.0})
    return row


@pytest.fixture
def plain(user: User, share: Instrument) -> Portfolio:
    """Without cash: 10 bought for 1,000, 5 sold for 605 two days later, a dividend of 20."""
    made = create_portfolio(user, "Plain", "USD", tracks_cash=False)
    typed(made, Kind.BUY, "2024-06-03", share, "10", price="100")
    typed(made, Kind.SELL, "2024-06-05", share, "5", price="121")
    typed(made, Kind.DIVIDEND, "2024-06-06", share, amount="20")
    return made


@pytest.fixture
def bank(user: User, share: Instrument) -> Portfolio:
    """With cash: 2,000 paid in, 10 bought for 1,100 the day after."""
    made = create_portfolio(user, "Bank", "USD", tracks_cash=True)
    typed(made, Kind.DEPOSIT, "2024-06-03", amount="2000")
    typed(made, Kind.BUY, "2024-06-04", share, "10", price="110")
    return made


def computed(portfolio: Portfolio) -> Computed:
    return compute(read_inputs(portfolio), END)


def combined(user: User) -> Portfolio:
    return Portfolio.objects.get(owner=user, is_combined=True)


def test_one_portfolio_is_not_combined_with_itself(user: User) -> None:
    create_portfolio(user, "Only", "USD", tracks_cash=True)

    assert not Portfolio.objects.filter(is_combined=True).exists()


def test_the_second_portfolio_brings_the_combined_one_and_its_end_takes_it_away(
    user: User, plain: Portfolio, bank: Portfolio
) -> None:
    Preferences.objects.create(user=user, currency="EUR", benchmarks="VT, SPY")
    Portfolio.objects.filter(is_combined=True).delete()
    keep_combined(User.objects.get(pk=user.pk))

    both = combined(user)

    assert (both.base_currency, both.benchmark.symbol if both.benchmark else "") == ("EUR", "VT")
    assert both.members == [plain.pk, bank.pk]
    delete_portfolio(bank)
    assert list(Portfolio.objects.all()) == [plain]


@pytest.mark.django_db(transaction=True)
def test_portfolios_made_at_once_all_come_into_being_with_one_combined_one() -> None:
    owner = User.objects.create_user("zoe")
    create_portfolio(owner, "First", "USD", tracks_cash=False)
    gate = Barrier(3)

    def make(name: str) -> None:
        gate.wait()
        create_portfolio(User.objects.get(pk=owner.pk), name, "USD", tracks_cash=False)
        connection.close()

    with ThreadPoolExecutor(3) as people:
        list(people.map(make, ["Second", "Third", "Fourth"]))

    assert Portfolio.objects.filter(owner=owner, is_combined=True).count() == 1
    assert Portfolio.objects.filter(owner=owner).count() == 5


def test_a_benchmark_of_ones_preferences_is_no_symbol_of_nobody_and_no_instrument_of_somebody_else(user: User) -> None:
    eve = User.objects.create_user("eve")
    Instrument.objects.create(symbol="MY-HOUSE", status=Instrument.Status.MANUAL, entered_by=eve)
    Preferences.objects.create(user=user, currency="EUR", benchmarks=f"MY-HOUSE, {'X' * 40}, !, SPY")
    owner = User.objects.get(pk=user.pk)

    made = [create_portfolio(owner, name, "USD", tracks_cash=False) for name in ("One", "Two")]

    for row in (*made, combined(owner)):
        assert [row.benchmark.symbol if row.benchmark else "", *row.more_benchmarks.all()] == ["SPY"]


def test_it_adds_up_to_its_members_whether_they_keep_cash_or_not(user: User, plain: Portfolio, bank: Portfolio) -> None:
    parts = [computed(plain).summary, computed(bank).summary]

    whole = computed(combined(user)).summary

    assert whole.value == pytest.approx(sum(part.value for part in parts))
    assert whole.gain == pytest.approx(sum(part.gain for part in parts))
    assert whole.put_in == pytest.approx(sum(part.put_in for part in parts))
    assert whole.income_year == pytest.approx(20.0)


def test_two_that_did_the_same_did_it_together_too(user: User, share: Instrument) -> None:
    made = [create_portfolio(user, "Twin", "USD", tracks_cash=False) for _ in range(2)]
    for one in made:
        typed(one, Kind.BUY, "2024-06-03", share, "10", price="100")
        typed(one, Kind.SELL, "2024-06-05", share, "4", price="121")

    alone, together = computed(made[0]), computed(combined(user))

    assert together.summary.twr_annual == pytest.approx(alone.summary.twr_annual)
    assert together.summary.xirr == pytest.approx(alone.summary.xirr)
    assert together.problem == ""
    assert {row.account for row in together.report.holdings} == {f"Twin ({one.pk})" for one in made}


def test_lots_of_two_portfolios_are_never_one(user: User, plain: Portfolio, bank: Portfolio) -> None:
    """FIFO over both would sell the cheap shares of one for the other."""
    typed(bank, Kind.SELL, "2024-06-06", Instrument.objects.get(symbol="AAPL"), "10", price="115")

    whole, own = computed(combined(user)), computed(bank)

    realised = {row.account: row.realised_gain_fifo for row in whole.report.holdings}
    assert realised[f"Bank ({bank.pk})"] == own.report.holdings[0].realised_gain_fifo == Decimal(50)


def test_another_currency_is_converted_and_what_a_broker_converted_stays_in_the_portfolios_own(user: User) -> None:
    dollar = listed("USDEUR=X", currency="EUR")
    bars(dollar, {"2024-06-03": 0.5, "2024-06-04": 0.5, "2024-06-05": 0.5})
    shares = listed("SAP.DE", currency="EUR")
    bars(shares, {"2024-06-03": 100.0, "2024-06-04": 100.0})
    Preferences.objects.create(user=user, currency="EUR", benchmarks="")
    owner = User.objects.get(pk=user.pk)
    american = create_portfolio(owner, "Dollars", "USD", tracks_cash=False)
    create_portfolio(owner, "Empty", "EUR", tracks_cash=False)
    typed(american, Kind.BUY, "2024-06-03", shares, "1", price="100", currency="EUR", fx_rate="3")

    whole = computed(combined(owner))

    assert whole.summary.put_in == pytest.approx(150.0)  # the broker took 300 dollars, at 0.5 each
    assert whole.summary.value == pytest.approx(100.0)


def test_a_change_of_a_member_or_of_its_prices_concerns_it_too(user: User, plain: Portfolio, bank: Portfolio) -> None:
    both, share = combined(user), Instrument.objects.get(symbol="AAPL")
    Job.objects.all().delete()
    before, prices = both.ledger_revision, prices_revision(both)

    from portfolios.models import Transaction
    from portfolios.services.transactions import save_transaction

    save_transaction(Transaction(portfolio=bank, date=END, kind=Kind.DEPOSIT, amount=Decimal(1)), "", user.pk)
    Instrument.objects.filter(pk=share.pk).update(revision=share.revision + 1)

    both.refresh_from_db()
    assert both.ledger_revision == before + 1
    assert {job.portfolio_id for job in Job.objects.filter(kind="stocktracker.rebuild")} == {bank.pk, both.pk}
    assert prices_revision(both) == prices + 1
    assert set(dependents([share.pk])) == {plain, bank, both}


def test_a_split_two_portfolios_state_on_two_days_happened_once(user: User) -> None:
    share = listed("XYZ")
    bars(share, {"2024-06-03": 100.0})
    members = [create_portfolio(user, name, "USD", tracks_cash=False) for name in ("One", "Two")]
    for member, day in zip(members, ("2024-06-04", "2024-06-05"), strict=True):
        typed(member, Kind.BUY, "2024-06-03", share, "10", price="100")
        typed(member, Kind.SPLIT, day, share, "4")

    alone = [computed(member).summary.value for member in members]

    assert computed(combined(user)).summary.value == pytest.approx(sum(alone))


def test_no_two_accounts_of_two_portfolios_have_one_name() -> None:
    one, two = Portfolio(pk=1, name="P"), Portfolio(pk=2, name="P (1), x")

    names = [account_among(Transaction(portfolio=one, account="x (2)")), account_among(Transaction(portfolio=two))]

    assert names == ["x (2), P (1)", "P (1), x (2)"]
