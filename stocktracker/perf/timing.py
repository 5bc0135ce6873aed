"""Timings as ratios: ours, its peers and its limit take turns, so that a busy machine is busy for all of them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .result import MILLISECONDS, Result

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Peer:
    """Another way to the same result; `share`: which part of the work one call does, if all of it takes too long."""

    work: Work
    share: float = 1.0
    turns: int | None = None  # fewer than ours, if it is slow


@dataclass(frozen=True, slots=True)
class Aim:
    """At least so many times as fast as each peer, at most so many times the limit, at most so many milliseconds."""

    peers: Mapping[str, float] = field(default_factory=dict)
    limit: float | None = None
    milliseconds: float | None = None

    def __str__(self) -> str:
        parts = [f"≥ {ratio:g} × {name}" for name, ratio in self.peers.items()]
        parts += [f"≤ {self.limit:g} × the limit"] if self.limit else []
        parts += [f"≤ {self.milliseconds:g} ms"] if self.milliseconds else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Measurement:
    row: str
    name: str
    work: Work
    aim: Aim
    peers: Mapping[str, Peer] = field(default_factory=dict)
    limit: Work | None = None
    before: Work = lambda: None  # done before each turn of each of them, and not timed
    units: int = 1  # the time is of one: 200 portfolios rebuilt in one go
    turns: int = 5
    note: Callable[[], str] = str


def measure(one: Measurement) -> Result:
    """One turn to warm up, then `turns` of each."""
    works: dict[str, Peer] = {"": Peer(one.work), **one.peers}
    if one.limit:
        works["limit"] = Peer(one.limit)
    times: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(one.turns + 1):
        for name, peer in works.items():
            if turn <= (peer.turns or one.turns):
                one.before()
                taken = _timed(peer.work) / peer.share
                times[name] += [taken] if turn else []
    medians = {name: statistics.median(own) for name, own in times.items()}
    ours = medians.pop("")
    limit = medians.pop("limit", None)
    ratios = {name: median / ours for name, median in medians.items()}
    limit_ratio = ours / limit if limit else None
    return Result(
        row=one.row,
        name=one.name,
        median_ms=ours / one.units * MILLISECONDS,
        peers=ratios,
        limit_ratio=limit_ratio,
        aim=str(one.aim),
        met=_met(one.aim, ours / one.units * MILLISECONDS, ratios, limit_ratio),
        note=one.note(),
    )


def _timed(work: Work) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _met(aim: Aim, milliseconds: float, ratios: Mapping[str, float], limit_ratio: float | None) -> bool:
    peers = all(ratios[name] >= wanted for name, wanted in aim.peers.items())
    limit = aim.limit is None or (limit_ratio is not None and limit_ratio <= aim.limit)
    return peers and limit and (aim.milliseconds is None or milliseconds <= aim.milliseconds)
