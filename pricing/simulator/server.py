"""The simulated market as a process: an HTTPS forward proxy for Yahoo's and Stooq's hosts that answers by itself.

Nothing leaves the machine: there is no code here that opens a connection.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Self

from pricing.simulator.actions import Actions
from pricing.simulator.authority import authority
from pricing.simulator.clock import Clock, real_time
from pricing.simulator.connection import Listener
from pricing.simulator.faults import Fault, FaultBoard
from pricing.simulator.journal import Journal, Record
from pricing.simulator.limits import Latency, RateLimit
from pricing.simulator.reply import Ending, Reply
from pricing.simulator.spoilers import kinds_of, spoil, too_many
from pricing.simulator.wire import Request, answer
from pricing.simulator.world import World

LOOPBACK = "127.0.0.1"
SILENT = frozenset({Ending.HANG, Ending.RESET})


class MarketServer:
    """Started by `with` or `start()`; `port` is known after construction."""

    def __init__(
        self, directory: Path, port: int = 0, clock: Callable[[], datetime] = real_time, log: Path | None = None
    ) -> None:
        self.authority = authority(directory)
        self.clock: Clock = Clock(clock)
        self.faults: FaultBoard = FaultBoard()
        self.limit: RateLimit = RateLimit()
        self.latency: Latency = Latency()
        self.journal: Journal = Journal(log)
        self.actions = Actions()
        self.lag_hours: float | None = None
        self.crumb_age = 0
        self.stopping = threading.Event()
        self._telling = threading.Lock()
        self._listener = Listener((LOOPBACK, port), self)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.1,), name="market", daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.server_address[1])

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
            self._listener.shutdown()
        self._listener.server_close()
        self._listener.hang_up()
        self.journal.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def world(self) -> World:
        return World(self.clock.now(), self.actions, self.crumb_age, self.lag_hours)

    def tell(self, more: Callable[[Actions], Actions]) -> None:
        """Let one thing more happen."""
        with self._telling:
            self.actions = more(self.actions)

    def misbehave(self, fault: Fault) -> None:
        """Raises ValueError for a fault nobody knows."""
        self.faults.add(fault, kinds_of(fault))

    def reset(self) -> None:
        self.faults.clear()
        self.limit.set(None)
        self.latency.reset()
        self.tell(lambda _actions: Actions())
        self.lag_hours = None
        self.clock.set(None)
        self.journal.reset()

    def expire_crumbs(self) -> None:
        self.crumb_age += 1

    def arrival(self, request: Request, connection: int) -> Record:
        at = self.clock.now().isoformat()
        return Record(at, request.host, request.kind.value, request.symbols, connection)

    def reply(self, request: Request, record: Record) -> Reply:
        """The answer, refused by the limit or spoiled by the fault that is set; the record says so."""
        if request.to_yahoo and not self.limit.admits():
            self.journal.settle(record, 429, "limit")
            return too_many(Fault("throttle"))
        fault = self.faults.take(request.kind, request.symbols)
        reply = _answer(request, self.world())
        if fault is not None:
            reply = spoil(fault, reply)
        self.journal.settle(record, 0 if reply.ending in SILENT else reply.status, fault.name if fault else "")
        return reply

    def refuse(self, host: str, connection: int) -> None:
        """Note that somebody asked for a host it does not play."""
        record = Record(self.clock.now().isoformat(), host, "foreign", (), connection)
        with self.journal.attending(record):
            self.journal.settle(record, 403)


def _answer(request: Request, world: World) -> Reply:
    try:
        return answer(request, world)
    except (ValueError, OverflowError) as error:  # numbers in the query that are none
        return Reply.error(400, "Bad Request", str(error))
