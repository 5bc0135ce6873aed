"""What a backup says of itself: of which version and market, when it was made, and the digest of each table's file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

NAME = "manifest.json"
FORMAT = 1


class BackupError(Exception):
    """Why a backup cannot be made or used, as a sentence."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table, stored as `tables/<name>.csv` with these columns in this order."""

    name: str
    columns: list[str]
    rows: int
    sha256: str  # of the file, unpacked

    @property
    def path(self) -> str:
        return path_of(self.name)


@dataclass(frozen=True, slots=True)
class Manifest:
    version: str  # of the product
    market: str  # live or simulated
    made_at: datetime
    migrations: list[tuple[str, str]]  # (app, name) that were applied, sorted
    with_prices: bool
    tables: list[TableFile]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def written(self) -> str:
        facts = asdict(self) | {"format": FORMAT, "product": "MyStockTracker", "made_at": self.made_at.isoformat()}
        return json.dumps(facts, indent=1)

    @classmethod
    def read(cls, text: str | bytes) -> Self:
        """Raises BackupError for what is none of ours."""
        try:
            told: dict[str, Any] = json.loads(text)
            if told["product"] != "MyStockTracker" or told["format"] > FORMAT:
                raise BackupError(f"This is a backup of the format {told['format']}; this version reads {FORMAT}.")
            return cls(
                version=str(told["version"]),
                market=str(told["market"]),
                made_at=datetime.fromisoformat(told["made_at"]),
                migrations=[(str(app), str(name)) for app, name in told["migrations"]],
                with_prices=bool(told["with_prices"]),
                tables=[_table(table) for table in told["tables"]],
            )
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise BackupError(f"Its {NAME} is not readable ({error}): this file is no backup.") from error


def _table(told: dict[str, Any]) -> TableFile:
    columns = [str(column) for column in told["columns"]]
    return TableFile(str(told["name"]), columns, int(told["rows"]), str(told["sha256"]))


def path_of(table: str) -> str:
    return f"tables/{table}.csv"


def why_not(manifest: Manifest, *, version: str, market: str, known: Iterable[tuple[str, str]]) -> str | None:
    """The sentence that refuses a backup this code and this deployment cannot take over."""
    if is_newer(manifest.version, version):
        return (
            f"The backup was made by version {manifest.version}, and this is {version}. Restore it with that version "
            "or a newer one."
        )
    if unknown := sorted(set(manifest.migrations) - set(known)):
        app, name = unknown[0]
        return f"The backup knows the migration {app}.{name}, which this version does not. Restore it with a newer one."
    if manifest.market != market:
        return (
            f"The backup holds {manifest.market} prices, but this deployment is for {market} ones. They are never "
            f"mixed: set MARKET={manifest.market} (bin/manage --live is for live ones)."
        )
    return None


def is_newer(one: str, other: str) -> bool:
    return _numbers(one) > _numbers(other)


def _numbers(version: str) -> list[int]:
    return [int(part) if part.isdecimal() else 0 for part in version.split(".")]
