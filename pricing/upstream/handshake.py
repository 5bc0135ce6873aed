"""Cookie and crumb: Yahoo hands them out once, and every process may use them."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Handshake:
    cookie: str  # as a Cookie header: "A3=...; A1=..."
    crumb: str


class HandshakeStore(Protocol):
    """Where processes share one handshake. May forget at any time: that costs two requests."""

    def lookup(self) -> Handshake | None: ...

    def store(self, handshake: Handshake | None) -> None:
        """None: the upstream no longer accepts what was stored."""
        ...


class InMemory:
    """One process's own."""

    def __init__(self) -> None:
        self._handshake: Handshake | None = None

    def lookup(self) -> Handshake | None:
        return self._handshake

    def store(self, handshake: Handshake | None) -> None:
        self._handshake = handshake
