"""`python -m pricing.simulator`: the simulated market in a process of its own."""

import argparse
import sys

from pricing.simulator.server import MarketServer
from pricing.simulator.standalone import Wanted, add_arguments, run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pricing.simulator", description=__doc__)
    add_arguments(parser)
    run(Wanted.of(vars(parser.parse_args())), _say_ready)


def _say_ready(server: MarketServer) -> None:
    sys.stdout.write(f"simulated market ready: {server.proxy} {server.authority.bundle}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
