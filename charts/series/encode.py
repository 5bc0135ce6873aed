"""Series as a compact JSON: whole numbers, each as its difference from the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import orjson

LARGEST = 2.0**62  # of what is written: the difference of two fits into 64 bits


@dataclass(frozen=True, slots=True)
class Series:
    values: np.ndarray  # float64, one per day; NaN is null
    scale: int  # values are kept to 1/scale: 100 for cents
    of: str = ""  # whose it is, if not the portfolio's: a benchmark's symbol


def encode(days: np.ndarray, series: Mapping[str, Series]) -> bytes:
    """{"t": [first, +, + …], "series": {name: {"scale": s, "d": [first, +, + …]}}}; days since 1970-01-01.

    A series ends where it first becomes undefined, or larger than 64 bits; one of a benchmark's says so: "of".
    """
    parts = {
        name: {"scale": one.scale, "d": _whole(one)} | ({"of": one.of} if one.of else {})
        for name, one in series.items()
    }
    return orjson.dumps({"t": _deltas(days), "series": parts}, option=orjson.OPT_SERIALIZE_NUMPY)


def _whole(series: Series) -> np.ndarray:
    undefined = np.flatnonzero(~(np.abs(series.values) < LARGEST / series.scale))
    defined = series.values[: undefined[0]] if len(undefined) else series.values
    return _deltas(np.rint(defined * series.scale).astype(np.int64))


def _deltas(values: np.ndarray) -> np.ndarray:
    return np.diff(values.astype(np.int64), prepend=np.int64(0))


def tag(payload: bytes) -> str:
    """An ETag: the same payload has the same, any other has another."""
    return f'"{hashlib.sha256(payload).hexdigest()[:20]}"'
