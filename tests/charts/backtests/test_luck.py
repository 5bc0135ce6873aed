import json

import numpy as np
import pytest

from charts.backtests import luck
from charts.backtests.engine import simulate
from charts.backtests.luck import start_luck
from charts.backtests.market import market, number
from charts.backtests.rules import Allocation, Crossover, Fill, Hold, Momentum, Request
from charts.backtests.statistics import window_of
from tests.charts.backtests.given_prices import listed, market_of, weekdays
from tests.charts.backtests.test_result import A, B

SHORT = market_of(listed([10.0] * 100))


def test_every_start_is_a_test_of_its_own() -> None:
    request = Request(Crossover("A", fast=5, slow=20))
    tested = market_of(A)

    found = start_luck(request, tested)

    days = weekdays(600)
    assert len(found.days) == sum((days[-1] - day).days >= 365 for day in days)
    for at in (0, 17, len(found.days) - 1):
        alone = market([A], days[at], None)
        window = window_of(simulate(request, alone))
        assert found.days[at] == number(days[at])
        assert found.strategy[at] == pytest.approx(window.returns().twr_annualised, rel=1e-12)
        held = window_of(simulate(Request(Hold({"A": 1.0})), alone))
        assert found.holding[at] == pytest.approx(held.returns().twr_annualised, rel=1e-12)


def test_the_report_ranks_the_starts() -> None:
    found = start_luck(Request(Momentum(("A", "B"), 1, 2)), market_of(A, B))

    report = found.report

    assert json.loads(json.dumps(report, allow_nan=False)) == report
    values = [report[name]["value"] for name in ("worst", "low", "median", "high", "best")]
    assert values == sorted(values)
    assert values[0] == min(found.strategy)
    assert values[-1] == max(found.strategy)
    assert report["lost"] == np.mean(found.strategy < 0)
    assert report["chosen"]["percentile"] == np.mean(found.strategy < found.strategy[0])
    assert len(report["series"]["days"]) == report["starts"] == len(found.days)


def test_holding_is_never_beaten_by_itself() -> None:
    tested = market_of(A, B)

    assert start_luck(Request(Hold({"A": 0.5, "B": 0.5})), tested).report["beat_holding"] == 0.0
    by_weights = start_luck(Request(Allocation({"A": 1.0}, band=0.1), fill=Fill.CLOSE), tested)
    assert by_weights.holding == pytest.approx(by_weights.strategy)


def test_without_a_year_there_is_only_a_note() -> None:
    report = start_luck(Request(Hold({"A": 1.0})), SHORT).report

    assert report["starts"] == 0
    assert len(report["notes"]) == 1


def test_too_many_starts_are_taken_in_strides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(luck, "MOST_STARTS", 100)
    told: list[tuple[int, int]] = []

    found = start_luck(Request(Hold({"A": 1.0})), market_of(A), lambda *at: told.append(at))

    assert len(found.days) <= 100
    assert "Begun on one session of 4 only." in found.notes
    assert told[-1] == (len(found.days), len(found.days))


def test_a_strategy_of_many_orders_is_begun_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    market = market_of(listed([100.0 + day % 7 for day in range(600)]))
    request = Request(Allocation({"A": 0.5}, band=0.001))
    monkeypatch.setattr("charts.backtests.luck.MOST_ORDERS", 10_000)

    found = start_luck(request, market)

    assert 5 < len(found.days) < 100
    assert found.notes[0].startswith("Begun on one session of")
