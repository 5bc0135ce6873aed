"""Jobs in the reader's words: how long something took, what came out of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from stocktracker.formats import separated

MOST_NAMED = 8  # entries of a list that are named; the others are counted
MILLISECONDS = 1_000  # of a second
MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
TENTHS_BELOW = 10  # seconds
RESULTS = (  # what jobs count, as they store it
    "bars", "behind", "changed", "days", "days kept", "dividends", "failed parts", "forgotten", "found", "gaps",
    "given up", "holdings", "in turn", "instruments", "missing", "new", "parts", "problem", "problems", "refused",
    "sector", "sent", "splits", "updated", "waiting_for", "why_not",
)  # fmt: skip


def lasted(seconds: float | None) -> str:
    """40 ms, 1.8 s, 45 s, 2 min 05 s, 3 h 05 min, 2 days; nothing for None."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{max(round(seconds * MILLISECONDS), 1)} ms"
    return separated(f"{seconds:.1f} s") if seconds < TENTHS_BELOW else _clock(round(seconds))


def _clock(seconds: int) -> str:
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min {seconds % MINUTE:02d} s"
    if seconds < DAY:
        return f"{seconds // HOUR} h {seconds % HOUR // MINUTE:02d} min"
    days = seconds // DAY
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def between(began: datetime | None, ended: datetime | None) -> str:
    """How long; nothing where one of them is not known, or they are of two attempts."""
    return lasted((ended - began).total_seconds()) if began and ended and ended >= began else ""


def of_parts(ended: int, parts: int, failed: int) -> str:
    """37 of 120 parts, 2 failed."""
    told = ngettext("%(ended)s of %(n)s part", "%(ended)s of %(n)s parts", parts) % {"ended": ended, "n": parts}
    return gettext("%(parts)s, %(n)s failed") % {"parts": told, "n": failed} if failed else told


def result_in_words(result: Any) -> str:
    """{"gaps": 2, "missing": []} → gaps 2 · missing 0."""
    return " · ".join(f"{name} {_counted(value)}" for name, value in _entries(result))


def result_as_facts(result: Any) -> list[tuple[str, str]]:
    """{"gaps": 2, "missing": ["A", "B"]} → Gaps: 2; Missing: 2: A, B."""
    return [(_capital(name), _named(value)) for name, value in _entries(result)]


def _entries(result: Any) -> Iterator[tuple[str, Any]]:
    """Those that say something; a result of another version may be no object at all."""
    if isinstance(result, dict):
        yield from ((_called(str(name)), value) for name, value in result.items() if value not in (None, ""))


def _called(name: str) -> str:
    return gettext(name) if name else ""


def _counted(value: Any) -> Any:
    return len(value) if isinstance(value, list | dict) else _plain(value)


def _named(value: Any) -> str:
    if not isinstance(value, list | dict) or not value:
        return str(_counted(value))
    entries = [f"{name} {_plain(told)}" for name, told in value.items()] if isinstance(value, dict) else value
    named = ", ".join(str(entry) for entry in entries[:MOST_NAMED])
    if len(entries) <= MOST_NAMED:
        return f"{len(entries)}: {named}"
    more = {"n": len(entries), "named": named, "more": len(entries) - MOST_NAMED}
    return gettext("%(n)s: %(named)s and %(more)s more") % more


def _plain(value: Any) -> Any:
    if not isinstance(value, bool):
        return value
    return gettext("yes") if value else gettext("no")


def _capital(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
