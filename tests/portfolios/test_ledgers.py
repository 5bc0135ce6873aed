from collections.abc import Iterator
from datetime import date
from unittest.mock import patch

import pytest
from django.db.models import F

from portfolios import ledgers
from portfolios.accounting.entries import Kind
from portfolios.inputs import Inputs, read_inputs
from portfolios.models import Portfolio, Snapshot, Transaction
from portfolios.services.snapshots import compute, store
from pricing.models import Instrument
from tests.portfolios.given import NOW, bars, listed, split, typed

pytestmark = pytest.mark.django_db
UNTIL = date(2024, 6, 6)


@pytest.fixture(autouse=True)
def _empty_shelf() -> Iterator[None]:
    ledgers.shelf.clear()
    yield
    ledgers.shelf.clear()


@pytest.fixture
def share(portfolio: Portfolio) -> Instrument:
    """Ten German shares bought at 100 euros when a euro was worth 1.10."""
    share = listed("SAP.DE", "EUR", "XETR")
    bars(share, {"2024-06-03": 100.0, "2024-06-04": 110.0})
    bars(listed("EURUSD=X", "USD", "24/5"), {"2024-06-03": 1.10, "2024-06-04": 1.20})
    typed(portfolio, Kind.BUY, "2024-06-03", share, "10", price="100")
    return share


def read_again(portfolio: Portfolio) -> Inputs:
    """As the next rebuild does, after a first one."""
    compute(read_inputs(portfolio), UNTIL)
    return read_inputs(Portfolio.objects.get(pk=portfolio.pk))


def test_a_price_only_rebuild_reads_no_transactions_and_replays_nothing(
    portfolio: Portfolio, share: Instrument
) -> None:
    compute(read_inputs(portfolio), UNTIL)
    bars(share, {"2024-06-05": 120.0})

    with patch("portfolios.performance.report.replay", side_effect=AssertionError("replayed")):
        inputs = read_inputs(portfolio)
        computed = compute(inputs, UNTIL)

    assert inputs.kept is not None
    assert computed.summary.value == pytest.approx(10 * 120 * 1.2)
    assert computed.summary == compute(read_fresh(portfolio), UNTIL).summary


def read_fresh(portfolio: Portfolio) -> Inputs:
    ledgers.shelf.clear()
    return read_inputs(portfolio)


def test_a_changed_transaction_is_replayed(portfolio: Portfolio, share: Instrument) -> None:
    compute(read_inputs(portfolio), UNTIL)
    Transaction.objects.update(quantity=20)
    Portfolio.objects.update(ledger_revision=F("ledger_revision") + 1)

    inputs = read_inputs(Portfolio.objects.get())

    assert (inputs.kept, inputs.entries[0].quantity) == (None, 20)


def test_a_rate_of_a_trades_day_that_changed_is_replayed_and_a_later_one_is_not(
    portfolio: Portfolio, share: Instrument
) -> None:
    euro = Instrument.objects.get(symbol="EURUSD=X")
    compute(read_inputs(portfolio), UNTIL)
    bars(euro, {"2024-06-04": 1.25})
    later = read_inputs(portfolio)
    bars(euro, {"2024-06-03": 1.00})
    restated = read_inputs(portfolio)

    assert later.kept is not None
    assert (restated.kept, restated.entries[0].rate) == (None, 1)


def test_a_split_that_appears_is_replayed(portfolio: Portfolio, share: Instrument) -> None:
    compute(read_inputs(portfolio), UNTIL)
    split(share, "2024-06-04", 2)

    assert read_inputs(portfolio).kept is None


def test_other_rules_are_replayed(portfolio: Portfolio, share: Instrument) -> None:
    compute(read_inputs(portfolio), UNTIL)
    Portfolio.objects.update(tracks_cash=True)

    assert read_inputs(Portfolio.objects.get()).kept is None


def test_a_transfer_is_worth_what_the_market_says_so_that_its_ledger_is_not_kept(
    portfolio: Portfolio, share: Instrument
) -> None:
    typed(portfolio, Kind.TRANSFER_OUT, "2024-06-04", share, "5")

    assert read_again(portfolio).kept is None


def test_an_entry_of_a_day_not_reached_before_is_replayed(portfolio: Portfolio, share: Instrument) -> None:
    typed(portfolio, Kind.BUY, "2024-06-05", share, "10", price="110")
    early = compute(read_inputs(portfolio), date(2024, 6, 4))

    late = compute(read_inputs(portfolio), UNTIL)

    assert (early.holdings[0].quantity, late.holdings[0].quantity) == (10, 20)


def test_the_least_recently_used_ledger_is_forgotten(portfolio: Portfolio, share: Instrument) -> None:
    compute(read_inputs(portfolio), UNTIL)
    kept = ledgers.shelf.find(portfolio)
    assert kept is not None
    small = ledgers.Ledgers(most=1)
    other = Portfolio(pk=portfolio.pk + 1, ledger_revision=1)

    small.keep(portfolio, kept)
    small.keep(other, kept)

    assert (small.find(portfolio), small.find(other)) == (None, kept)


def test_prices_that_turn_out_to_be_pence_are_replayed(portfolio: Portfolio) -> None:
    vodafone = listed("VOD.L", "GBP", "XLON")
    bars(listed("GBPUSD=X", "USD", "24/5"), {"2024-06-03": 1.25})
    typed(portfolio, Kind.BUY, "2024-06-03", vodafone, "100", price="70")
    pounds = compute(read_inputs(portfolio), UNTIL)
    Instrument.objects.filter(pk=vodafone.pk).update(currency="GBp")

    inputs = read_inputs(portfolio)

    assert inputs.kept is None
    assert compute(inputs, UNTIL).holdings[0].cost * 100 == pounds.holdings[0].cost


def test_a_benchmark_that_changes_its_currency_hurts_nothing(portfolio: Portfolio, share: Instrument) -> None:
    fund = listed("IWDA.L", "GBP", "XLON")
    bars(fund, {"2024-06-03": 80.0, "2024-06-04": 81.0})
    bars(listed("GBPUSD=X", "USD", "24/5"), {"2024-06-03": 1.25})
    portfolio.benchmark = fund
    compute(read_inputs(portfolio), UNTIL)
    fund.currency = "USD"

    assert read_inputs(portfolio).kept is not None


def test_a_price_looks_wrong_once_its_day_is_known_whatever_is_kept(portfolio: Portfolio, share: Instrument) -> None:
    typed(portfolio, Kind.BUY, "2024-06-05", share, "1", price="12")
    before = compute(read_inputs(portfolio), UNTIL)
    bars(share, {"2024-06-05": 120.0})
    inputs = read_inputs(portfolio)

    after = compute(inputs, UNTIL)

    assert inputs.kept is not None
    assert ([one.kind for one in before.findings], [one.kind for one in after.findings]) == ([], ["price"])


def test_closed_lots_are_written_once_and_again_where_another_worker_has_replaced_them(
    portfolio: Portfolio, share: Instrument
) -> None:
    typed(portfolio, Kind.SELL, "2024-06-04", share, "4", price="110")
    store(compute(read_inputs(portfolio), UNTIL), NOW)
    [lot] = Snapshot.objects.get().trades
    Snapshot.objects.update(trades=["left alone"])
    store(compute(read_inputs(portfolio), UNTIL), NOW)
    kept = Snapshot.objects.get().trades

    Snapshot.objects.update(trades=["of another replay"], trades_of="another")
    store(compute(read_inputs(portfolio), UNTIL), NOW)

    assert (kept, Snapshot.objects.get().trades) == (["left alone"], [lot])
