"""Where the web process listens, and whether it answers."""

import errno
import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from stocktracker.embedded.terminal import SetupError

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
HIGHEST_PORT = 65535
ANSWER_WITHIN = 2.0  # seconds
EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # what to call to reach a listener on all interfaces


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """HOST and PORT; SetupError if PORT is not a port."""
        port = environ.get("PORT") or str(DEFAULT_PORT)
        if not port.isdigit() or not 0 < int(port) <= HIGHEST_PORT:
            raise SetupError(f"PORT is «{port}»: give a number from 1 to {HIGHEST_PORT}.")
        return cls(environ.get("HOST") or DEFAULT_HOST, int(port))

    @property
    def reached_at(self) -> str:
        """The host name that a browser here can use."""
        return EVERYWHERE.get(self.host, self.host)

    @property
    def url(self) -> str:
        host = f"[{self.reached_at}]" if ":" in self.reached_at else self.reached_at
        return f"http://{host}:{self.port}"

    def refuse_if_taken(self) -> None:
        """SetupError if the web process could not listen here."""
        try:
            family, kind, protocol, _, place = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind, protocol) as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(place)
        except socket.gaierror as error:
            raise SetupError(f"HOST is «{self.host}»: this machine knows no such address.") from error
        except PermissionError as error:
            raise SetupError(f"Port {self.port} is for root only; choose another: PORT=8001 bin/run") from error
        except OSError as error:
            raise SetupError(self._refusal(error)) from error
        if self._somebody_listens():  # macOS lets two programs bind where one listens on all interfaces
            raise SetupError(self._taken())

    def is_healthy(self) -> bool:
        """Whether GET /healthz says 200. No proxy is asked."""
        connection = http.client.HTTPConnection(self.reached_at, self.port, timeout=ANSWER_WITHIN)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _somebody_listens(self) -> bool:
        try:
            socket.create_connection((self.reached_at, self.port), ANSWER_WITHIN).close()
        except OSError:
            return False
        return True

    def _refusal(self, error: OSError) -> str:
        if error.errno == errno.EADDRINUSE:
            return self._taken()
        return f"Cannot listen on {self.host}, port {self.port}: {error.strerror}."

    def _taken(self) -> str:
        free = self.port + 1 if self.port < HIGHEST_PORT else DEFAULT_PORT
        return f"Port {self.port} is taken by another program; choose another: PORT={free} bin/run"
