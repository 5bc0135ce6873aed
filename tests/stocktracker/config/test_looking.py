import socketserver
import threading
from collections.abc import Iterator
from smtplib import SMTPException

import pytest
import redis
from django.db import connection, connections
from django.test import override_settings
from pytest_django import Settings

from pricing.services.source import claim_source
from stocktracker.config.looking import look_at_broker, look_at_database, look_at_mail, memory_mb
from stocktracker.redis import store


class Server(socketserver.StreamRequestHandler):
    """Takes every mail, as far as a client sees."""

    mails: list[bytes]

    def handle(self) -> None:
        self.wfile.write(b"220 mail.example ESMTP\r\n")
        body = False
        for line in self.rfile:
            if body:
                self.mails.append(line)
                body = line != b".\r\n"
                answer = b"" if body else b"250 taken\r\n"
            else:
                body = line.upper().startswith(b"DATA")
                answer = b"354 go on\r\n" if body else b"250 all right\r\n"
            self.wfile.write(answer)


@pytest.fixture
def mails(settings: Settings) -> Iterator[list[bytes]]:
    """What a mail server on this machine receives."""
    Server.mails = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield Server.mails
        server.shutdown()


@pytest.mark.django_db(transaction=True)
def test_postgresql_is_seen_as_it_is() -> None:
    claim_source("simulated")

    seen = look_at_database()

    assert seen.version >= 140000
    assert (seen.pooled, seen.pending, seen.market) == (False, [], "simulated")
    assert seen.limit > 10
    assert abs(seen.ahead) < 5


@pytest.mark.django_db(transaction=True)
def test_two_connections_that_are_one_session_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Same:
        """What a pooler in transaction mode makes of a second connection."""

        cursor = staticmethod(connection.cursor)

        def close(self) -> None:
            """The pooler keeps the session."""

    monkeypatch.setattr(connections, "create_connection", lambda _name: Same())

    assert look_at_database().pooled


@pytest.mark.django_db
def test_redis_is_seen_as_it_is() -> None:
    store().set("resque:queues", "of another program")
    store().set("beat:ticked", "1")

    seen = look_at_broker()

    assert seen.version
    assert seen.policy
    assert seen.strange == ["resque:queues"]


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_a_redis_that_is_away_raises() -> None:
    with pytest.raises(redis.ConnectionError):
        look_at_broker()


def test_a_mail_server_is_greeted_and_sent_a_mail_only_if_asked_to(mails: list[bytes]) -> None:
    look_at_mail("")
    silent = list(mails)

    look_at_mail("ada@example.org")

    assert silent == []
    assert b"Subject: A test of MyStockTracker\r\n" in mails


@pytest.mark.usefixtures("mails")
def test_a_mail_server_that_is_not_there_raises(settings: Settings) -> None:
    settings.EMAIL_PORT = 1

    with pytest.raises((OSError, SMTPException)):
        look_at_mail("")


def test_there_is_some_memory() -> None:
    assert (memory_mb() or 0) > 100
