"""The two idioms for time series: merge() writes bars in bulk, packs() reads closes as arrays.

merge: numpy → COPY BINARY into a kept temporary table → one upsert that touches only rows that differ; a first history
goes straight into the table (measured: in two thirds of the time).
packs: PostgreSQL packs each instrument's column into one bytea, numpy reads it without parsing; bars likewise.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.errors import UniqueViolation

from .market.bars import RECORD

COLUMNS = "instrument_id, session, open, high, low, close, adjusted_close, volume"
_EPOCH_2000 = 10_957  # PostgreSQL's dates count from 2000-01-01

_NAMES = ("instrument", "session", "open", "high", "low", "close", "adjusted_close", "volume")
_WIRE = np.dtype(  # one row of COPY BINARY: field count, then length and value of each field, big-endian
    [("fields", ">i2")]
    + [part for name in _NAMES for part in ((f"{name}_length", ">i4"), (name, RECORD[name].newbyteorder(">")))]
)
_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_TRAILER = struct.pack(">h", -1)

_HAS_BARS = "SELECT EXISTS (SELECT FROM pricing_bar WHERE instrument_id = %s)"
_STAGE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS bar_stage ON COMMIT DELETE ROWS AS
SELECT {COLUMNS} FROM pricing_bar WHERE false
"""  # noqa: S608 — no value is spliced in, only our own column names
# Sorted by key, so that two workers merging the same instruments wait for each other instead of locking up.
_UPSERT = f"""
INSERT INTO pricing_bar AS bar ({COLUMNS})
SELECT DISTINCT ON (instrument_id, session) {COLUMNS} FROM bar_stage ORDER BY instrument_id, session
ON CONFLICT (instrument_id, session) DO UPDATE SET open = excluded.open, high = excluded.high, low = excluded.low,
  close = excluded.close, adjusted_close = excluded.adjusted_close, volume = excluded.volume
WHERE (bar.open, bar.high, bar.low, bar.close, bar.adjusted_close, bar.volume) IS DISTINCT FROM
  (excluded.open, excluded.high, excluded.low, excluded.close, excluded.adjusted_close, excluded.volume)
RETURNING instrument_id
"""  # noqa: S608 — likewise


def wire(bars: np.ndarray) -> bytes:
    """RECORD rows as COPY BINARY wants them, in the order of COLUMNS."""
    rows = np.zeros(len(bars), dtype=_WIRE)
    rows["fields"] = len(_NAMES)
    for name in _NAMES:
        rows[name] = bars[name] - _EPOCH_2000 if name == "session" else bars[name]
        rows[f"{name}_length"] = _WIRE[name].itemsize
    return _HEADER + rows.tobytes() + _TRAILER


def merge(bars: np.ndarray) -> dict[int, int]:
    """Upserts RECORD rows; {instrument id: rows that were new or differed}. Joins the caller's transaction."""
    if not len(bars):
        return {}
    instruments = np.unique(bars["instrument"]).tolist()
    with transaction.atomic(), connection.cursor() as cursor:
        if len(instruments) == 1 and _is_first_history(cursor, instruments[0], bars):
            return {instruments[0]: len(bars)}
        return _upserted(cursor, bars)


def _is_first_history(cursor: CursorWrapper, instrument: int, bars: np.ndarray) -> bool:
    """Whether it was one: then it is stored, else nothing is."""
    cursor.execute(_HAS_BARS, [instrument])
    if cursor.fetchone()[0]:
        return False
    try:
        with transaction.atomic():
            in_order = bars[np.argsort(bars["session"])]  # as the upsert's: nobody waits for one who waits for him
            cursor.copy_expert(f"COPY pricing_bar ({COLUMNS}) FROM STDIN BINARY", io.BytesIO(wire(in_order)))
    except UniqueViolation:  # another worker was quicker, or a session is stated twice
        return False
    return True


def _upserted(cursor: CursorWrapper, bars: np.ndarray) -> dict[int, int]:
    cursor.execute(_STAGE)
    cursor.copy_expert(f"COPY bar_stage ({COLUMNS}) FROM STDIN BINARY", io.BytesIO(wire(bars)))
    cursor.execute(f"WITH changed AS ({_UPSERT}) SELECT instrument_id, count(*) FROM changed GROUP BY 1")  # noqa: S608 — no value is spliced in, only the statement above
    changed = dict(cursor.fetchall())
    cursor.execute("TRUNCATE bar_stage")  # the caller's transaction may merge again
    return changed


