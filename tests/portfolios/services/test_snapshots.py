from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from portfolios.accounting.entries import Kind, LedgerError
from portfolios.inputs import read_inputs
from portfolios.models import Holding, Portfolio, Snapshot
from portfolios.performance.report import Reporting
from portfolios.services.snapshots import compute, disagreement, store, store_empty, store_problem
from pricing.models import Instrument
from tests.portfolios.given import NOW, bars, listed, rebuilt, split, typed

pytestmark = pytest.mark.django_db

UNTIL = date(2024, 6, 6)
DAYS = {"2024-06-03": 100.0, "2024-06-04": 110.0, "2024-06-05": 121.0}


@pytest.fixture
def simple(portfolio: Portfolio) -> Portfolio:
    """10 shares bought at 100 on the first day, with a fee of 5; they close at 121."""
    share = listed("AAPL")
    bars(share, DAYS)
    typed(portfolio, Kind.BUY, "2024-06-03", share, "10", price="100", fee="5")
    return portfolio


def test_a_snapshot_says_what_a_portfolio_did(simple: Portfolio) -> None:
    rebuilt(simple)

    snapshot, [holding] = Snapshot.objects.get(), list(simple.holdings.all())
    figures = snapshot.figures
    assert (snapshot.as_of, snapshot.ledger_revision, snapshot.prices_revision) == (date(2024, 6, 5), 1, 1)
    assert (figures["value"], figures["put_in"], figures["gain"]) == (1210.0, 1005.0, 205.0)
    assert figures["twr_annual"] == pytest.approx(1210 / 1005 - 1)
    assert (holding.quantity, holding.cost, holding.average_cost, holding.last_price) == (10, 1005, 1005, 121)
    assert (holding.priced, holding.spark[:9]) == (True, "0.0,26.0 ")
    assert snapshot.problem == ""


def test_the_same_inputs_give_the_same_figures(simple: Portfolio) -> None:
    inputs = read_inputs(simple)

    first, second = compute(inputs, UNTIL), compute(inputs, UNTIL)

    assert first.summary == second.summary
    assert np.array_equal(first.history.value, second.history.value)


def test_pence_yen_and_a_split_all_arrive_in_base_currency(portfolio: Portfolio) -> None:
    vodafone, toyota, apple = listed("VOD.L", "GBp", "XLON"), listed("7203.T", "JPY", "XTKS"), listed("AAPL")
    for instrument, close in ((vodafone, 80.0), (toyota, 3000.0), (apple, 200.0)):
        bars(instrument, dict.fromkeys(DAYS, close))
    bars(listed("GBPUSD=X", "USD", "24/5"), dict.fromkeys(DAYS, 1.25))
    bars(listed("JPYUSD=X", "USD", "24/5"), dict.fromkeys(DAYS, 0.0065))
    split(apple, "2024-06-04", 4)
    typed(portfolio, Kind.BUY, "2024-06-03", vodafone, "100", price="71.2", fee="1")
    typed(portfolio, Kind.BUY, "2024-06-03", toyota, "100", price="2900", fx_rate="0.007")
    typed(portfolio, Kind.BUY, "2024-06-03", apple, "1", price="800")

    rebuilt(portfolio)

    held = {row.instrument.symbol: row for row in portfolio.holdings.select_related("instrument", "rate")}
    assert {s: (row.quantity, row.cost, row.last_price) for s, row in held.items()} == {
        "VOD.L": (100, Decimal("90.25"), 1),  # £72.20 at 1.25
        "7203.T": (100, 2030, Decimal("19.5")),  # ¥290,000 at the broker's rate
        "AAPL": (4, 800, 200),
    }
    assert [row.rate.symbol if row.rate else "" for row in (held["VOD.L"], held["7203.T"], held["AAPL"])] == [
        "GBPUSD=X", "JPYUSD=X", "",
    ]  # fmt: skip
    assert Snapshot.objects.get().figures["value"] == pytest.approx(100 + 1950 + 800)


def test_foreign_cash_is_kept_in_its_currency_and_counts_at_its_rate(simple: Portfolio) -> None:
    simple.tracks_cash = True
    bars(listed("EURUSD=X", "USD", "24/5"), {"2024-06-03": 1.10, "2024-06-05": 1.20})
    typed(simple, Kind.DEPOSIT, "2024-06-03", amount="2000")
    typed(simple, Kind.DEPOSIT, "2024-06-03", amount="100", currency="EUR")

    rebuilt(simple)

    snapshot = Snapshot.objects.get()
    assert snapshot.cash == {"USD": "995.0000", "EUR": "100.0000"}
    assert snapshot.figures["value"] == pytest.approx(1210 + 995 + 120)
    assert snapshot.figures["gain"] == pytest.approx(210 - 5 + 10)


def test_everything_sold_leaves_figures_but_no_holdings(simple: Portfolio) -> None:
    typed(simple, Kind.SELL, "2024-06-04", Instrument.objects.get(symbol="AAPL"), "10", price="110")

    rebuilt(simple)

    figures = Snapshot.objects.get().figures
    assert (simple.holdings.count(), figures["value"], figures["gain"]) == (0, 0.0, 95.0)


