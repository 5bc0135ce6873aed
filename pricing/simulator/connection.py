"""One client of the simulated market on its socket: plain HTTP for control, TLS behind CONNECT for all else."""

import contextlib
import itertools
import selectors
import socket
import ssl
import struct
import sys
import time
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from pricing.simulator import orders
from pricing.simulator.reply import Ending, Reply
from pricing.simulator.wire import Request, serves

if TYPE_CHECKING:
    from pricing.simulator.server import MarketServer

IDLE_SECONDS = 300  # after which a silent connection is closed
LOOK_UP_SECONDS = 0.05  # how often who waits looks whether anybody still waits for him
DRIP_SECONDS = 0.1  # between two drops
LINGER_NOT = struct.pack("ii", 1, 0)  # close() then sends a reset
ABANDONED = (ConnectionError, TimeoutError, ssl.SSLError)  # the client went away: its right


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], market: "MarketServer") -> None:
        self.market = market
        self.talking: set[Connection] = set()
        self.numbers = itertools.count(1)
        super().__init__(address, Connection)

    def hang_up(self) -> None:
        for connection in tuple(self.talking):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection.connection, socket.SHUT_RDWR)  # below TLS: no goodbye is exchanged

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are no news; anything else is a defect of ours, and is printed."""
        if not isinstance(sys.exception(), ABANDONED):
            super().handle_error(request, client_address)


class Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ATS"
    sys_version = ""
    timeout = IDLE_SECONDS
    wbufsize = -1  # one write a response
    disable_nagle_algorithm = True
    tunnel = ""  # the host behind CONNECT

    @property
    def listener(self) -> Listener:
        listener: Listener = self.server  # type: ignore[assignment]  # it was made by one
        return listener

    @property
    def market(self) -> "MarketServer":
        return self.listener.market

    def setup(self) -> None:
        super().setup()
        self.number = next(self.listener.numbers)
        self.listener.talking.add(self)

    def finish(self) -> None:
        self.listener.talking.discard(self)
        super().finish()

    def do_CONNECT(self) -> None:
        host = self.path.rpartition(":")[0].lower()
        if not serves(host):
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
            self._attend(Request(self.tunnel, url.path, query, _a3(self.headers.get("Cookie", ""))))
        else:
            self._write(orders.serve(self.market, self.command, url.path, query, body))

    do_POST = do_GET  # noqa: N815 - http.server's name

    def _attend(self, request: Request) -> None:
        with self.market.journal.attending(self.market.arrival(request, self.number)) as record:
            reply = self.market.reply(request, record)
            if self._waited(self.market.latency.of(request.kind)):
                self._write(reply)

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
            self._waited(reply.seconds)
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
        if reply.ending is Ending.DRIP:
            self._drip(payload, reply.seconds)
            return
        if reply.ending is Ending.TRUNCATE:
            payload = payload[: len(payload) // 2]
            self.close_connection = True
        self.wfile.write(payload)
        self.wfile.flush()

    def _drip(self, payload: bytes, seconds: float) -> None:
        drops = max(1, round(seconds / DRIP_SECONDS))
        written = 0
        self.wfile.flush()
        for drop in range(1, drops + 1):
            if not self._waited(seconds / drops):
                return
            end = len(payload) * drop // drops
            self.wfile.write(payload[written:end])
            self.wfile.flush()
            written = end

    def _waited(self, seconds: float) -> bool:
        """False as soon as there is nobody to answer any more: the client has left, or the market stops."""
        if seconds <= 0:
            return True
        until = time.monotonic() + seconds
        with selectors.PollSelector() as selector:
            selector.register(self.connection, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0:
                if selector.select(min(left, LOOK_UP_SECONDS)) or self.market.stopping.is_set():
                    self.close_connection = True
                    return False
        return True

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
