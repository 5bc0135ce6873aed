from dataclasses import replace

import pytest

from stocktracker.perf.result import Result, as_text, multiple

TIMED = Result("4", "engine", 1.5, {"pandas": 120.0}, 2.04, "≥ 90 × pandas", met=True)
COUNTED = Result(
    "9", "quotes of 1 symbol, warm", None, {"yf.download": 0.5}, None, "≤ 1 request", met=False, requests=2,
    peer_requests={"yf.download": 1},
)  # fmt: skip


def test_times_are_told_with_their_ratios_and_their_aim() -> None:
    assert as_text(TIMED) == "  4  engine\n     1.50 ms; 120 × pandas; 2.0 × the limit; aim ≥ 90 × pandas: met"


def test_counts_are_told_with_the_peers_own() -> None:
    assert as_text(COUNTED).endswith("\n     2 requests; 0.5 × yf.download (1); aim ≤ 1 request: not met")
    assert "; 1 request;" in as_text(replace(COUNTED, median_ms=3.0, requests=1))


def test_what_has_no_aim_says_so_and_notes_stand_last() -> None:
    told = as_text(replace(TIMED, aim="", tail_ratio=7.0, note="of two"))

    assert told.endswith("2.0 × the limit; p99 7.0 × the limit; no aim; of two")


def test_a_line_is_named_by_its_row_and_its_name() -> None:
    assert TIMED.key == ("4", "engine")


@pytest.mark.parametrize(
    ("ratio", "told"), [(120.4, "120"), (2.04, "2.0"), (0.1, "0.1"), (0.0194, "0.019"), (0.0, "0.0")]
)
def test_a_ratio_is_told_with_decimals_that_say_something(ratio: float, told: str) -> None:
    assert multiple(ratio, "it") == f"{told} × it"