@dataclass(frozen=True, slots=True)
class Pack:
    """One instrument's closes: `days` since 1970-01-01 (int32, ascending) and prices (float64), equally long."""

    days: np.ndarray
    closes: np.ndarray


# Instrument by instrument, along the primary key: no sort, and its revision belongs to exactly these bars.
_PACK = """
SELECT instrument.id, instrument.revision, bars.days, bars.closes
FROM pricing_instrument AS instrument CROSS JOIN LATERAL (
  SELECT string_agg(int4send(session - DATE '1970-01-01'), ''::bytea ORDER BY session) AS days,
         string_agg(float8send({column}), ''::bytea ORDER BY session) AS closes
  FROM pricing_bar WHERE instrument_id = instrument.id
) AS bars WHERE instrument.id = ANY(%s)
"""
EMPTY = Pack(np.empty(0, dtype=np.int32), np.empty(0))


def packs(instruments: Iterable[int], *, adjusted: bool = False) -> Mapping[int, Pack]:
    """{instrument id: Pack}; every id asked for is there, without bars as an empty Pack. One query."""
    wanted = list(instruments)
    found = revised_packs(wanted, adjusted=adjusted)
    return {pk: found[pk][1] if pk in found else EMPTY for pk in wanted}


def revised_packs(instruments: Iterable[int], *, adjusted: bool = False) -> dict[int, tuple[int, Pack]]:
    """{instrument id: (the revision these closes are of, Pack)} of those that exist. One query, one snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(_PACK.format(column="adjusted_close" if adjusted else "close"), [list(instruments)])
        return {pk: (revision, _unpacked(days, closes)) for pk, revision, days, closes in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Bars:
    """One instrument's whole history: `days` since 1970-01-01 (int32, ascending), prices (float64), equally long.

    Open and close as stored, split-adjusted; `adjusted` closes are dividend-adjusted too.
    """

    days: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    adjusted: np.ndarray

    @property
    def adjusted_opens(self) -> np.ndarray:
        """On the scale of the adjusted closes: a day's factor is that of its close."""
        opens: np.ndarray = self.opens * (self.adjusted / self.closes)
        return opens


# Along the primary key as above: three columns of one row cost little more than one.
_BARS = """
SELECT instrument.id, instrument.revision, bars.days, bars.opens, bars.closes, bars.adjusted
FROM pricing_instrument AS instrument CROSS JOIN LATERAL (
  SELECT string_agg(int4send(session - DATE '1970-01-01'), ''::bytea ORDER BY session) AS days,
         string_agg(float8send(CASE WHEN open > 0 THEN open ELSE close END), ''::bytea ORDER BY session) AS opens,
         string_agg(float8send(close), ''::bytea ORDER BY session) AS closes,
         string_agg(float8send(adjusted_close), ''::bytea ORDER BY session) AS adjusted
  FROM pricing_bar WHERE instrument_id = instrument.id AND close > 0
) AS bars WHERE instrument.id = ANY(%s)
"""
NO_BARS = Bars(EMPTY.days, EMPTY.closes, EMPTY.closes, EMPTY.closes)


def revised_bars(instruments: Iterable[int]) -> dict[int, tuple[int, Bars]]:
    """{instrument id: (the revision these bars are of, Bars)} of those that exist. One query, one snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(_BARS, [list(instruments)])
        return {
            pk: (revision, Bars(_days(days), *(_floats(column) for column in columns)) if days else NO_BARS)
            for pk, revision, days, *columns in cursor.fetchall()
        }


def _unpacked(days: memoryview | None, closes: memoryview | None) -> Pack:
    if days is None or closes is None:
        return EMPTY
    return Pack(_days(days), _floats(closes))


def _days(column: memoryview) -> np.ndarray:
    return np.frombuffer(column, dtype=">i4").astype(np.int32)


def _floats(column: memoryview) -> np.ndarray:
    return np.frombuffer(column, dtype=">f8").astype(float)
