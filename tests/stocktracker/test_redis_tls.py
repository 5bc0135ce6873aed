"""A rediss:// address whose certificate nobody has signed, as some platforms give out."""

import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
import trustme
from django.conf import settings

from stocktracker.redis import tls
from tests.processes import run_python

PING = """
import redis
from stocktracker.redis import store
try:
    print(store().ping())
except redis.RedisError as error:
    print(type(error).__name__, "certificate verify failed" in str(error))
"""
PUBLISH = """
from stocktracker.celery import app
with app.connection_for_write() as connection:
    try:
        connection.ensure_connection(max_retries=1, timeout=3)
        print("connected")
    except Exception as error:
        print("certificate verify failed" in str(error))
"""


def _pump(one: socket.socket, other: socket.socket) -> None:
    try:
        while part := one.recv(65536):
            other.sendall(part)
    except OSError:
        pass
    finally:
        for end in (one, other):
            end.close()


def _serve(listening: socket.socket, context: ssl.SSLContext) -> None:
    path = settings.REDIS_URL.removeprefix("unix://").partition("?")[0]
    while True:
        try:
            raw, _ = listening.accept()
        except OSError:
            return
        try:
            client = context.wrap_socket(raw, server_side=True)
        except OSError:
            continue
        server = socket.socket(socket.AF_UNIX)
        server.connect(path)
        for pair in ((client, server), (server, client)):
            threading.Thread(target=_pump, args=pair, daemon=True).start()


@pytest.fixture
def address() -> Iterator[str]:
    """Of the tests' own Redis, behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("redis.example").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, context), daemon=True).start()
        yield f"rediss://127.0.0.1:{listening.getsockname()[1]}/0"


def test_only_a_rediss_address_speaks_tls() -> None:
    assert tls("redis://host/0", verify=True) == tls("unix:///a.sock", verify=False) == {}
    assert tls("rediss://host/0", verify=True) == {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}


@pytest.mark.django_db
def test_a_certificate_nobody_signed_is_refused_unless_told_otherwise(address: str) -> None:
    assert run_python(PING, REDIS_URL=address) == "ConnectionError True"
    assert run_python(PING, REDIS_URL=address, REDIS_TLS_VERIFY="0") == "True"


@pytest.mark.django_db
def test_the_broker_does_as_the_client_does(address: str) -> None:
    assert run_python(PUBLISH, REDIS_URL=address) == "True"
    assert run_python(PUBLISH, REDIS_URL=address, REDIS_TLS_VERIFY="0") == "connected"
