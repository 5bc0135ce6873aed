from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from pricing.services.listeners import tell_of_quotes

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
heard: list[tuple[list[int], datetime]] = []


@pytest.fixture(autouse=True)
def listening(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An importable function that notes what it hears: this room knows nobody who listens."""
    import pricing.services.listeners as room

    heard.clear()
    monkeypatch.setattr(room, "note", lambda rows, now: heard.append((list(rows), now)), raising=False)
    settings.QUOTE_LISTENERS = ["pricing.services.listeners.note"]


def test_whoever_a_setting_names_is_told_which_instruments() -> None:
    tell_of_quotes([1, 2], NOW)

    assert heard == [([1, 2], NOW)]


def test_of_no_quotes_nobody_is_told() -> None:
    tell_of_quotes([], NOW)

    assert heard == []
