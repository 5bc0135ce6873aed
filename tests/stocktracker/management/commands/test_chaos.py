from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest

from stocktracker.chaos.faults import FAULTS
from stocktracker.management.commands import chaos


def parsed(*arguments: str) -> dict[str, Any]:
    parser = ArgumentParser()
    chaos.Command().add_arguments(parser)
    return vars(parser.parse_args(arguments))


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--short", "--json"),
        ("--only", "beat", "--only", "web", "--plain"),
        ("--storm", "30", "--seed", "7"),
        ("--overhead", "--short"),
    ],
)
def test_inside_it_is_asked_for_the_same(arguments: tuple[str, ...]) -> None:
    asked = parsed(*arguments)

    assert parsed(*chaos.again(asked)) == asked


def test_the_short_form_leaves_out_what_takes_long_unless_it_is_named() -> None:
    everything = [fault.name for fault in chaos.chosen(parsed())]
    short = {fault.name for fault in chaos.chosen(parsed("--short"))}
    named = [fault.name for fault in chaos.chosen(parsed("--short", "--only", "asked-to-stop"))]

    assert everything == [fault.name for fault in FAULTS]
    assert set(everything) - short == {"worker-main", "asked-to-stop"}
    assert named == ["asked-to-stop"]


def test_outside_it_runs_itself_in_a_private_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run_inside(_project: Path, arguments: list[str]) -> int:
        ran.append(arguments)
        return 3

    monkeypatch.setattr(chaos, "run_inside", run_inside)

    with pytest.raises(SystemExit) as ended:
        chaos.Command().handle(**parsed("--only", "web"))

    assert ended.value.code == 3
    assert ran == [["chaos", "--only=web", "--seed=1"]]
