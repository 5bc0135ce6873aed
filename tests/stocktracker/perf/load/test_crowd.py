import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from stocktracker.embedded.address import Address
from stocktracker.perf.load.crowd import Crowd, errands
from stocktracker.perf.load.plan import MIX, Plan
from stocktracker.perf.load.readers import Errand


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@pytest.fixture
def port() -> Iterator[int]:
    served = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=served.serve_forever, daemon=True).start()
    yield served.server_address[1]
    served.shutdown()
    served.server_close()


def test_readers_of_all_processes_are_added_up(port: int) -> None:
    with Crowd([Errand("127.0.0.1", port, 0.5, 0.0, seed, 0.0, [("me=1", 7)]) for seed in (1, 2)]) as crowd:
        deadline = time.monotonic() + 60
        while not crowd.ended():
            assert time.monotonic() < deadline
        asked, processor = crowd.asked(), crowd.processor_seconds()

    assert set(asked) == set(MIX)
    assert len(asked["dashboard"].times) > 10
    assert asked["dashboard"].times == sorted(asked["dashboard"].times)
    assert processor > 0


def test_whoever_still_asks_is_ended_with_the_block(port: int) -> None:
    began = time.monotonic()

    with Crowd([Errand("127.0.0.1", port, 600.0, 0.0, 1, 0.0, [("me=1", 7)])]) as crowd:
        assert not crowd.ended()

    assert crowd.ended()
    assert time.monotonic() - began < 60


def test_readers_are_spread_over_two_processes() -> None:
    address, readers = Address("127.0.0.1", 8000), [(f"me={number}", number) for number in range(3)]

    first, second = errands(address, readers, Plan(2.0, warming=1.0))

    assert (first.readers, second.readers) == ([readers[0], readers[2]], [readers[1]])
    assert (first.host, first.port, first.seconds, first.warming) == (address.reached_at, 8000, 2.0, 1.0)
    assert first.seed != second.seed
    assert len(errands(address, readers[:1], Plan())) == 1
