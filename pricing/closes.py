"""Packed closes kept in a process's memory: a rebuild reads from the database only what has changed since the last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from . import counters
from .packed import EMPTY, Pack, revised_packs

KEPT_BYTES = (
    64 * 1024 * 1024
)  # half of what a worker takes anyway; 30 years of one instrument are 90 kB, so 700 of them

Key = tuple[int, int, bool]  # instrument, revision, adjusted


class Shelf:
    """The most recently used packs that fit into `most` bytes; for threads too."""

    def __init__(self, most: int) -> None:
        self.most, self.bytes = most, 0
        self._packs: OrderedDict[Key, Pack] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._packs)

    def get(self, key: Key) -> Pack | None:
        with self._lock:
            if key in self._packs:
                self._packs.move_to_end(key)
            return self._packs.get(key)

    def put(self, key: Key, pack: Pack) -> None:
        for column in (pack.days, pack.closes):
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
    wanted = dict(instruments)
    kept = {pk: shelf.get((pk, revision, adjusted)) for pk, revision in wanted.items()}
    missing = [pk for pk, pack in kept.items() if pack is None]
    read = revised_packs(missing, adjusted=adjusted) if missing else {}
    counters.count(
        memory_hits=len(wanted) - len(missing),
        memory_misses=len(missing),
        database_hits=sum(bool(len(pack.days)) for _, pack in read.values()),
    )
    for pk, (revision, pack) in read.items():
        # Under the revision the same statement saw beside the bars, which need not be the one asked for: under that
        # one, closes of a later revision would be served for ever.
        shelf.put((pk, revision, adjusted), pack)
    return {pk: pack or read.get(pk, (0, EMPTY))[1] for pk, pack in kept.items()}


def _size(pack: Pack) -> int:
    return int(pack.days.nbytes + pack.closes.nbytes)
