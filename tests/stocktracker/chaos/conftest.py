"""The table of effects in the test's database."""

import pytest

from stocktracker.chaos.effects import make_table


@pytest.fixture
def effects(db: None) -> None:
    make_table()
