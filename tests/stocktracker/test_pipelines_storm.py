"""Storms over the pipelines, and the smallest scenarios of what they found."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from portfolios.inputs import read_inputs
from portfolios.models import Portfolio
from portfolios.services.snapshots import compute, store
from pricing.models import Bar, Instrument
from pricing.services import refresh
from pricing.services.fixes import enter
from pricing.simulator.prices import closes
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run
from stocktracker.pipelines import fetch_history
from tests.storm import Life, held, life, noon, wrong
from tests.weather import DELISTED, RENAMED, SHARES, Weather

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY, WEDNESDAY = date(2026, 10, 19), date(2026, 10, 21)
SLOW = ("hang", "drip")  # cost seconds


def run_of(kind: str) -> Run:
    return Run(Job.objects.create(kind=kind, queue="prices", state=State.RUNNING, attempts=1))


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Life]:
    """From Tuesday evening on."""
    with life(tmp_path, noon(20, 21)) as one:
        yield one


@pytest.mark.parametrize("seed", [1])
def test_whatever_strikes_nothing_wrong_is_stored_or_shown(tmp_path: Path, seed: int) -> None:
    with life(tmp_path, noon(19, 6)) as lived:
        portfolios = [lived.hold(*SHARES), lived.hold("KO", "VOD.L", base="EUR")]
        weather = Weather(lived, portfolios, seed, avoided=(*SLOW, "no_events", "unrestated_split"))

        weather.blow(noon(20, 12))
        weather.calm_down(noon(21, 12))

    assert weather.found == [], weather.told


@pytest.mark.perf
@pytest.mark.parametrize("seed", range(1, 11))
def test_ten_days_of_storms_splits_a_delisting_and_a_new_name_end_complete(tmp_path: Path, seed: int) -> None:
    with life(tmp_path, noon(18, 12)) as lived:
        portfolios = [lived.hold(*SHARES), lived.hold("KO", "VOD.L", "AAPL", base="EUR")]
        lived.live(noon(19, 6), minutes=180)
        for symbol, new, old, day in (("AAPL", 2, 1, 21), ("MSFT", 3, 2, 22), ("T", 1, 10, 26)):
            lived.split(symbol, new, old, on=date(2026, 10, day))
        lived.market.delist(DELISTED, on=date(2026, 10, 22))
        lived.market.rename(RENAMED, "DISN", on=date(2026, 10, 23))
        weather = Weather(lived, portfolios, seed, avoided=SLOW)

        weather.blow(noon(28, 12))
        weather.calm_down(noon(28, 12) + timedelta(days=8))

        assert (weather.found or weather.unhealed()) == [], weather.told[-25:]


def test_all_through_its_ex_date_a_split_counts_in_quantities_as_it_does_in_prices(lived: Life) -> None:
    portfolio = lived.hold("AAPL")
    lived.split("AAPL", 2, 1, on=WEDNESDAY)
    lived.at(noon(21))

    lived.history("AAPL")
    lived.quotes("AAPL")

    assert (wrong(lived, portfolio), held(portfolio, "AAPL")) == ([], 20)


def test_a_split_multiplies_once_however_often_its_history_comes(lived: Life) -> None:
    portfolio = lived.hold("AAPL")
    lived.split("AAPL", 2, 1, on=WEDNESDAY)
    lived.at(noon(21, 21))
    lived.history("AAPL")
    lived.market.fault("null_close", requests=1)

    lived.history("AAPL")
    lived.history("AAPL")

    assert (wrong(lived, portfolio), held(portfolio, "AAPL")) == ([], 20)


@pytest.mark.parametrize("lag", [None, 3])
def test_a_split_without_divided_closes_is_refused_before_its_first_bar(lived: Life, lag: float | None) -> None:
    portfolio = lived.hold("AAPL")
    lived.at(noon(21))
    lived.market.lag(lag)
    lived.market.fault("unrestated_split", requests=1)

    refused = lived.refused("AAPL")

    assert (bool(refused), wrong(lived, portfolio), held(portfolio, "AAPL")) == (True, [], 10)


@pytest.mark.parametrize("split", [(2, 1), (3, 2)])
def test_closes_divided_without_a_split_are_refused(lived: Life, split: tuple[int, int]) -> None:
    portfolio = lived.hold("AAPL")
    lived.split("AAPL", *split, on=WEDNESDAY)
    lived.at(noon(21, 21))
    lived.market.fault("no_events", requests=1)

    lived.quotes("AAPL")
    lived.quotes("AAPL")

    assert wrong(lived, portfolio) == []


def test_a_split_is_kept_as_long_as_closes_are_divided_by_it(lived: Life) -> None:
    portfolio = lived.hold("AAPL")
    lived.split("AAPL", 2, 1, on=WEDNESDAY)
    lived.at(noon(21, 21))
    lived.history("AAPL")
    lived.market.fault("no_events")
    lived.after(days=1)
    lived.history("AAPL")
    lived.after(days=1)

    lived.history("AAPL")
    lived.quotes("AAPL")

    assert (wrong(lived, portfolio), held(portfolio, "AAPL")) == ([], 20)


def test_after_a_split_quotes_are_held_back_until_its_history_has_come(lived: Life) -> None:
    portfolio = lived.hold("TSLA")
    lived.split("TSLA", 2, 1, on=WEDNESDAY)
    lived.market.fail(503, kind="chart")

    lived.live(noon(22, 16))

    assert wrong(lived, portfolio) == []


def test_a_small_split_on_a_falling_day_is_believed_once_its_bar_is_there(lived: Life) -> None:
    _, values = closes("W058", date(2026, 10, 20), WEDNESDAY)
    lived.hold("W058")
    lived.split("W058", 21, 20, on=WEDNESDAY)
    lived.at(noon(21, 21))

    refused = [lived.refused("W058") for _ in range(2)]

    assert values[1] / values[0] < 20 / 21
    assert refused == ["", ""]


@pytest.mark.parametrize("fault", ["hundredfold_history", "wrong_currency"])
def test_a_wrong_first_history_gives_way_to_what_all_others_say(lived: Life, fault: str) -> None:
    lived.market.fault(fault, kind="chart", symbol="AAPL", requests=1)
    lived.hold("AAPL")

    lived.live(noon(23), minutes=240)

    row = Instrument.objects.get(symbol="AAPL")
    assert (row.currency, Bar.objects.get(instrument=row, session=MONDAY).close) == ("USD", pytest.approx(290.07))


def test_a_symbol_is_asked_for_again_that_was_not_found_at_first(lived: Life) -> None:
    lived.market.fault("not_found", kind="chart", symbol="AAPL", requests=1)
    lived.hold("AAPL")

    lived.live(noon(23), minutes=240)

    assert Instrument.objects.get(symbol="AAPL").status == Instrument.Status.ACTIVE


@pytest.mark.parametrize("symbol", ["BTC-USD", "EURUSD=X"])
def test_a_coin_and_a_rate_come_back_after_three_days_without(lived: Life, symbol: str) -> None:
    lived.hold(symbol)
    lived.market.fault("partial", symbol=symbol)
    lived.market.fault("not_found", kind="chart", symbol=symbol)
    lived.live(noon(24), minutes=240)
    lived.market.clear()

    lived.live(noon(26), minutes=240)

    assert Instrument.objects.get(symbol=symbol).status == Instrument.Status.ACTIVE


def test_a_close_entered_before_a_split_is_known_is_divided_by_it(lived: Life) -> None:
    portfolio = lived.hold("AAPL")
    lived.split("AAPL", 2, 1, on=WEDNESDAY)
    lived.at(noon(21, 12))  # before New York opens
    instrument = Instrument.objects.get(symbol="AAPL")
    shown = Bar.objects.get(instrument=instrument, session=MONDAY).close
    enter(instrument, MONDAY, shown, portfolio.owner, lived.now)
    lived.work()
    lived.at(noon(21, 21))

    lived.history("AAPL")

    assert wrong(lived, portfolio) == []


def test_figures_computed_before_a_split_are_not_stored_after_it(lived: Life) -> None:
    portfolio = lived.hold("AAPL")
    lived.split("AAPL", 2, 1, on=WEDNESDAY)
    lived.at(noon(21, 21))
    Portfolio.objects.update(ledger_revision=2)
    computed = compute(read_inputs(Portfolio.objects.get()), WEDNESDAY)
    fetch_history(run_of("stocktracker.backfill"), "AAPL", lived.now)

    with transaction.atomic():
        store(computed, lived.now)

    assert wrong(lived, portfolio) == []


def test_a_quote_asked_before_a_split_is_not_stored_after_it(lived: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    portfolio = lived.hold("AAPL")
    lived.split("AAPL", 2, 1, on=WEDNESDAY)
    late = refresh._sift

    def interrupted(*args: Any) -> None:
        lived.at(noon(21, 21))
        fetch_history(run_of("stocktracker.backfill"), "AAPL", lived.now)
        late(*args)

    monkeypatch.setattr(refresh, "_sift", interrupted)
    lived.at(noon(21, 13))
    refresh.refresh_quotes([Instrument.objects.get(symbol="AAPL")], lived.now, lambda *_: None)

    assert wrong(lived, portfolio) == []


def test_a_clock_set_back_by_an_hour_loses_nothing(lived: Life) -> None:
    portfolio = lived.hold("AAPL")
    lived.live(noon(21, 17), minutes=30)
    lived.after(hours=-1)

    lived.live(noon(21, 21, 30), minutes=30)

    assert wrong(lived, portfolio) == []
    assert Bar.objects.filter(session=WEDNESDAY, instrument__symbol="AAPL").count() == 1
