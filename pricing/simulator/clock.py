"""What time it is in the simulated market: the real time, a time set back or forward, or a time that stands still."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def real_time() -> datetime:
    return datetime.now(UTC)


class Clock:
    def __init__(self, source: Callable[[], datetime] = real_time) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._standing: datetime | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        with self._lock:
            return self._standing or self._source() + self._offset

    def set(self, at: datetime | None, *, running: bool = False) -> None:
        """Stand still at `at`, or go on from there when `running`; None goes back to the real time."""
        with self._lock:
            self._standing = None if running else at
            self._offset = at - self._source() if at is not None and running else timedelta()

    def advance(self, by: timedelta) -> None:
        with self._lock:
            if self._standing is None:
                self._offset += by
            else:
                self._standing += by
