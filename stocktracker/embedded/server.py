"""What all our own servers have in common, and how they are started together."""

from collections.abc import Sequence
from typing import Protocol

from stocktracker.embedded.child import Child, Recipe
from stocktracker.embedded.stopping import StopWish
from stocktracker.embedded.terminal import SetupError

READY_WITHIN = 60.0  # seconds; recovery after a power loss takes a while on a slow disk


class Server(Protocol):
    """A server of ours: what it needs before, how it is started, how one sees that it answers, how to reach it."""

    title: str

    def prepare(self) -> None: ...

    def recipe(self) -> Recipe: ...

    def clean_up(self) -> None: ...

    def ready(self) -> bool: ...

    def environment(self) -> dict[str, str]: ...


def wait_until_ready(server: Server, child: Child, stop: StopWish) -> None:
    """Return when the server answers; SetupError with its last lines if it ends or takes too long."""
    ready = stop.wait_until(lambda: not child.alive() or server.ready(), seconds=READY_WITHIN)
    if not child.alive():
        raise SetupError(f"{server.title} ended at once (exit code {child.exit_code}):{child.recipe.log.tail()}")
    if not ready:
        raise SetupError(f"{server.title} did not answer within {READY_WITHIN:.0f} s:{child.recipe.log.tail()}")


def environment_of(servers: Sequence[Server]) -> dict[str, str]:
    """How to reach all of them."""
    together: dict[str, str] = {}
    for server in servers:
        together |= server.environment()
    return together
