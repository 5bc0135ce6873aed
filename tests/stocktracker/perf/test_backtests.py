import numpy as np
import pytest

from charts.backtests.engine import simulate
from charts.backtests.rules import Allocation, Costs, Crossover, Every, Fill, Request
from stocktracker.perf.backtests import (
    floor,
    frame_crossover,
    frame_rebalanced,
    loop_crossover,
    made_up,
    measurements,
)
from stocktracker.perf.timing import measure


def test_peers_come_to_nearly_the_same() -> None:
    """They guess or leave out some of the fees."""
    tested = made_up(1, 3)
    price = tested.closes[:, 0]
    ours = simulate(Request(Crossover("S00"), costs=Costs(rate=0.001), fill=Fill.NEXT_CLOSE), tested).equity / 10_000

    assert ours[-1] == pytest.approx(float(frame_crossover(price, 50, 200).iloc[-1]), rel=0.02)
    assert ours[-1] == pytest.approx(loop_crossover(price)[-1] / 10_000, rel=0.02)
    assert np.isfinite(floor(price)).all()


def test_the_peer_of_rebalancing_comes_to_nearly_the_same() -> None:
    tested = made_up(4, 3)
    request = Request(Allocation(dict.fromkeys(tested.symbols, 0.25), Every.MONTH), costs=Costs(rate=0.001))

    assert simulate(request, tested).equity[-1] == pytest.approx(float(frame_rebalanced(tested)[-1]), rel=0.02)


def test_the_row_names_its_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stocktracker.perf.backtests.FAST", range(5, 20, 5))
    monkeypatch.setattr("stocktracker.perf.backtests.SLOW", range(20, 40, 10))
    monkeypatch.setattr("stocktracker.perf.backtests.SAMPLED", 2)

    results = [measure(one) for one in measurements(years=1, many=2)]

    assert {result.row for result in results} == {"b"}
    assert all(result.peers for result in results)
    assert "6 settings" in results[2].name
