"""Prices kept in a process's memory: a worker reads from the database only what has changed since the last time.

Rebuilds need closes, backtests whole bars; both lie on one shelf, the least recently used makes room.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Literal, TypeAlias

import numpy as np

from . import counters
from .packed import EMPTY, NO_BARS, Bars, Pack, revised_bars, revised_packs

KEPT_BYTES = (
    64 * 1024 * 1024
)  # half of what a worker takes anyway; 30 years of one instrument are 90 kB, so 700 of them

Kind: TypeAlias = Literal["closes", "adjusted", "bars"]
Key: TypeAlias = tuple[int, int, Kind]  # instrument, revision
Prices: TypeAlias = Pack | Bars


class Shelf:
    """The most recently used packs that fit into `most` bytes; for threads too."""

    def __init__(self, most: int) -> None:
        self.most, self.bytes = most, 0
        self._packs: OrderedDict[Key, Prices] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._packs)

    def get(self, key: Key) -> Prices | None:
        with self._lock:
            if key in self._packs:
                self._packs.move_to_end(key)
            return self._packs.get(key)

    def put(self, key: Key, pack: Prices) -> None:
        for column in _columns(pack):
            column.setflags(write=False)  # everybody gets the same arrays
        with self._lock:
            self._drop(key)
            self._packs[key] = pack
            self.bytes += _size(pack)
            while self.bytes > self.most:
                self._drop(next(iter(self._packs)))

    def clear(self) -> None:
        with self._lock:
            self._packs.clear()
            self.bytes = 0

    def _drop(self, key: Key) -> None:
        pack = self._packs.pop(key, None)
        self.bytes -= _size(pack) if pack else 0


shelf = Shelf(KEPT_BYTES)


def closes(instruments: Iterable[tuple[int, int]], *, adjusted: bool = False) -> Mapping[int, Pack]:
    """{instrument id: Pack} of (id, revision) pairs, read-only; at most one query, none when nothing has changed.

    Whoever was deleted is an empty Pack. Where prices have moved on since the revision was read, the newer closes
    come: compare the revisions afterwards where figures must be of one moment. Not for a transaction that has itself
    written bars: if it is rolled back, they stay here.
    """
    read = partial(revised_packs, adjusted=adjusted)
    found = _kept("adjusted" if adjusted else "closes", dict(instruments), read)
    return {pk: pack if isinstance(pack, Pack) else EMPTY for pk, (_, pack) in found.prices.items()}


@dataclass(frozen=True, slots=True)
class Histories:
    """Whole bars, and where they came from."""

    bars: Mapping[int, Bars]
    revisions: Mapping[int, int]  # they are of
    from_memory: int
    from_database: int


def histories(instruments: Iterable[tuple[int, int]]) -> Histories:
    """As `closes`, with opens and adjusted closes. At most one query."""
    wanted = dict(instruments)
    found = _kept("bars", wanted, revised_bars)
    return Histories(
        bars={pk: bars if isinstance(bars, Bars) else NO_BARS for pk, (_, bars) in found.prices.items()},
        revisions={pk: revision for pk, (revision, _) in found.prices.items()},
        from_memory=len(wanted) - found.read,
        from_database=found.read,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    prices: Mapping[int, tuple[int, Prices | None]]  # {instrument: (revision, None: it was deleted)}
    read: int  # from the database


def _kept(
    kind: Kind, wanted: Mapping[int, int], read: Callable[[Iterable[int]], Mapping[int, tuple[int, Prices]]]
) -> _Found:
    kept = {pk: shelf.get((pk, revision, kind)) for pk, revision in wanted.items()}
    missing = [pk for pk, pack in kept.items() if pack is None]
    fresh = read(missing) if missing else {}
    counters.count(
        memory_hits=len(wanted) - len(missing),
        memory_misses=len(missing),
        database_hits=sum(bool(len(pack.days)) for _, pack in fresh.values()),
    )
    for pk, (revision, pack) in fresh.items():
        # Under the revision the same statement saw beside the bars, which need not be the one asked for: under that
        # one, closes of a later revision would be served for ever.
        shelf.put((pk, revision, kind), pack)
    return _Found(
        {pk: (wanted[pk], pack) if pack is not None else fresh.get(pk, (0, None)) for pk, pack in kept.items()},
        len(missing),
    )


def _columns(pack: Prices) -> list[np.ndarray]:
    return [getattr(pack, column.name) for column in fields(pack)]


def _size(pack: Prices) -> int:
    return sum(int(column.nbytes) for column in _columns(pack))
