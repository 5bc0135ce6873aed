"""Numbers as if counted at a moment of the past."""

from __future__ import annotations

from datetime import datetime

from stocktracker.metrics.recording import Recorder


def timed(at: datetime, seconds: float, *series: str, times: int = 1) -> None:
    recorder = Recorder(at.timestamp)
    for _ in range(times):
        recorder.timed(seconds, *series)
    recorder.flush()


def counted(at: datetime, amount: int, *series: str) -> None:
    recorder = Recorder(at.timestamp)
    recorder.counted(amount, *series)
    recorder.flush()
