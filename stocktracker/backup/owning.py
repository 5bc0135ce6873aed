"""A person's own instruments, taken over from files: under their symbols, or others where those are somebody else's."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from math import inf

from django.contrib.auth.models import User

from pricing.models import NAME_LENGTH, Correction, Instrument
from pricing.services.fixes import EASTERNMOST, FixError
from pricing.services.manual import PREFIX, create
from stocktracker.jobs.services import enqueue

from .portable import INSTRUMENTS, ExportError, Fields, Files, objects

LONGEST = 28  # characters of a symbol that leave room for a number


def take_own(files: Files, user: User, now: datetime) -> dict[str, str]:
    """{symbol in the files: symbol here}, each with its prices; a job lays them out as bars. Raises ExportError."""
    renamed = {}
    for one in objects(INSTRUMENTS, files.json(INSTRUMENTS, list, missing=[])):
        symbol = one.text("symbol", 32)
        here = _instrument(one, symbol, user)
        renamed[symbol] = here.symbol
        _take_prices(files, symbol, here, user, now)
    return renamed


def _instrument(one: Fields, symbol: str, user: User) -> Instrument:
    """The one this person has already in that currency, else a new one under the first symbol that is free."""
    currency = one.text("currency", 3)
    own = Instrument.objects.filter(symbol=symbol, status=Instrument.Status.MANUAL, entered_by=user).first()
    if own is not None and own.currency == currency:
        return own
    if not symbol.startswith(PREFIX):
        raise ExportError(f"{one.where}: «{symbol}» is no symbol of one's own; those begin with {PREFIX}.")
    free, number = symbol, 1
    while Instrument.objects.filter(symbol=free).exists():
        number += 1
        free = f"{symbol[:LONGEST]}-{number}"
    try:
        return create(free, one.text("name", NAME_LENGTH, ""), currency, user)
    except FixError as error:
        raise ExportError(f"{one.where}: {error}") from error


def _take_prices(files: Files, symbol: str, here: Instrument, user: User, now: datetime) -> None:
    name = f"prices/{symbol}.csv"
    if f"{files.folder}/{name}" not in files.packed.namelist():
        return
    reader = csv.DictReader(io.StringIO(files.bytes(name).decode("utf-8", errors="replace")))
    try:
        lines = [Fields(f"{name}, line {number}", row) for number, row in enumerate(reader, 2)]
    except csv.Error as error:
        raise ExportError(f"{name}, line {reader.line_num}: {error}.") from error
    rows = [
        Correction(instrument=here, session=one.day("date"), close=_close(one), entered_at=now, entered_by=user)
        for one in lines
    ]
    for one, row in zip(lines, rows, strict=True):
        if row.session > (now + EASTERNMOST).date():
            raise ExportError(f"{one.where}: {row.session} has not come yet.")
    Correction.objects.bulk_create(rows, ignore_conflicts=True)  # what is entered here already is better known
    if rows:
        enqueue("stocktracker.correct", priority=1, requested_by_id=user.pk, symbol=here.symbol)


def _close(one: Fields) -> float:
    close = float(one.number("close"))
    if not 0 < close < inf:
        raise ExportError(f"{one.where}: close should be above zero.")
    return close
