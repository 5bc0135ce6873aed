"""What the readers met, as lines of the table with the four criteria of the load test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stocktracker.perf.result import Result

from .plan import DASHBOARD, Asked, Clients, merged

ROW = "load"
SLOWEST_MS = 3_000  # for 99 % of all dashboards
MOST_REQUESTS = 100  # to the source, for a page
LEAST_HITS, MOST_ERRORS = 0.95, 0.01


@dataclass(frozen=True, slots=True)
class Work:
    """What was done while they read, and for them."""

    sent: Mapping[str, int]  # requests to the source, by kind
    by_workers: int  # those that jobs had to make which no person asked for
    hit_rate: float | None  # of all prices asked for, the share no source had to be asked for
    rebuilds: int
    surprises: tuple[str, ...]  # processes that ended by themselves

    @property
    def by_pages(self) -> int:
        return sum(self.sent.values()) - self.by_workers


@dataclass(frozen=True, slots=True)
class Met:
    clients: Clients
    seconds: float
    empty_ms: float  # the server's emptiest view, before
    asked: Mapping[str, Asked]  # by kind of page
    busy: Mapping[str, float]  # processors kept busy on average, by whom
    memory_mb: Mapping[str, float | None]
    work: Work


def told(met: Met) -> Iterator[Result]:
    together = merged(list(met.asked.values()))
    yield _times(met, "all pages", together, note=_busy(met.busy))
    yield from (_times(met, kind, asked) for kind, asked in met.asked.items() if asked.count)
    yield _upstream(met, together.count)
    yield _hits(met)
    yield _errors(met, together)
    yield _memory(met)


def _times(met: Met, kind: str, asked: Asked, note: str = "") -> Result:
    p99 = asked.percentile(0.99)
    aimed = kind == DASHBOARD
    parts = [
        f"{asked.count / met.seconds:.1f} a second",
        f"p95 {asked.percentile(0.95):,.0f} ms",
        f"p99 {p99:,.0f} ms",
        f"{asked.errors} of {asked.count:,} wrong{_why(asked)}",
        note,
    ]
    return Result(
        row=ROW,
        name=_name(kind, met),
        median_ms=asked.percentile(0.5),
        peers={},
        limit_ratio=asked.percentile(0.5) / met.empty_ms,
        aim=f"p99 < {SLOWEST_MS:,} ms" if aimed else "",
        met=not aimed or 0 < p99 < SLOWEST_MS,
        note=", ".join(filter(None, parts)),
        tail_ratio=p99 / met.empty_ms,
    )


def _upstream(met: Met, pages: int) -> Result:
    each = met.work.by_pages / max(pages, 1)
    kinds = ", ".join(f"{count} {kind}" for kind, count in met.work.sent.items())
    return _count(
        met,
        "requests to the source a page",
        f"< {MOST_REQUESTS} requests",
        met=each < MOST_REQUESTS,
        note=f"{met.work.by_pages} for {pages:,} pages; {met.work.by_workers} of all ({kinds}) for workers' own jobs",
        requests=each,
    )


def _hits(met: Met) -> Result:
    rate = met.work.hit_rate
    told = "–" if rate is None else f"{rate:.2%}"
    return _count(
        met, "prices found here", f"> {LEAST_HITS:.0%}", met=rate is not None and rate > LEAST_HITS, note=told
    )


def _errors(met: Met, together: Asked) -> Result:
    rate = together.errors / max(together.count, 1)
    return _count(
        met,
        "errors",
        f"< {MOST_ERRORS:.0%}",
        met=rate < MOST_ERRORS and not met.work.surprises,
        note=", ".join(
            [
                f"{rate:.2%} of {together.count:,}{_why(together)}",
                f"{met.work.rebuilds} rebuilds",
                *(f"{name} ended by itself" for name in met.work.surprises),
            ]
        ),
    )


def _memory(met: Met) -> Result:
    each = [f"{name} {size:,.0f} MB" for name, size in met.memory_mb.items() if size is not None]
    return _count(met, "memory in the end", "", met=True, note=", ".join(each))


def _count(met_: Met, kind: str, aim: str, *, met: bool, note: str, requests: float | None = None) -> Result:
    return Result(
        row=ROW, name=_name(kind, met_), median_ms=None, peers={}, limit_ratio=None, aim=aim, met=met, note=note,
        requests=requests,
    )  # fmt: skip


def _name(kind: str, met: Met) -> str:
    return f"{kind}, {met.clients.name}"


def _why(asked: Asked) -> str:
    return f" ({', '.join(f'{why}: {count}' for why, count in asked.wrong.items())})" if asked.wrong else ""


def _busy(busy: Mapping[str, float]) -> str:
    return "processors busy: " + ", ".join(f"{name} {share:.2f}" for name, share in busy.items())
