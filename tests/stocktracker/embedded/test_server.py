from dataclasses import dataclass

import pytest

from stocktracker.embedded import server as module
from stocktracker.embedded.child import Child, Recipe
from stocktracker.embedded.log import Log
from stocktracker.embedded.server import environment_of, wait_until_ready
from stocktracker.embedded.stopping import StopWish
from stocktracker.embedded.terminal import SetupError


@dataclass
class Pretended:
    """A server that is a shell command."""

    command: str
    log: Log
    title: str = "Pretended"

    def prepare(self) -> None: ...

    def clean_up(self) -> None: ...

    def recipe(self) -> Recipe:
        return Recipe(name="pretended", argv=["sh", "-c", self.command], log=self.log, mark="sh")

    def ready(self) -> bool:
        return "ready" in (self.log.path.read_text() if self.log.path.exists() else "")

    def environment(self) -> dict[str, str]:
        return {self.title: self.command}


def wait_for(server: Pretended) -> None:
    child = Child(server.recipe())
    try:
        wait_until_ready(server, child, StopWish())
    finally:
        child.kill()


def test_a_server_that_answers_is_ready(log: Log) -> None:
    wait_for(Pretended("echo ready; sleep 99", log))


def test_a_server_that_ends_is_reported_with_its_last_lines(log: Log) -> None:
    with pytest.raises(SetupError, match=r"Pretended ended at once \(exit code 3\):\n    no space"):
        wait_for(Pretended("echo no space; exit 3", log))


def test_a_server_that_never_answers_is_not_waited_for_forever(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READY_WITHIN", 0.2)

    with pytest.raises(SetupError, match="Pretended did not answer"):
        wait_for(Pretended("sleep 99", log))


def test_all_addresses_go_together(log: Log) -> None:
    servers = [Pretended("a", log, "A"), Pretended("b", log, "B")]

    assert environment_of(servers) == {"A": "a", "B": "b"}
