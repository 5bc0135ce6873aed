"""When to stop: signals are only counted; everybody who waits looks at the count."""

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Self

LOOK_EVERY = 0.05  # seconds between two looks at a condition: unnoticeable, and idle for the processor
SAME_PRESS = 0.5  # seconds; make, npm and the like forward a Ctrl-C that the terminal has sent to us already


class StopAskedError(Exception):
    """Somebody asked to stop (Ctrl-C, SIGTERM, SIGHUP) while we were waiting for something."""


class StopWish:
    """Whether somebody asked us to stop, and whether he asked twice."""

    def __init__(self) -> None:
        self.asked = False
        self.hurry = False
        self._asked_at = 0.0

    @classmethod
    def from_signals(cls) -> Self:
        """A wish that Ctrl-C, SIGTERM and SIGHUP set; SIGHUP stays ignored when `nohup` started us."""
        wish = cls()
        signal.signal(signal.SIGINT, wish.on_signal)
        signal.signal(signal.SIGTERM, wish.on_signal)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, wish.on_signal)
        return wish

    def on_signal(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.asked and number == signal.SIGINT and now - self._asked_at > SAME_PRESS:
            self.hurry = True
        if not self.asked:
            self._asked_at = now
        self.asked = True

    def wait_until(self, condition: Callable[[], bool], *, seconds: float) -> bool:
        """Whether the condition came true in time; StopAskedError as soon as somebody asks to stop."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self.asked:
                raise StopAskedError
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_EVERY)
        return True
