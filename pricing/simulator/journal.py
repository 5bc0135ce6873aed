"""What was asked of the simulated market: one record a request, made before any answer, fault or waiting."""

import json
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

KEPT_RECORDS = 50_000  # a demo may run for months


@dataclass(slots=True)
class Record:
    at: str  # the market's time, ISO
    host: str
    kind: str
    symbols: tuple[str, ...]
    connection: int
    status: int = 0  # 0 until it is known, and when no answer will follow (hang, reset)
    fault: str = ""  # its name; "limit" for one request too many


class Journal:
    """In memory, and as JSON lines in a file when a path is given: a line once the status is known."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._records: deque[Record] = deque(maxlen=KEPT_RECORDS)
        self._counts: Counter[str] = Counter()
        self._connections: set[int] = set()
        self._at_once = self._most_at_once = 0
        self._file = path.open("a", encoding="utf-8") if path else None

    @contextmanager
    def attending(self, record: Record) -> Iterator[Record]:
        """A request that has arrived, and is at work until its answer is written or its client has left."""
        with self._lock:
            self._records.append(record)
            self._counts[record.kind] += 1
            self._connections.add(record.connection)
            self._at_once += 1
            self._most_at_once = max(self._most_at_once, self._at_once)
        try:
            yield record
        finally:
            with self._lock:
                self._at_once -= 1

    def settle(self, record: Record, status: int, fault: str = "") -> None:
        """What will be answered."""
        with self._lock:
            record.status, record.fault = status, fault
            if self._file:
                self._file.write(json.dumps(asdict(record)) + "\n")
                self._file.flush()

    def records(self, kind: str | None = None) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(record) for record in self._records if kind in (None, record.kind)]

    def summary(self) -> dict[str, int]:
        """Requests by kind."""
        with self._lock:
            return dict(self._counts)

    def traffic(self) -> dict[str, int]:
        """Requests, the connections they came on, and how many were at work at the same time at most."""
        with self._lock:
            return {
                "connections": len(self._connections),
                "most_at_once": self._most_at_once,
                "requests": self._counts.total(),
            }

    def reset(self) -> None:
        """What is still at work goes on being counted as such."""
        with self._lock:
            self._records.clear()
            self._counts.clear()
            self._connections.clear()
            self._most_at_once = self._at_once

    def close(self) -> None:
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None
