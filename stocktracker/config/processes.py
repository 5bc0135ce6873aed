"""How many connections and how much memory the processes will take, held against what there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .findings import Finding, error, ok, warning

# Measured with the demo in use (docs/operations.md): megabytes, pages that are shared counted once.
WEB_MB, WORKER_PARENT_MB, WORKER_CHILD_MB, BEAT_MB = 85, 65, 130, 75
LAST_PORT = 65_535
SPARE = 3  # connections for a release, a command, somebody who looks


@dataclass(frozen=True, slots=True)
class Sizes:
    web: int  # processes
    threads: int  # of each
    worker: int  # child processes

    @property
    def connections(self) -> int:
        """A session for each thread of web that works, each child of a worker and its parent, and beat."""
        return self.web * (self.threads + 1) + self.worker + 1 + 1

    @property
    def megabytes(self) -> int:
        return self.web * WEB_MB + WORKER_PARENT_MB + self.worker * WORKER_CHILD_MB + BEAT_MB


def connections(sizes: Sizes, *, limit: int, taken: int) -> Finding:
    """`limit`: what this role may open in all; `taken`: by others, now."""
    wanted = sizes.connections + SPARE
    left = limit - taken
    counted = (
        f"{sizes.web} web × {sizes.threads} threads and {sizes.worker} worker processes open up to {sizes.connections}"
    )
    if wanted > left:
        return warning(
            "DATABASE_URL",
            f"{counted} connections, and {left} of {limit} are free: lower WEB_CONCURRENCY, WEB_THREADS or "
            "WORKER_CONCURRENCY, or take a larger plan.",
        )
    return ok("DATABASE_URL", f"{counted} of {limit} connections.")


def memory(sizes: Sizes, megabytes: int | None) -> Finding:
    """Of this machine or container; on a platform each process has its own."""
    about = "WORKER_CONCURRENCY"
    if megabytes is None:
        return ok(about, f"all processes together take about {sizes.megabytes} MB; how much there is, is not known.")
    worker = WORKER_PARENT_MB + sizes.worker * WORKER_CHILD_MB
    if worker > megabytes:
        return warning(
            about,
            f"a worker of {sizes.worker} processes takes about {worker} MB, and there are {megabytes}: set "
            f"WORKER_CONCURRENCY={max(1, (megabytes - WORKER_PARENT_MB) // WORKER_CHILD_MB)}.",
        )
    return ok(about, f"all processes together take about {sizes.megabytes} MB; here are {megabytes}.")


def ports(named: Mapping[str, int]) -> Finding:
    for name, port in named.items():
        if not 0 < port <= LAST_PORT:
            return error(name, f"{port} is no port: write a number from 1 to {LAST_PORT}.")
    return ok("PORT", f"{named['PORT']}.")


def web_sizes(sizes: Sizes) -> Finding:
    for name, count in {"WEB_CONCURRENCY": sizes.web, "WEB_THREADS": sizes.threads}.items():
        if count < 1:
            return error(name, f"{count} answer nobody: set 1 or more.")
    return ok("WEB_CONCURRENCY", f"{sizes.web} processes of {sizes.threads} threads.")


def concurrency(worker: int) -> Finding:
    if worker < 1:
        return error("WORKER_CONCURRENCY", f"{worker} processes do no work: set 1 or more.")
    if worker == 1:
        return warning(
            "WORKER_CONCURRENCY",
            "with one process somebody who waits for a page waits for the price source too: 2 are better where "
            "there is room.",
        )
    return ok("WORKER_CONCURRENCY", f"{worker} processes.")
