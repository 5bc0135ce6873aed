import os
import signal
from collections.abc import Iterator

import pytest

from stocktracker.embedded import stopping
from stocktracker.embedded.stopping import StopAskedError, StopWish


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Put pytest's own handlers back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_of_three_signals_asks_to_stop(number: signal.Signals) -> None:
    wish = StopWish.from_signals()

    send(number)

    assert (wish.asked, wish.hurry) == (True, False)


def test_a_second_ctrl_c_is_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "SAME_PRESS", 0.0)
    wish = StopWish.from_signals()

    send(signal.SIGINT)
    send(signal.SIGINT)

    assert wish.hurry


def test_one_ctrl_c_that_came_by_two_ways_is_no_hurry() -> None:
    wish = StopWish.from_signals()

    send(signal.SIGINT)
    send(signal.SIGINT)

    assert not wish.hurry


def test_a_closed_terminal_that_also_terminates_us_is_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "SAME_PRESS", 0.0)
    wish = StopWish.from_signals()

    send(signal.SIGHUP)
    send(signal.SIGTERM)

    assert not wish.hurry


def test_under_nohup_a_closed_terminal_is_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    wish = StopWish.from_signals()

    send(signal.SIGHUP)

    assert not wish.asked


def test_waiting_ends_with_the_condition_the_deadline_or_the_wish() -> None:
    wish = StopWish()
    answers = iter([False, True])

    assert wish.wait_until(lambda: next(answers), seconds=5)
    assert not wish.wait_until(lambda: False, seconds=0)
    wish.asked = True
    with pytest.raises(StopAskedError):
        wish.wait_until(lambda: False, seconds=5)
