import pytest

from stocktracker.jobs.pace import LONGEST, Pace, mark_of


def after(answers: int, *, waiting: bool) -> int:
    """Seconds until the next question after so many answers that were the same."""
    return Pace("x", answers).seconds(waiting=waiting)


def test_while_something_moves_the_page_asks_every_second() -> None:
    pace = Pace()
    for step in range(30):
        pace = pace.seen(mark_of([step]))

        assert pace.seconds(waiting=False) == 1


def test_where_nothing_moves_it_asks_ever_later() -> None:
    assert [after(answers, waiting=False) for answers in (0, 4, 5, 9, 10, 14, 15, 99)] == [1, 1, 2, 2, 5, 5, 15, 15]


def test_where_everything_waits_for_its_next_try_it_slows_down_at_once() -> None:
    assert [after(answers, waiting=True) for answers in range(6)] == [1, 2, 5, 15, 15, 15]


def test_whatever_moves_brings_the_page_back_to_every_second() -> None:
    tired = Pace("before", 40)

    assert tired.seen("after") == Pace("after", 0)
    assert tired.seen("before") == Pace("before", 41)
    assert Pace("x", LONGEST).seen("x") == Pace("x", LONGEST)


def test_it_survives_the_way_through_an_address() -> None:
    assert Pace("0a1b2c3d", 7).query == "mark=0a1b2c3d&still=7"
    assert Pace.of({"mark": "0a1b2c3d", "still": "7"}) == Pace("0a1b2c3d", 7)


@pytest.mark.parametrize("still", ["", "x", "-1", "²", "9" * 30, "1.5"])
def test_what_makes_no_sense_is_forgotten(still: str) -> None:
    assert Pace.of({"still": still}) == Pace()


def test_a_mark_changes_with_each_fact() -> None:
    assert mark_of([1, "a"]) == mark_of([1, "a"])
    assert len({mark_of([1, "a"]), mark_of([1, "b"]), mark_of(["a", 1]), mark_of([])}) == 4
