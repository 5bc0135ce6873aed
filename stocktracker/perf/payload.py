"""Row 8: a chart of twenty years and five series as it is sent, against the way of a data frame."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pandas as pd
from isal import igzip

from charts.series.encode import Series, encode
from charts.services.drawing import CENTS, GZIP_LEVEL

from .scenario import Size, closes, sessions
from .timing import Aim, Measurement, Peer

SIZE = Size(5, 0, 20)
PEER = "iterrows and json"
BITS = 8
NAMES = ("value", "paid_in", "index", "benchmark", "in_fund")


def ours(days: np.ndarray, rows: np.ndarray) -> bytes:
    series = {name: Series(row, CENTS) for name, row in zip(NAMES, rows, strict=True)}
    return igzip.compress(encode(days, series), GZIP_LEVEL, mtime=0)


def with_a_frame(days: np.ndarray, rows: np.ndarray) -> bytes:
    """An object for each day, as charts are often sent."""
    frame = pd.DataFrame(rows.T, columns=list(NAMES))
    frame["day"] = days
    points = [{"time": int(row["day"]), **{name: float(row[name]) for name in NAMES}} for _, row in frame.iterrows()]
    return gzip.compress(json.dumps(points).encode(), mtime=0)


def entropy(rows: np.ndarray) -> float:
    """Bytes that the differences of each series need at least, each coded by how often it occurs."""
    return sum(_entropy(np.diff(np.rint(row * CENTS).astype(np.int64))) for row in rows) / BITS


def _entropy(values: np.ndarray) -> float:
    """Bits."""
    _, counts = np.unique(values, return_counts=True)
    shares = counts / counts.sum()
    return float(-(shares * np.log2(shares)).sum() * len(values))


def measurement(size: Size = SIZE) -> Measurement:
    rows = closes(size, seed=8)
    days = np.array([day.toordinal() for day in sessions(size.years)])

    def note() -> str:
        sent, frame, least = len(ours(days, rows)), len(with_a_frame(days, rows)), entropy(rows)
        return f"{sent / 1000:.1f} kB, {sent / least:.2f} × the entropy, {frame / sent:.1f} × smaller than the frame's"

    return Measurement(
        row="8",
        name=f"chart of {size.years} years × {size.holdings} series, packed",
        work=lambda: ours(days, rows),
        aim=Aim({PEER: 350.0}),
        peers={PEER: Peer(lambda: with_a_frame(days, rows), turns=3)},
        note=note,
    )
