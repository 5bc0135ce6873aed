import socket
from collections.abc import Iterator

import pytest

from stocktracker.embedded.address import Address
from stocktracker.embedded.market import free_port
from stocktracker.embedded.terminal import SetupError


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def test_without_a_wish_it_is_this_machine_and_port_8000() -> None:
    assert Address.from_environment({"HOST": "", "PORT": ""}) == Address("127.0.0.1", 8000)


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_named(port: str) -> None:
    with pytest.raises(SetupError, match=f"PORT is «{port}»"):
        Address.from_environment({"PORT": port})


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:80"), ("::1", "http://[::1]:80"), ("nas.local", "http://nas.local:80")],  # noqa: S104 — nothing listens here
)
def test_the_url_is_one_a_browser_here_can_open(host: str, url: str) -> None:
    assert Address(host, 80).url == url


def test_a_taken_port_is_refused_with_the_next_one_as_advice(listener: socket.socket) -> None:
    port = listener.getsockname()[1]

    with pytest.raises(SetupError, match=f"Port {port} is taken .* PORT={port + 1} bin/run"):
        Address("127.0.0.1", port).refuse_if_taken()


def test_a_free_port_is_fine() -> None:
    Address("127.0.0.1", free_port()).refuse_if_taken()


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SetupError, match=r"Cannot listen on 192\.0\.2\.1"):
        Address("192.0.2.1", 8000).refuse_if_taken()


def test_nobody_there_is_not_healthy() -> None:
    assert not Address("127.0.0.1", free_port()).is_healthy()
