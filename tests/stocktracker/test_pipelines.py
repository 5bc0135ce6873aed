from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.models import F

from charts.models import Chart
from portfolios.models import Holding, Portfolio, Snapshot, Transaction
from pricing.market.bars import records
from pricing.models import Instrument
from pricing.packed import merge
from pricing.upstream.client import Bar
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.progress import Progress
from stocktracker.jobs.running import Run, SupersededError
from stocktracker.pipelines import rebuild

pytestmark = pytest.mark.django_db

Begin = Callable[..., Run]
NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def trade(portfolio: Portfolio, instrument: Instrument, quantity: int, kind: str = "buy") -> Transaction:
    """Typed on 17 November at 100 a share, with the ledger's new revision."""
    Portfolio.objects.filter(pk=portfolio.pk).update(ledger_revision=F("ledger_revision") + 1)
    return Transaction.objects.create(
        portfolio=portfolio,
        date=date(2026, 11, 17),
        kind=kind,
        instrument=instrument,
        quantity=quantity,
        price=100,
        currency=instrument.currency,
    )


def price(instrument: Instrument, **closes: float) -> None:
    """Bars of November days: price(apple, d17=100, d18=110)."""
    bars = [Bar(date(2026, 11, int(day[1:])), c, c, c, c, c, 1) for day, c in closes.items()]
    merge(records(instrument.pk, bars))
    Instrument.objects.filter(pk=instrument.pk).update(revision=F("revision") + 1, fetched_at=NOW)


def value(portfolio: Portfolio) -> float:
    return float(Snapshot.objects.get(portfolio=portfolio).figures["value"])


@pytest.fixture
def invested(portfolio: Portfolio, apple: Instrument) -> Portfolio:
    """Ten Apple shares, bought at 100 and worth 110."""
    price(apple, d17=100, d18=105, d20=110)
    trade(portfolio, apple, 10)
    return portfolio


def test_snapshot_holdings_and_chart_are_stored_together_with_the_end_of_the_job(
    begin: Begin, invested: Portfolio
) -> None:
    run = begin()

    rebuild(run, invested.pk, NOW)

    run.job.refresh_from_db()
    assert run.job.state == State.DONE
    assert run.job.result is not None
    assert run.job.result["holdings"] == 1
    assert Snapshot.objects.get().ledger_revision == 1
    assert value(invested) == 1100
    assert Holding.objects.get().quantity == Decimal(10)
    assert Chart.objects.get().drawn_at == NOW


def test_a_worker_that_was_replaced_stores_nothing(begin: Begin, invested: Portfolio) -> None:
    run = begin()
    Job.objects.update(attempts=2)

    with pytest.raises(SupersededError):
        rebuild(run, invested.pk, NOW)

    assert (Snapshot.objects.count(), Holding.objects.count(), Chart.objects.count()) == (0, 0, 0)


def test_figures_that_are_current_are_not_computed_again(begin: Begin, invested: Portfolio) -> None:
    rebuild(begin(), invested.pk, NOW)

    rebuild(begin(), invested.pk, LATER)

    assert Snapshot.objects.get().computed_at == NOW


def test_new_prices_are_reason_enough(begin: Begin, invested: Portfolio, apple: Instrument) -> None:
    rebuild(begin(), invested.pk, NOW)
    price(apple, d20=120)

    rebuild(begin(), invested.pk, LATER)

    assert (Snapshot.objects.get().computed_at, value(invested)) == (LATER, 1200)


def test_a_portfolio_that_is_gone_is_nothing_to_do(begin: Begin) -> None:
    rebuild(begin(), 4711, NOW)

    assert not Snapshot.objects.exists()


def test_a_ledger_that_does_not_add_up_keeps_the_old_figures_and_says_which_row(
    begin: Begin, invested: Portfolio, apple: Instrument
) -> None:
    rebuild(begin(), invested.pk, NOW)
    trade(invested, apple, 11, "sell")
    run = begin()

    rebuild(run, invested.pk, LATER)

    run.job.refresh_from_db()
    snapshot = Snapshot.objects.get()
    assert (run.job.state, snapshot.computed_at, value(invested)) == (State.DONE, NOW, 1100)
    assert snapshot.problem.startswith("The figures are those of before: a transaction sells 11 AAPL on ")
    assert "only 10 are held" in snapshot.problem
    assert Holding.objects.get().quantity == Decimal(10)


