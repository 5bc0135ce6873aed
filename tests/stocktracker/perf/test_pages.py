from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.models import Portfolio
from stocktracker.perf import pages
from stocktracker.perf.pages import CLIENTS, REQUESTS, Reader, address_of, crowd, lived, server, signed_in
from stocktracker.perf.scenario import Size
from stocktracker.perf.timing import Aim, measure

SMALL = Size(2, 10, 1)


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cookies: list[str | None] = []

    def do_GET(self) -> None:
        body = b"x" * 7
        self.cookies.append(self.headers["Cookie"])
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.path == "/once"

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@pytest.fixture
def port() -> Iterator[int]:
    Answers.cookies = []
    served = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=served.serve_forever, daemon=True).start()
    yield served.server_address[1]
    served.shutdown()
    served.server_close()


def test_a_reader_keeps_the_line_open_and_dials_again_where_it_was_closed(port: int) -> None:
    reader = Reader(port, "me=1")

    assert [reader.get(path) for path in ("/", "/once", "/")] == [7, 7, 7]
    assert set(Answers.cookies) == {"me=1"}
    with pytest.raises(RuntimeError, match="/gone: 404"):
        reader.get("/gone")


def test_a_crowd_asks_so_many_times(port: int) -> None:
    times = crowd(port, "", "/")

    assert len(times) == len(Answers.cookies) == CLIENTS * REQUESTS
    assert times == sorted(times)


@pytest.mark.django_db
def test_the_cookie_is_one_the_product_knows(client: Client, portfolio: Portfolio) -> None:
    name, _, value = signed_in(portfolio).partition("=")
    client.cookies[name] = value

    assert client.get(f"/portfolios/{portfolio.pk}/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_pages_of_the_real_server_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "CLIENTS", 2)
    monkeypatch.setattr(pages, "REQUESTS", 2)
    portfolio = lived(SMALL)
    with server() as port:
        reader = Reader(port, signed_in(portfolio))

        assert reader.get(f"/portfolios/{portfolio.pk}/") > 2_000
        dashboard = pages._one(reader, "dashboard", f"/portfolios/{portfolio.pk}/", Aim(milliseconds=1e6))
        result = measure(replace(dashboard, turns=3))

    assert (result.row, result.met) == ("7", True)
    assert "2 clients: p50" in result.note
    assert User.objects.count() == 1


def test_an_address_says_what_the_settings_say() -> None:
    told = {"USER": "me", "PASSWORD": "a/b", "HOST": "/run/sockets", "PORT": "5433", "NAME": "db"}

    assert address_of(told) == "postgres://me:a%2Fb@%2Frun%2Fsockets:5433/db"
