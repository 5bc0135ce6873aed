"""What was asked of the simulated market: one record a request, made before any answer or fault."""

import json
import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

KEPT_RECORDS = 50_000  # a demo may run for months


@dataclass(frozen=True, slots=True)
class Record:
    at: str  # the market's time, ISO
    host: str
    kind: str
    symbols: tuple[str, ...]
    status: int  # about to be answered; 0 when no answer will follow (hang, reset)
    fault: str  # its name, or ""
    connection: int


class Journal:
    """In memory, and as JSON lines in a file when a path is given."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._records: deque[Record] = deque(maxlen=KEPT_RECORDS)
        self._counts: Counter[str] = Counter()
        self._file = path.open("a", encoding="utf-8") if path else None

    def note(self, record: Record) -> None:
        with self._lock:
            self._records.append(record)
            self._counts[record.kind] += 1
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

    def reset(self) -> None:
        with self._lock:
            self._records.clear()
            self._counts.clear()

    def close(self) -> None:
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None