def test_a_mended_ledger_takes_the_complaint_away(begin: Begin, invested: Portfolio, apple: Instrument) -> None:
    wrong = trade(invested, apple, 11, "sell")
    rebuild(begin(), invested.pk, NOW)
    before = Snapshot.objects.get().problem
    wrong.delete()
    Portfolio.objects.update(ledger_revision=F("ledger_revision") + 1)

    rebuild(begin(), invested.pk, LATER)

    assert (bool(before), Snapshot.objects.get().problem) == (True, "")


def test_without_transactions_an_empty_page_is_stored_and_the_chart_is_erased(
    begin: Begin, invested: Portfolio
) -> None:
    rebuild(begin(), invested.pk, NOW)
    Transaction.objects.all().delete()
    Portfolio.objects.update(ledger_revision=F("ledger_revision") + 1)

    rebuild(begin(), invested.pk, LATER)

    snapshot = Snapshot.objects.get()
    assert (snapshot.as_of, snapshot.figures, snapshot.problem) == (None, {}, "")
    assert (Holding.objects.count(), Chart.objects.count()) == (0, 0)


@pytest.fixture
def vodafone(db: None) -> Instrument:
    vodafone = Instrument.objects.create(
        symbol="VOD.L", currency="GBp", calendar="XLON", status=Instrument.Status.ACTIVE
    )
    price(vodafone, d17=100, d20=110)
    return vodafone


def test_a_missing_rate_is_fetched_first_and_the_old_figures_stay(
    begin: Begin, invested: Portfolio, vodafone: Instrument
) -> None:
    rebuild(begin(), invested.pk, NOW)
    trade(invested, vodafone, 1)
    run = begin()

    rebuild(run, invested.pk, LATER)

    run.job.refresh_from_db()
    job = Job.objects.get(kind="stocktracker.backfill")
    assert run.job.result == {"waiting_for": ["GBPUSD=X"]}
    assert job.args == {"symbol": "GBPUSD=X"}
    assert (job.portfolio_id, job.requested_by_id) == (invested.pk, invested.owner_id)
    assert (Snapshot.objects.get().computed_at, Snapshot.objects.get().problem) == (NOW, "")


def test_a_rate_the_source_does_not_have_is_said_instead_of_waited_for(
    begin: Begin, portfolio: Portfolio, vodafone: Instrument
) -> None:
    Instrument.objects.create(symbol="GBPUSD=X", status=Instrument.Status.UNKNOWN)
    trade(portfolio, vodafone, 1)

    rebuild(begin(), portfolio.pk, NOW)

    assert Snapshot.objects.get().problem == (
        "The price source has no exchange rate from GBP to USD. Correct the currency of those transactions."
    )
    assert not Job.objects.filter(kind="stocktracker.backfill").exists()


class Meanwhile(Progress):
    """Somebody else's work, done when a rebuild has read everything and stored nothing."""

    def __init__(self, run: Run, work: Callable[[], None]) -> None:
        super().__init__(run.job.pk)
        self.work = work

    def __call__(self, done: int, total: int, message: str = "") -> None:
        super().__call__(done, total, message)
        if message == "Drawing charts":
            self.work()


@pytest.mark.parametrize("change", ["trade", "price"])
def test_a_rebuild_that_was_overtaken_puts_neither_old_figures_nor_an_old_chart_in_place(
    begin: Begin, invested: Portfolio, apple: Instrument, change: str
) -> None:
    def overtake() -> None:
        if change == "trade":
            trade(invested, apple, 5)
        else:
            price(apple, d20=165)
        rebuild(begin(), invested.pk, LATER)

    slow = begin()
    slow.progress = Meanwhile(slow, overtake)

    rebuild(slow, invested.pk, NOW)

    slow.job.refresh_from_db()
    assert slow.job.state == State.DONE
    assert (Snapshot.objects.get().computed_at, value(invested)) == (LATER, 1650)
    assert Chart.objects.get().drawn_at == LATER