def test_a_foreign_security_with_a_currency_but_no_bars_keeps_its_rate(portfolio: Portfolio) -> None:
    sap, euro = listed("SAP.DE", "EUR", "XETR"), listed("EURUSD=X", "USD", "24/5")
    bars(euro, dict.fromkeys(DAYS, 1.10))
    typed(portfolio, Kind.BUY, "2024-06-03", sap, "2", price="100")

    rebuilt(portfolio)

    holding = portfolio.holdings.get()
    assert (holding.priced, holding.rate, holding.last_price) == (False, euro, 110)


def test_selling_more_than_is_held_keeps_the_old_figures_and_says_why(simple: Portfolio) -> None:
    rebuilt(simple)
    before = Snapshot.objects.values("figures", "ledger_revision").get()
    sale = typed(simple, Kind.SELL, "2024-06-04", Instrument.objects.get(symbol="AAPL"), "11", price="110")

    rebuilt(simple)

    snapshot = Snapshot.objects.get()
    assert {"figures": snapshot.figures, "ledger_revision": snapshot.ledger_revision} == before
    assert "sells 11 AAPL on 2024-06-04, but only 10 are held then." in snapshot.problem
    assert simple.holdings.count() == 1
    sale.delete()
    simple.ledger_revision += 1
    simple.save()
    rebuilt(simple)
    assert Snapshot.objects.get().problem == ""


def test_an_oversold_ledger_without_figures_still_says_why(simple: Portfolio) -> None:
    typed(simple, Kind.SELL, "2024-06-04", Instrument.objects.get(symbol="AAPL"), "11", price="110")
    with pytest.raises(LedgerError):
        compute(read_inputs(simple), UNTIL)

    store_problem(simple, NOW, "It does not add up.")

    snapshot = Snapshot.objects.get()
    assert (snapshot.problem, snapshot.figures, snapshot.as_of) == ("It does not add up.", {}, None)


def test_a_missing_rate_is_fetched_and_meanwhile_the_old_figures_stay(simple: Portfolio) -> None:
    rebuilt(simple)
    before = Snapshot.objects.values().get()
    typed(simple, Kind.DEPOSIT, "2024-06-04", amount="5", currency="CHF")

    job = rebuilt(simple)

    assert Snapshot.objects.values().get() == before
    assert job.result == {"waiting_for": ["CHFUSD=X"]}
    assert Instrument.objects.get(symbol="CHFUSD=X").status == Instrument.Status.NEW


def test_when_all_transactions_are_gone_nothing_is_left_to_show(simple: Portfolio) -> None:
    rebuilt(simple)
    simple.transactions.all().delete()
    simple.ledger_revision += 1
    simple.save()

    rebuilt(simple)

    snapshot = Snapshot.objects.get()
    assert (snapshot.figures, snapshot.ledger_revision, Holding.objects.count()) == ({}, 2, 0)


def test_figures_never_give_way_to_those_of_an_older_ledger(simple: Portfolio) -> None:
    slow = compute(read_inputs(Portfolio.objects.get(pk=simple.pk)), UNTIL)
    late = Portfolio.objects.get(pk=simple.pk)
    typed(simple, Kind.SELL, "2024-06-04", Instrument.objects.get(symbol="AAPL"), "4", price="110")
    rebuilt(simple)
    newest = Snapshot.objects.values().get()

    stored = store(slow, datetime(2030, 1, 1, tzinfo=UTC)), store_empty(late, NOW)
    store_problem(late, NOW, "old news")

    assert stored == (False, False)
    assert Snapshot.objects.values().get() == newest
    assert simple.holdings.get().quantity == 6


def test_figures_never_give_way_to_those_of_older_prices(simple: Portfolio) -> None:
    slow = compute(read_inputs(simple), UNTIL)
    bars(Instrument.objects.get(symbol="AAPL"), {"2024-06-05": 130.0})
    rebuilt(simple)

    assert store(slow, NOW + timedelta(days=1)) is False
    assert Snapshot.objects.get().figures["value"] == 1300.0


def test_two_computations_that_disagree_say_so(simple: Portfolio) -> None:
    inputs = read_inputs(simple)
    book = inputs.book
    making = Reporting(book, book.first_eve(), book.last_day(UNTIL))
    twice = replace(making.movements, state=making.movements.state * 1.5)

    twisted = Reporting(book, making.start, making.end, replayed=(making.ledger, twice))

    assert compute(inputs, UNTIL).problem == ""
    assert disagreement(twisted) == "The history's cost basis (1,507.50) differs from the ledger's (1,005.00)."


def test_an_undefined_figure_is_stored_as_none(simple: Portfolio) -> None:
    simple.tracks_cash = True
    typed(simple, Kind.DEPOSIT, "2024-06-03", amount="100")
    typed(simple, Kind.FEE, "2024-06-04", amount="5000")

    rebuilt(simple)

    figures = Snapshot.objects.get().figures
    assert (figures["twr_annual"], figures["sharpe_year"]) == (None, None)
    assert figures["gain"] == 205.0 - 5000.0
