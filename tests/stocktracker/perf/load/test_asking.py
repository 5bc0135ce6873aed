from __future__ import annotations

import pytest

from stocktracker.perf.load import asking
from stocktracker.perf.load.asking import Asker, crossover, measured
from stocktracker.perf.load.stage import StageError


class Played(Asker):
    """Answers in the place of the server: each question once later, then at once."""

    def __init__(self) -> None:
        self.known: set[str] = set()

    def _answer(self, method: str, address: str, body: str | None = None) -> tuple[int, dict[str, object]]:
        asked = body or address.rpartition("/")[2]
        if asked == "never":
            return 422, {"error": "No."}
        if method == "POST" and asked not in self.known:
            self.known.add(asked)
            return 202, {"key": "k"}
        return 200, {"timings": {"run": 2.0}}


def test_each_kind_is_told_with_its_p95_against_the_emptiest_view() -> None:
    again, new, cold = measured(Played(), empty=0.5, new=3, again=4, cold=2)

    assert [one.row for one in (again, new, cold)] == ["ask"] * 3
    assert again.aim == "p95 ≤ 10 ms"
    assert again.met
    assert "computing p50 2.0, p95 2.0 ms" in new.note
    assert (cold.aim, cold.met) == ("", True)
    assert "of 2" in cold.note
    assert new.limit_ratio == pytest.approx((new.median_ms or 0) / 0.5)


def test_what_comes_to_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played()
    monkeypatch.setattr(asking, "GIVEN_UP_SECONDS", 0.0)

    with pytest.raises(StageError, match="did not come within"):
        played.until_there(crossover("A", 5))
