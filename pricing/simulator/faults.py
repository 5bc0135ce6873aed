"""Which fault is set for which requests, and whose turn it is; what a fault does is in `spoilers`."""

import random
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    COOKIE = "cookie"  # fc.yahoo.com
    CRUMB = "crumb"  # v1/test/getcrumb
    CONSENT = "consent"  # guce.yahoo.com, consent.yahoo.com
    QUOTE = "quote"  # v7/finance/quote
    CHART = "chart"  # v8/finance/chart
    SEARCH = "search"  # v1/finance/search
    PROFILE = "profile"  # v10/finance/quoteSummary
    DAILY = "daily"  # stooq.com/q/d/l
    LATEST = "latest"  # stooq.com/q/l
    OTHER = "other"  # anything else on the hosts it serves


EVERY_KIND: Final = frozenset(Kind)
FORMS: Final = ("body", "edge", "empty")  # of a 429: Yahoo's API, Yahoo's edge server, nothing at all


@dataclass(frozen=True, slots=True)
class Fault:
    """Raises ValueError for settings that make no sense together or alone."""

    name: str  # one of spoilers.FAULTS
    kind: str = "*"  # a Kind, or * for all the fault can spoil
    symbol: str | None = (
        None  # only requests that name this symbol (in Yahoo's spelling), and of their rows only its own
    )
    requests: int | None = None  # how many more to spoil; None: until cleared
    probability: float = 1.0  # that a request is spoiled
    seed: int = 0  # of that draw: the same seed spoils the same requests of a run
    status: int = 500  # of "error" and "error_page"
    seconds: float = 30.0  # of "hang" and "drip"
    retry_after: int | None = None  # seconds, of "throttle"
    form: str = "body"  # of "throttle": one of FORMS
    sessions: int = 3  # how many "missing_days" leaves out

    def __post_init__(self) -> None:
        if self.kind != "*" and self.kind not in EVERY_KIND:
            raise ValueError(f"no kind {self.kind!r}; there are {', '.join(Kind)}")
        if self.form not in FORMS:
            raise ValueError(f"no form {self.form!r}; there are {', '.join(FORMS)}")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"a probability of {self.probability}")
        if self.requests is not None and self.requests < 1:
            raise ValueError(f"{self.requests} requests; None is until cleared")

    def meets(self, kind: str, symbols: Collection[str]) -> bool:
        return self.kind in ("*", kind) and (self.symbol is None or self.symbol.upper() in symbols)


@dataclass(slots=True)
class _Armed:
    fault: Fault
    kinds: frozenset[Kind]
    left: int | None
    draws: random.Random = field(repr=False)

    def strikes(self, kind: Kind, symbols: Collection[str]) -> bool:
        """One that does not meet the request draws nothing: what else happens does not change its luck."""
        if kind not in self.kinds or not self.fault.meets(kind, symbols):
            return False
        return self.fault.probability == 1 or self.draws.random() < self.fault.probability


class FaultBoard:
    """The faults set at the moment; the one set last wins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []

    def add(self, fault: Fault, kinds: frozenset[Kind] = EVERY_KIND) -> None:
        """`kinds` are those the fault can spoil at all; others pass by it, uncounted."""
        draws = random.Random(f"{fault.name}/{fault.kind}/{fault.symbol}/{fault.seed}")
        with self._lock:
            self._armed.insert(0, _Armed(fault, kinds, fault.requests, draws))

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def take(self, kind: Kind, symbols: Collection[str]) -> Fault | None:
        """The fault that spoils this request, counted down."""
        with self._lock:
            for armed in self._armed:
                if armed.strikes(kind, symbols):
                    self._count_down(armed)
                    return armed.fault
        return None

    def _count_down(self, armed: _Armed) -> None:
        if armed.left is None:
            return
        armed.left -= 1
        if not armed.left:
            self._armed.remove(armed)
