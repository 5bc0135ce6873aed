"""What a computed answer has otherwise than a published one."""

from __future__ import annotations

from typing import Any

TOLERANCE = 0.005


def differences(expected: Any, computed: Any, tolerance: Any, path: str = "") -> list[str]:
    """By name; figures that were not published are not looked at. A tolerance may be an object, one for each figure.

    Of trades all are published: a closed lot too many differs too.
    """
    if path == "trades" and len(computed or []) != len(expected):
        return [f"{path}: {len(computed or [])} of them instead of {len(expected)}"]
    match expected:
        case dict():
            found = []
            for name, value in expected.items():
                own = (computed or {}).get(name)
                found += differences(value, own, _own(tolerance, name), f"{path}.{name}".strip("."))
            return found
        case [dict(), *_] as rows:
            found = []
            for number, row in enumerate(rows):
                where = f"{path}[{row.get('symbol', number)}]"
                found += differences(row, _matching(row, computed, number, path), tolerance, where)
            return found
        case int() | float() if not isinstance(expected, bool):
            margin = TOLERANCE if isinstance(tolerance, dict) else tolerance
            good = computed is not None and abs(computed - expected) <= margin
        case _:
            good = computed == expected
    return [] if good else [f"{path}: {computed} instead of {expected}"]


def _own(tolerance: Any, name: str) -> Any:
    """That of this figure; those of the figures inside it stay together."""
    return tolerance.get(name, tolerance) if isinstance(tolerance, dict) else tolerance


def _matching(row: dict[str, Any], computed: list[dict[str, Any]], number: int, path: str) -> dict[str, Any] | None:
    """A holding by its symbol and account, a trade by its place in the list."""
    if path == "trades":
        return computed[number] if number < len(computed) else None
    fitting = (
        own
        for own in computed
        if own["symbol"] == row["symbol"] and row.get("account", own["account"]) == own["account"]
    )
    return next(fitting, None)
