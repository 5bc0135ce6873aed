"""Numbers of one test never reach the next."""

import pytest

from stocktracker.metrics.recording import recorder


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    recorder.forget()
