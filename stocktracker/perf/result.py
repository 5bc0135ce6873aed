"""What a measurement comes to, whatever was measured: times, requests, or both, against peers and a limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MILLISECONDS = 1000.0
PRECISE_BELOW = 10  # above it two digits are enough
SMALL_BELOW = 0.1  # below it one decimal tells nothing


@dataclass(frozen=True, slots=True)
class Result:
    """A line of the table, named by `row` and `name` together; times are medians."""

    row: str
    name: str
    median_ms: float | None  # None where nothing was timed
    peers: Mapping[str, float]  # {name: its time or requests ÷ ours}: more is better
    limit_ratio: float | None  # our time ÷ the limit's: less is better
    aim: str
    met: bool
    note: str = ""
    requests: float | None = None  # to the price source: less is better
    peer_requests: Mapping[str, int] = field(default_factory=dict)
    tail_ratio: float | None = None  # the slowest hundredth of our times ÷ the limit's median: less is better

    @property
    def key(self) -> tuple[str, str]:
        return self.row, self.name


def as_text(result: Result) -> str:
    """Two lines, or more where the note is long."""
    ours = [
        f"{result.median_ms:,.2f} ms" if result.median_ms is not None else "",
        requests(result.requests) if result.requests is not None else "",
    ]
    peers = [_peer(name, ratio, result.peer_requests) for name, ratio in result.peers.items()]
    limits = [
        multiple(result.limit_ratio, "the limit") if result.limit_ratio is not None else "",
        f"p99 {multiple(result.tail_ratio, 'the limit')}" if result.tail_ratio is not None else "",
    ]
    aim = [f"aim {result.aim}: {'met' if result.met else 'not met'}" if result.aim else "no aim"]
    parts = [*ours, ", ".join(peers), *limits, *aim, result.note]
    return f"{result.row:>3}  {result.name}\n     " + "; ".join(filter(None, parts))


def multiple(ratio: float, name: str) -> str:
    """In words; with decimals where they tell something."""
    digits = 0 if ratio >= PRECISE_BELOW else 3 if 0 < ratio < SMALL_BELOW else 1
    return f"{ratio:,.{digits}f} × {name}"


def requests(count: float) -> str:
    return f"{count:,g} request{'' if count == 1 else 's'}"


def _peer(name: str, ratio: float, peer_requests: Mapping[str, int]) -> str:
    told = f" ({peer_requests[name]})" if name in peer_requests else ""
    return multiple(ratio, name) + told
