from stocktracker.chaos import table
from stocktracker.chaos.effects import Tally
from stocktracker.chaos.overhead import Cost
from stocktracker.chaos.runs import Outcome
from stocktracker.chaos.visitor import Seen

SEEN = Seen(answered=8, failed=1, slowest_look_ms=12.4, slowest_booking_ms=30.6, booked=2, failures={"500"})


def an_outcome(plain: dict[str, Tally], recovered_after: float | None = 4.25) -> Outcome:
    return Outcome("beat", "kill -9 of beat", Tally(9, 2, 0, 0), plain, 1.04, recovered_after, 5.0, SEEN, ["a remark"])


def test_an_outcome_is_a_row_with_its_remarks_below() -> None:
    *_, row, empty, remark = table.outcomes([an_outcome({})]).splitlines()

    cells = ["kill -9 of beat", "9 (2 refused)", "0", "0", "1.0 s", "4.2 s", "8 of 9 (500)", "12, 31 ms"]
    assert row == f"| {' | '.join(cells)} |"
    assert (empty, remark) == ("", "beat: a remark")


def test_plain_tasks_stand_beside_ours() -> None:
    plain = {"acks_late": Tally(9, 0, 3, 1), "default": Tally(8, 1, 0, 0)}

    text = table.outcomes([an_outcome(plain)])

    assert text.splitlines()[0].count("|") == text.splitlines()[2].count("|") == 11
    assert "| 3, 1 of 9 | 0, 0 of 8 (1 refused) |" in text


def test_what_never_recovered_says_so() -> None:
    assert "| never |" in table.outcomes([an_outcome({}, recovered_after=None)])


def test_costs_have_three_digits() -> None:
    rows = [Cost("a job", 1234.4, "µs", "2 ×"), Cost("a sweep", 5.26, "ms")]

    assert table.costs(rows).splitlines() == ["| a job | 1,234 µs | 2 × |", "| a sweep | 5.3 ms |  |"]
