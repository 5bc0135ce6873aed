from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from stocktracker.perf.load.readers import DEPOSIT, Errand, address, ask

TAG = '"1"'


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: Counter[tuple[str, str, int]] = Counter()
    connections: set[tuple[str, int]] = set()
    bodies: set[str] = set()

    def do_GET(self) -> None:
        not_modified = self.headers["If-None-Match"] == TAG
        self._answer(503 if "performance" in self.path else 304 if not_modified else 200)

    def do_POST(self) -> None:
        self.bodies.add(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._answer(302)

    def _answer(self, status: int) -> None:
        self.seen[self.command, self.path, status] += 1
        self.connections.add(self.client_address)
        self.send_response(status)
        if "chart" in self.path:
            self.send_header("ETag", TAG)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@pytest.fixture
def port() -> Iterator[int]:
    Answers.seen, Answers.connections, Answers.bodies = Counter(), set(), set()
    served = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=served.serve_forever, daemon=True).start()
    yield served.server_address[1]
    served.shutdown()
    served.server_close()


def test_readers_keep_their_lines_ask_in_the_mix_and_tell_what_went_wrong(port: int) -> None:
    told = ask(Errand("127.0.0.1", port, 1.0, 0.0, 1, 0.0, [("me=1", 7), ("me=2", 8)]))

    asked = told["asked"]
    assert len(Answers.connections) == 2
    assert len(asked["dashboard"][0]) > len(asked["holdings"][0]) > 0
    assert (asked["performance"][0], set(asked["performance"][1])) == ([], {"503"})
    assert all(not wrong for kind, (_, wrong) in asked.items() if kind != "performance")
    assert Answers.seen["GET", address("chart data", 7), 200] == 1
    assert Answers.seen["GET", address("chart data", 7), 304] > 1
    assert Answers.bodies <= {DEPOSIT}
    assert told["processor"] > 0


def test_while_it_warms_up_nothing_is_counted(port: int) -> None:
    told = ask(Errand("127.0.0.1", port, 0.0, 0.2, 1, 0.0, [("me=1", 7)]))

    counted = sum(len(times) + sum(wrong.values()) for times, wrong in told["asked"].values())
    assert counted <= 1 < Answers.seen.total()  # the one that was under way when it was warm


def test_nobody_there_is_an_error_with_a_name() -> None:
    told = ask(Errand("127.0.0.1", 9, 0.05, 0.0, 1, 0.0, [("me=1", 7)]))

    assert "ConnectionRefusedError" in told["asked"]["dashboard"][1]


def test_addresses_are_those_of_the_product() -> None:
    kinds = ("dashboard", "holdings", "chart data", "booking")

    assert [address(kind, 7) for kind in kinds] == [
        "/portfolios/7/", "/portfolios/7/holdings/", "/api/dashboard-chart-data/7", "/portfolios/7/transactions/new/"
    ]  # fmt: skip


def test_a_reader_who_looks_at_a_page_asks_less_often(port: int) -> None:
    ask(Errand("127.0.0.1", port, 0.6, 0.0, 1, 0.2, [("me=1", 7)]))

    assert 1 <= Answers.seen.total() <= 6
