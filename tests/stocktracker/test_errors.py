import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from zlib import MAX_WBITS, decompress

import pytest
from django.conf import settings
from sentry_sdk.types import Event

from stocktracker.errors import bare

PROGRAM = """
import logging, sys, django
django.setup()
amount = "9876.54 in a variable"
logging.getLogger("pricing").warning("AAPL: throttled")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("jobs").error("job %s failed", 7, exc_info=True)
import sys
if "sentry_sdk" in sys.modules:
    sys.modules["sentry_sdk"].flush(5)
print("sentry_sdk" in sys.modules)
"""


class Inbox(BaseHTTPRequestHandler):
    got: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        zipped = self.headers.get("Content-Encoding") == "gzip"
        self.got.append((decompress(body, MAX_WBITS | 16) if zipped else body).decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_args: object) -> None:
        """Nothing to the console."""


@pytest.fixture
def inbox() -> Iterator[tuple[str, list[str]]]:
    """Address of a service that takes errors, and what it got."""
    got: list[str] = []
    server = HTTPServer(("127.0.0.1", 0), type("Own", (Inbox,), {"got": got}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://key@127.0.0.1:{server.server_port}/1", got
    server.shutdown()
    thread.join()
    server.server_close()


def run(**env: str) -> str:
    told = os.environ | {"DJANGO_SETTINGS_MODULE": "stocktracker.settings", "NO_PROXY": "127.0.0.1"} | env
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=settings.BASE_DIR, env=told, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def test_an_error_is_reported_without_what_people_own(inbox: tuple[str, list[str]]) -> None:
    address, got = inbox

    loaded = run(SENTRY_DSN=address)

    told = "\n".join(got)
    assert loaded == "True"
    assert "ZeroDivisionError" in told
    assert f"mystocktracker@{settings.VERSION}" in told
    assert '"amount"' not in told
    assert "AAPL" not in told
    assert "9876.54 in" not in told.replace("9876.54 in a variable", "", told.count("context_line"))


def test_neither_a_search_nor_a_row_that_was_refused_goes_along() -> None:
    refused = 'duplicate key value violates unique constraint "one"\nDETAIL:  Key (name)=(My pension) already exists.\n'
    event: Event = {"request": {"url": "/x", "query_string": "q=pep"}, "exception": {"values": [{"value": refused}]}}

    told = bare(event, {})

    assert told["request"] == {"url": "/x"}
    assert told["exception"]["values"][0]["value"] == 'duplicate key value violates unique constraint "one"'
    assert bare({"message": "no more"}, {}) == {"message": "no more"}


def test_without_an_address_the_library_is_not_loaded() -> None:
    assert run(SENTRY_DSN="") == "False"
