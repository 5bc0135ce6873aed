"""What the page about speed says: each measurement's latest figures, its aim, and its ratio over the saved runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from charts.series.sparkline import sparkline_points

from .models import PerfRun

SAVED = {"row", "name", "median_ms", "peers", "limit_ratio", "aim", "met"}  # of each row, at least
RUNS = 30  # the latest, that lines are drawn over
PRECISE_BELOW, TINY = 10, 0.1  # between them a ratio needs one decimal, above none, below three
# What each row measures (docs/perf.md); another version's rows are called by their number.
TITLES: dict[str, str | Promise] = {
    "1": gettext_lazy("Closes from the database and from memory"),
    "2": gettext_lazy("Histories into the database"),
    "3": gettext_lazy("One day of all instruments"),
    "4": gettext_lazy("Daily history of a large portfolio"),
    "5": gettext_lazy("Rebuilds after new prices"),
    "5a": gettext_lazy("Large portfolios after new prices"),
    "5b": gettext_lazy("Large portfolios after an edit"),
    "6": gettext_lazy("Totals of all portfolios after a tick"),
    "7": gettext_lazy("Pages from the server"),
    "8": gettext_lazy("A chart as it is sent"),
    "9": gettext_lazy("Requests for prices"),
    "e": gettext_lazy("Prices from a distant source"),
    "m": gettext_lazy("What counting costs"),
    "w": gettext_lazy("A week of the market"),
    "load": gettext_lazy("Many readers while prices change"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """So many times somebody's; `than` is empty for requests, which are counted."""

    value: float
    than: str

    @property
    def digits(self) -> int:
        if self.value >= PRECISE_BELOW or self.value == int(self.value):
            return 0
        return 1 if self.value >= TINY else 3


@dataclass(frozen=True, slots=True)
class Course:
    """One ratio over the saved runs, oldest first."""

    values: list[float]
    more_is_better: bool

    @property
    def points(self) -> str:
        """Of a polyline; empty for fewer than two runs."""
        return sparkline_points(self.values)

    @property
    def held(self) -> bool:
        """Whether the latest is as good as the first."""
        first, last = self.values[0], self.values[-1]
        return last >= first if self.more_is_better else last <= first

    @property
    def first(self) -> Figure:
        return Figure(self.values[0], "")

    @property
    def last(self) -> Figure:
        return Figure(self.values[-1], "")


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement as it was last found."""

    name: str
    median_ms: float | None
    figures: list[Figure]
    requests: Figure | None
    aim: str
    met: bool
    note: str
    at: datetime
    course: Course


@dataclass(frozen=True, slots=True)
class Group:
    row: str
    title: str | Promise
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class SavedRun:
    run: PerfRun
    measured: int
    missed: int  # aims


@dataclass(frozen=True, slots=True)
class Speed:
    groups: list[Group]
    runs: list[SavedRun]  # the latest first


def speed() -> Speed:
    """Of the latest saved runs; one query."""
    runs = list(PerfRun.objects.all()[:RUNS])
    seen: dict[tuple[str, str], list[tuple[datetime, Mapping[str, Any]]]] = {}
    for run in reversed(runs):
        for told in filter(_is_readable, run.rows):
            seen.setdefault((told["row"], told["name"]), []).append((run.at, told))
    groups: dict[str, list[Line]] = {}
    for (row, _name), found in seen.items():
        groups.setdefault(row, []).append(_line(found))
    order = list(TITLES)
    named = sorted(groups, key=lambda row: (order.index(row) if row in order else len(order), row))
    return Speed(
        [Group(row, TITLES.get(row, ""), groups[row]) for row in named],
        [SavedRun(run, len(run.rows), _missed(run.rows)) for run in runs],
    )


def _is_readable(told: Any) -> bool:
    """Whether it is a row as this version saves it: another one's may have other names."""
    if not isinstance(told, Mapping) or SAVED - told.keys() or not isinstance(told["peers"], Mapping):
        return False
    ratios = [*told["peers"].values(), *(told.get(name) or 0 for name in ("limit_ratio", "tail_ratio", "requests"))]
    return all(isinstance(ratio, int | float) for ratio in ratios)


def _missed(rows: Iterable[Any]) -> int:
    return sum(_is_readable(told) and not told["met"] for told in rows)


def _line(found: list[tuple[datetime, Mapping[str, Any]]]) -> Line:
    at, last = found[-1]
    requests = last.get("requests")
    return Line(
        name=last["name"],
        median_ms=last["median_ms"],
        figures=_figures(last),
        requests=None if requests is None else Figure(requests, ""),
        aim=last["aim"],
        met=last["met"],
        note=last.get("note", ""),
        at=at,
        course=_course(last, [told for _, told in found]),
    )


def _figures(told: Mapping[str, Any]) -> list[Figure]:
    peers = [Figure(ratio, name) for name, ratio in told["peers"].items()]
    limits = ((told["limit_ratio"], gettext("the limit")), (told.get("tail_ratio"), gettext("the limit, p99")))
    return [*peers, *(Figure(ratio, name) for ratio, name in limits if ratio is not None)]


def _course(last: Mapping[str, Any], runs: Iterable[Mapping[str, Any]]) -> Course:
    """Of the ratio to the first peer; where there is none, to the limit; where there is none, of the requests."""
    if last["peers"]:
        peer = next(iter(last["peers"]))
        return Course([told["peers"][peer] for told in runs if peer in told["peers"]], more_is_better=True)
    name = "requests" if last["limit_ratio"] is None else "limit_ratio"
    return Course([told[name] for told in runs if told.get(name) is not None], more_is_better=False)
