"""Cookie and crumb: Yahoo hands them out once, and every process may use them."""

import threading
from contextlib import AbstractContextManager
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

    def turn(self) -> AbstractContextManager[object]:
        """Whoever shakes hands does it in its turn, and looks first whether another has done it meanwhile."""
        ...


class InMemory:
    """One process's own."""

    def __init__(self) -> None:
        self._handshake: Handshake | None = None
        self._lock = threading.Lock()

    def lookup(self) -> Handshake | None:
        return self._handshake

    def store(self, handshake: Handshake | None) -> None:
        self._handshake = handshake

    def turn(self) -> AbstractContextManager[object]:
        return self._lock
