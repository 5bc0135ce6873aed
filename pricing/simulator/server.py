"""The simulated market as a process: an HTTPS forward proxy for *.yahoo.com that answers by itself.

Nothing leaves the machine: there is no code here that opens a connection.
"""

import contextlib
import itertools
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from pricing.simulator import control
from pricing.simulator.authority import authority
from pricing.simulator.clock import Clock, real_time
from pricing.simulator.faults import FaultBoard, spoil
from pricing.simulator.instruments import Split
from pricing.simulator.journal import Journal, Record
from pricing.simulator.replay import Replay
from pricing.simulator.reply import Ending, Reply
from pricing.simulator.wire import Request, World, answer

LOOPBACK = "127.0.0.1"
IDLE_SECONDS = 300  # after which a silent connection is closed
LINGER_NOT = struct.pack("ii", 1, 0)  # close() then sends a reset
ABANDONED = (ConnectionError, TimeoutError, ssl.SSLError)  # the client went away: its right


class MarketServer:
    """Started by `with` or `start()`; `port` is known after construction."""

    def __init__(
        self, directory: Path, port: int = 0, clock: Callable[[], datetime] = real_time, log: Path | None = None
    ) -> None:
        self.authority = authority(directory)
        self.clock: Clock = Clock(clock)
        self.faults: FaultBoard = FaultBoard()
        self.journal: Journal = Journal(log)
        self.splits: dict[str, tuple[Split, ...]] = {}
        self.histories: dict[str, Replay] = {}
        self.crumb_age = 0
        self.stopping = threading.Event()
        self._connections = itertools.count(1)
        self._server = _Listener((LOOPBACK, port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="market", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def proxy(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Returns at once, also while clients hang; their connections are cut."""
        self.stopping.set()
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self.journal.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def world(self) -> World:
        return World(self.clock.now(), self.splits, self.crumb_age, self.histories)

    def add_split(self, symbol: str, split: Split) -> None:
        self.splits = {**self.splits, symbol: (*self.splits.get(symbol, ()), split)}

    def give_history(self, replay: Replay) -> None:
        self.histories = {**self.histories, replay.instrument.symbol: replay}

    def reset(self) -> None:
        self.faults.clear()
        self.splits = {}
        self.histories = {}
        self.clock.set(None)
        self.journal.reset()

    def expire_crumbs(self) -> None:
        self.crumb_age += 1

    def next_connection(self) -> int:
        return next(self._connections)

    def reply(self, request: Request, connection: int) -> Reply:
        """The answer, spoiled by the fault that is set; noted in the journal either way."""
        world = self.world()
        fault = self.faults.take(request.kind, request.symbols)
        reply = _answer(request, world)
        if fault is not None:
            reply = spoil(fault, reply)
        silent = reply.ending in (Ending.HANG, Ending.RESET)
        self.journal.note(
            Record(
                at=world.now.isoformat(),
                host=request.host,
                kind=request.kind.value,
                symbols=request.symbols,
                status=0 if silent else reply.status,
                fault=fault.name if fault else "",
                connection=connection,
            )
        )
        return reply

    def refuse(self, host: str, connection: int) -> None:
        """Note that somebody asked for a host that is not Yahoo."""
        at = self.clock.now().isoformat()
        self.journal.note(Record(at, host, "foreign", (), 403, "", connection))


def _answer(request: Request, world: World) -> Reply:
    try:
        return answer(request, world)
    except (ValueError, OverflowError) as error:  # numbers in the query that are none
        return Reply.error(400, "Bad Request", str(error))


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], market: MarketServer) -> None:
        self.market = market
        self.talking: set[_Handler] = set()
        super().__init__(address, _Handler)

    def hang_up(self) -> None:
        for handler in tuple(self.talking):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(handler.connection, socket.SHUT_RDWR)  # below TLS: no goodbye is exchanged

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are no news; anything else is a defect of ours, and is printed."""
        if not isinstance(sys.exception(), ABANDONED):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One connection: control requests in plain HTTP, or CONNECT and then TLS inside."""

    protocol_version = "HTTP/1.1"
    server_version = "ATS"
    sys_version = ""
    timeout = IDLE_SECONDS
    wbufsize = -1  # one write a response
    disable_nagle_algorithm = True
    tunnel = ""  # the host behind CONNECT

    @property
    def listener(self) -> _Listener:
        listener: _Listener = self.server  # type: ignore[assignment]  # it was made by one
        return listener

    @property
    def market(self) -> MarketServer:
        return self.listener.market

    def setup(self) -> None:
        super().setup()
        self.number = self.market.next_connection()
        self.listener.talking.add(self)

    def finish(self) -> None:
        self.listener.talking.discard(self)
        super().finish()

    def do_CONNECT(self) -> None:
        host = self.path.rpartition(":")[0].lower()
        if not (host == "yahoo.com" or host.endswith(".yahoo.com")):
            self.market.refuse(host, self.number)
            self._write(Reply.text(403, f"the simulated market has no {host}\n"))
            self.close_connection = True
            return
        self.send_response_only(200, "Connection established")
        self.end_headers()
        self.wfile.flush()
        with contextlib.suppress(*ABANDONED):
            self._speak_tls(host)

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        if self.tunnel:
            request = Request(self.tunnel, url.path, query, _a3(self.headers.get("Cookie", "")))
            self._write(self.market.reply(request, self.number))
        else:
            self._write(control.serve(self.market, self.command, url.path, query, body))

    do_POST = do_GET  # noqa: N815 - http.server's name

    def _speak_tls(self, host: str) -> None:
        self.connection = self.market.authority.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb", self.rbufsize)
        self.wfile = self.connection.makefile("wb", self.wbufsize)
        self.tunnel = host
        self.close_connection = False
        while not self.close_connection and not self.market.stopping.is_set():
            self.handle_one_request()

    def _write(self, reply: Reply) -> None:
        if reply.ending is Ending.HANG:
            self.market.stopping.wait(reply.seconds)
            self.close_connection = True
            return
        if reply.ending is Ending.RESET:
            self._reset()
            return
        payload = reply.payload()
        self.send_response(reply.status)
        for name, value in {"Content-Type": reply.content_type, **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        if reply.ending is Ending.TRUNCATE:
            payload = payload[: len(payload) // 2]
            self.close_connection = True
        self.wfile.write(payload)
        self.wfile.flush()

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_args: Any) -> None:
        """The journal knows more than a line on stderr."""


def _a3(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get("A3")
    except CookieError:
        return ""
    return morsel.value if morsel else ""
