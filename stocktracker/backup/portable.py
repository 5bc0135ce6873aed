"""How one person's files are laid out in a zip, and how what is read from it is checked before anybody believes it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from zipfile import ZipFile

from django.utils.text import slugify

from portfolios.accounting.importers.native import ROWS_AT_MOST

from .files import UNREADABLE

FORMAT = 1
ABOUT, PREFERENCES, WATCHLIST, ALERTS = "about.json", "preferences.json", "watchlist.json", "alerts.json"
LABELS, INSTRUMENTS, CORRECTIONS = "labels.json", "instruments.json", "corrections.json"
STRATEGIES = "strategies.json"
PORTFOLIO, REPORT, TRANSACTIONS = "portfolio.json", "report.json", "transactions.csv"
LARGEST = 500_000_000  # bytes unpacked: more is no person's portfolios
PLAIN_NAME = re.compile(r"\w[\w.@+-]*")
TRANSACTION_FILES = r"transactions(-\d+)?\.csv"

LARGEST_NUMBER = 16  # digits before the point: more than any field holds

T = TypeVar("T")


class ExportError(Exception):
    """Why files cannot be written or taken over, as a sentence that names the file."""


def folder_of(username: str, pk: int) -> str:
    """A folder's name that is the same on every system; the real name is in ABOUT."""
    return username if PLAIN_NAME.fullmatch(username) else f"user~{pk}"  # which no plain name is


def folder_of_portfolio(number: int, name: str) -> str:
    return f"portfolios/{number:02}-{slugify(name)[:40] or 'portfolio'}"


def parts_of(count: int) -> list[tuple[str, slice]]:
    """[(file, which rows)]: one file holds as many as an import reads."""
    starts = range(0, max(count, 1), ROWS_AT_MOST)
    named = (
        (TRANSACTIONS if not start else f"transactions-{start // ROWS_AT_MOST + 1}.csv", start) for start in starts
    )
    return [(name, slice(start, start + ROWS_AT_MOST)) for name, start in named]


def as_json(values: Any) -> str:
    """Decimals and dates as text, so that nothing is lost."""
    return json.dumps(values, indent=1, ensure_ascii=False, default=_text)


def _text(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True, slots=True)
class Files:
    """One person's folder in a zip."""

    packed: ZipFile
    folder: str

    def named(self, pattern: re.Pattern[str]) -> list[str]:
        """Paths below the folder that match, the first part first."""
        own = [
            name.removeprefix(f"{self.folder}/")
            for name in self.packed.namelist()
            if name.startswith(f"{self.folder}/")
        ]
        return sorted((name for name in own if pattern.fullmatch(name)), key=lambda name: (len(name), name))

    def bytes(self, name: str) -> bytes:
        try:
            return self.packed.read(f"{self.folder}/{name}")
        except KeyError as error:
            raise ExportError(f"{name} is missing.") from error
        except UNREADABLE as error:
            raise ExportError(f"{name} cannot be read: {error}.") from error

    def json(self, name: str, kind: Callable[[Any], T], *, missing: T | None = None) -> T:
        """What the file says, as a list or a dict. Raises ExportError."""
        if missing is not None and f"{self.folder}/{name}" not in self.packed.namelist():
            return missing
        try:
            told = json.loads(self.bytes(name))
        except (ValueError, RecursionError) as error:
            raise ExportError(f"{name} is not readable: {error}.") from error
        if not isinstance(told, dict if kind is dict else list):
            raise ExportError(f"{name} should be a JSON {'object' if kind is dict else 'list'}.")
        return kind(told)


@dataclass(frozen=True, slots=True)
class Fields:
    """One object of a JSON file; whatever is wrong with it is said with the file's name."""

    where: str
    told: Mapping[str, Any]

    def text(self, name: str, longest: int, default: str | None = None) -> str:
        value = self.told.get(name, default)
        if not isinstance(value, str) or len(value) > longest or "\0" in value:
            raise ExportError(f"{self.where}: {name} should be a text of {longest} characters at most.")
        return value

    def flag(self, name: str) -> bool:
        return self.told.get(name) is True

    def texts(self, name: str) -> list[str]:
        value = self.told.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ExportError(f"{self.where}: {name} should be a list of texts.")
        return value

    def number(self, name: str) -> Decimal:
        try:
            value = Decimal(str(self.told[name]))
        except (KeyError, InvalidOperation) as error:
            raise ExportError(f"{self.where}: {name} should be a number.") from error
        if not value.is_finite() or abs(value.adjusted()) > LARGEST_NUMBER:
            raise ExportError(f"{self.where}: {name} should be a number.")
        return value

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(str(self.told.get(name)))
        except ValueError as error:
            raise ExportError(f"{self.where}: {name} should be a date like 2024-03-28.") from error


def objects(where: str, told: list[Any]) -> list[Fields]:
    """Each with the place it stands at."""
    for number, one in enumerate(told, 1):
        if not isinstance(one, dict):
            raise ExportError(f"{where}: entry {number} should be a JSON object.")
    return [Fields(f"{where}, entry {number}", one) for number, one in enumerate(told, 1)]
