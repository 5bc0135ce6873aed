"""What a check says: all right, a warning, or an error, always about something that can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"  # it works, and will hurt some day
    ERROR = "error"  # it does not work, or is open to strangers


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    about: str  # a variable, or the server it names
    text: str

    def __str__(self) -> str:
        return f"{self.level:<8} {self.about}: {self.text}"


def ok(about: str, text: str) -> Finding:
    return Finding(Level.OK, about, text)


def warning(about: str, text: str) -> Finding:
    return Finding(Level.WARNING, about, text)


def error(about: str, text: str) -> Finding:
    return Finding(Level.ERROR, about, text)
