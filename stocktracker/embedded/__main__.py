"""The command line: `run [--live] [--verbose]`, `manage [--live] COMMAND …`, `test [PYTEST ARGUMENTS …]`."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from stocktracker.embedded.deployment import run
from stocktracker.embedded.folder import Market
from stocktracker.embedded.one_command import INTERRUPTED, run_manage, run_tests
from stocktracker.embedded.terminal import SetupError, complain

USAGE = """\
bin/run [--live] [--verbose]     start MyStockTracker; without --live on simulated prices
bin/manage [--live] COMMAND …    run a management command beside it, or alone
bin/test [PYTEST ARGUMENTS …]    run the tests"""
WRONG_USE = 2  # exit code, as argparse has it


def main(arguments: Sequence[str], project: Path) -> int:
    """Run one command. Its exit code."""
    command, rest = arguments[0] if arguments else "", list(arguments[1:])
    try:
        if command == "run" and set(rest) <= {"--live", "--verbose"}:
            return run(project, _market(rest), verbose="--verbose" in rest)
        if command == "manage":
            market = _market(rest[:1])
            return run_manage(project, market, rest[1:] if market == "live" else rest)
        if command == "test":
            return run_tests(project, rest)
    except SetupError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    asked_for_help = "--help" in rest or "-h" in rest
    complain(USAGE)
    return 0 if asked_for_help else WRONG_USE


def _market(options: Sequence[str]) -> Market:
    return "live" if "--live" in options else "simulated"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(os.environ.get("STOCKTRACKER_PROJECT") or Path.cwd())))
