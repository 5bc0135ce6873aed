"""The arguments both ways of starting it share. That it runs is tested with each of them."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pricing.simulator.standalone import Wanted, add_arguments, moment


def parsed(*given: str, directory: Path | None = None) -> Wanted:
    parser = argparse.ArgumentParser()
    add_arguments(parser, directory)
    return Wanted.of(vars(parser.parse_args(given)))


def test_all_have_a_default_but_the_directory_only_where_one_is_named() -> None:
    assert parsed(directory=Path("kept")) == Wanted(Path("kept"), 0, None, None)
    with pytest.raises(SystemExit):
        parsed()


def test_everything_can_be_named() -> None:
    wanted = parsed("--directory", "d", "--port", "8123", "--log", "l.jsonl", "--at", "2026-11-20T15:30")

    assert wanted == Wanted(Path("d"), 8123, Path("l.jsonl"), datetime(2026, 11, 20, 15, 30, tzinfo=UTC))


def test_a_moment_without_a_zone_is_in_utc() -> None:
    assert moment("2026-11-20T15:30") == datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    assert moment("2026-11-20T15:30-05:00") == datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
