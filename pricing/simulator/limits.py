"""How much the simulated market bears, and how quickly it answers."""

import threading
import time
from collections import deque
from collections.abc import Callable


class RateLimit:
    """So many requests in any window of so many seconds of real time; refused ones do not count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._most: int | None = None
        self._window = 1.0  # seconds
        self._admitted: deque[float] = deque()

    def set(self, requests: int | None, per_seconds: float = 1.0) -> None:
        """None: no limit."""
        if (requests is not None and requests < 0) or per_seconds <= 0:
            raise ValueError(f"a limit of {requests} requests in {per_seconds} seconds")
        with self._lock:
            self._most, self._window = requests, per_seconds
            self._admitted.clear()

    def admits(self) -> bool:
        """Whether one more request may be answered now; if so, it is counted."""
        with self._lock:
            if self._most is None:
                return True
            now = self._clock()
            while self._admitted and self._admitted[0] <= now - self._window:
                self._admitted.popleft()
            if len(self._admitted) >= self._most:
                return False
            self._admitted.append(now)
            return True


class Latency:
    """Seconds before each answer, by kind; a kind's own goes before that of all."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    def set(self, seconds: float, kind: str = "*") -> None:
        if seconds < 0:
            raise ValueError(f"a latency of {seconds} seconds")
        self._seconds = {**self._seconds, kind: seconds}

    def of(self, kind: str) -> float:
        return self._seconds.get(kind, self._seconds.get("*", 0.0))

    def reset(self) -> None:
        self._seconds = {}
