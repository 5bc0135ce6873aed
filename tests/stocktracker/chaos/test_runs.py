import pytest

from stocktracker.chaos.effects import Tally
from stocktracker.chaos.runs import Outcome
from stocktracker.chaos.visitor import Seen

GOOD = Tally(5, 1, 0, 0)


def an_outcome(ours: Tally, answered_after: float | None = 1.0, recovered_after: float | None = 2.0) -> Outcome:
    return Outcome("beat", "kill -9 of beat", ours, {}, answered_after, recovered_after, 5.0, Seen())


def test_an_outcome_is_good_if_nothing_is_lost_or_doubled_and_everything_recovered() -> None:
    assert an_outcome(GOOD).good


@pytest.mark.parametrize(
    "bad",
    [
        an_outcome(Tally(5, 0, 1, 0)),
        an_outcome(Tally(5, 0, 0, 1)),
        an_outcome(GOOD, answered_after=None),
        an_outcome(GOOD, recovered_after=None),
    ],
)
def test_it_is_not_if_one_of_these_is_missing(bad: Outcome) -> None:
    assert not bad.good
