"""Readers in processes of their own, so that asking never waits for whoever measures."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from django.conf import settings

from stocktracker.embedded.address import Address

from .plan import MIX, Asked, Plan, merged
from .readers import Errand

COMMAND = [sys.executable, "-m", "stocktracker.perf.load.readers"]


class Crowd:
    """Started by `with`; whoever still asks at its end is ended."""

    def __init__(self, errands: Iterable[Errand]) -> None:
        self._errands = list(errands)
        self._folder = TemporaryDirectory()
        self._processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        for number in range(len(self._errands)):
            with self._said(number).open("w") as said:
                own = subprocess.Popen(COMMAND, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=said, text=True)
            self._processes.append(own)
        for child, errand in zip(self._processes, self._errands, strict=True):
            if child.stdin:
                child.stdin.write(json.dumps(asdict(errand)))
                child.stdin.close()
        return self

    def __exit__(self, *_error: object) -> None:
        for child in self._processes:
            child.kill()
            child.wait()
        self._folder.cleanup()

    def ended(self) -> bool:
        return all(child.poll() is not None for child in self._processes)

    def asked(self) -> dict[str, Asked]:
        """By kind of page, when all have ended."""
        parts = [answer["asked"] for answer in self._answers()]
        return {kind: merged([Asked(*part[kind]) for part in parts]) for kind in MIX}

    def processor_seconds(self) -> float:
        return float(sum(answer["processor"] for answer in self._answers()))

    def _answers(self) -> list[dict[str, Any]]:
        return [json.loads(self._said(number).read_text()) for number in range(len(self._processes))]

    def _said(self, number: int) -> Path:
        return Path(self._folder.name, f"{number}.json")


def errands(address: Address, readers: list[tuple[str, int]], plan: Plan, pause: float = 0.0) -> list[Errand]:
    """The readers, spread over two processes: one alone would be the bottleneck before the server is."""
    parts = [part for part in (readers[::2], readers[1::2]) if part]
    return [
        Errand(address.reached_at, address.port, plan.seconds, plan.warming, seed, pause, part)
        for seed, part in enumerate(parts)
    ]
