"""How soon a page asks again: at once while something moves, ever later while nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from zlib import crc32

STEPS = (1, 2, 5, 15)  # seconds until the next question
PATIENT = 5  # questions of each step while something runs: most jobs end within seconds, and their end must show
LONGEST = 99  # unchanged answers worth counting


@dataclass(frozen=True, slots=True)
class Pace:
    """What a page has seen so far, as the address of its next question says."""

    mark: str = ""  # of what was shown last
    still: int = 0  # answers in a row that were the same

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Pace:
        """Of a request's query; what makes no sense is forgotten."""
        still = query.get("still", "")
        known = still.isascii() and still.isdecimal() and len(still) <= len(str(LONGEST))
        return cls(query.get("mark", ""), int(still) if known else 0)

    def seen(self, mark: str) -> Pace:
        """After another answer."""
        return Pace(mark, min(self.still + 1, LONGEST) if mark == self.mark else 0)

    def seconds(self, *, waiting: bool) -> int:
        """Until the next question; `waiting`: nothing runs, everything has its next try before it."""
        step = self.still if waiting else self.still // PATIENT
        return STEPS[min(step, len(STEPS) - 1)]

    @property
    def query(self) -> str:
        return urlencode({"mark": self.mark, "still": self.still})


def mark_of(facts: Iterable[object]) -> str:
    """Eight letters that change when one of the facts does."""
    return f"{crc32(repr(list(facts)).encode()):08x}"
