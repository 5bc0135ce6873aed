"""The Procfile: which processes the product consists of, the same on one machine as on a platform."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from stocktracker.embedded.terminal import SetupError


@dataclass(frozen=True)
class Procfile:
    """Shell command by process name."""

    commands: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> Self:
        if not path.exists():
            raise SetupError(f"There is no Procfile in {path.parent}: start this from the project's folder.")
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        parts = [line.partition(":") for line in lines if line and not line.startswith("#")]
        return cls({name.strip(): command.strip() for name, _, command in parts})

    @property
    def release(self) -> str | None:
        """What must have run before the rest starts."""
        return self.commands.get("release")

    @property
    def lasting(self) -> dict[str, str]:
        """The processes that run until they are stopped."""
        return {name: command for name, command in self.commands.items() if name != "release"}


def program_of(command: str) -> str:
    """The program a shell command runs: its first word that is neither an assignment nor `env`, which makes some."""
    words = (word for word in shlex.split(command) if "=" not in word and word != "env")
    return Path(next(words, command)).name
