"""Outcomes and costs in words, for a terminal and for a document."""

from __future__ import annotations

from collections.abc import Sequence

from .effects import Tally
from .overhead import Cost
from .runs import Outcome
from .visitor import Seen

HEADS = ("fault", "asked", "lost", "doubled", "a new job done", "all done", "pages", "slowest look, booking")
PLAIN_HEADS = ("acks_late: lost, doubled", "default: lost, doubled")


def outcomes(rows: Sequence[Outcome]) -> str:
    """A table of Markdown; remarks below it."""
    plain = any(row.plain for row in rows)
    heads = (*HEADS, *PLAIN_HEADS) if plain else HEADS
    lines = [heads, tuple("---" for _ in heads), *(_cells(row, plain=plain) for row in rows)]
    remarks = [f"{row.fault}: {'; '.join(row.notes)}" for row in rows if row.notes]
    return "\n".join([*(f"| {' | '.join(cells)} |" for cells in lines), "", *remarks])


def _cells(row: Outcome, *, plain: bool) -> tuple[str, ...]:
    ours = row.ours
    cells = (
        row.title,
        f"{ours.asked}{_refused(ours)}",
        str(ours.lost),
        str(ours.doubled),
        _seconds(row.answered_after),
        _seconds(row.recovered_after),
        _pages(row.pages),
        f"{row.pages.slowest_look_ms:.0f}, {row.pages.slowest_booking_ms:.0f} ms",
    )
    return (*cells, *(_lost(tally) for tally in row.plain.values())) if plain else cells


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} s"


def _pages(seen: Seen) -> str:
    if not seen.failed:
        return f"{seen.answered} of {seen.answered}"
    return f"{seen.answered} of {seen.answered + seen.failed} ({', '.join(sorted(seen.failures))})"


def _lost(tally: Tally) -> str:
    return f"{tally.lost}, {tally.doubled} of {tally.asked}{_refused(tally)}"


def _refused(tally: Tally) -> str:
    return f" ({tally.refused} refused)" if tally.refused else ""


def costs(rows: Sequence[Cost]) -> str:
    return "\n".join(f"| {row.what} | {_rounded(row.value)} {row.unit} | {row.note} |" for row in rows)


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"  # noqa: PLR2004 — three digits are enough
