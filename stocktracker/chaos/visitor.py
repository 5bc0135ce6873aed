"""Somebody with a browser: looks at pages and books deposits, each of which asks for a rebuild."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.test import Client

from portfolios.models import Portfolio, Snapshot, Transaction
from stocktracker.embedded.address import Address

PAUSE = 0.25  # seconds between two requests
EACH_BOOKS = 4  # one of so many requests is a deposit
PATIENCE = 10.0  # seconds
TOKEN = "c" * 32  # of the CSRF cookie and form alike
BOOKED = http.HTTPStatus.FOUND
DEPOSIT = {"kind": "deposit", "date": "2024-06-03", "amount": "5", "csrfmiddlewaretoken": TOKEN}


@dataclass(slots=True)
class Seen:
    """What the visitor met: answers in time, refusals (any other status, or nobody there), milliseconds."""

    answered: int = 0
    failed: int = 0
    slowest_look_ms: float = 0.0
    slowest_booking_ms: float = 0.0
    booked: int = 0
    failures: set[str] = field(default_factory=set)


class Visitor(threading.Thread):
    def __init__(self, address: Address) -> None:
        super().__init__(daemon=True)
        owner, _ = User.objects.get_or_create(username="visitor")
        self.portfolio, _ = Portfolio.objects.get_or_create(owner=owner, name="Chaos", base_currency="USD")
        signed_in = Client()
        signed_in.force_login(owner)
        self._cookie = f"sessionid={signed_in.cookies['sessionid'].value}; csrftoken={TOKEN}"
        self._address, self._over = address, threading.Event()
        self._seen, self._lock = Seen(), threading.Lock()

    def run(self) -> None:
        number = 0
        while not self._over.wait(PAUSE):
            number += 1
            if number % EACH_BOOKS:
                self.look()
            else:
                self.book()

    def look(self) -> None:
        status, milliseconds = self._request("GET", "/jobs/")
        with self._lock:
            self._note(status, http.HTTPStatus.OK)
            if status == http.HTTPStatus.OK:
                self._seen.slowest_look_ms = max(self._seen.slowest_look_ms, milliseconds)

    def book(self) -> None:
        status, milliseconds = self._request("POST", f"/portfolios/{self.portfolio.pk}/transactions/new/", DEPOSIT)
        with self._lock:
            self._note(status, BOOKED)
            if status == BOOKED:
                self._seen.booked += 1
                self._seen.slowest_booking_ms = max(self._seen.slowest_booking_ms, milliseconds)

    def take(self) -> Seen:
        """What was seen since the last time."""
        with self._lock:
            seen, self._seen = self._seen, Seen()
        return seen

    def end(self) -> None:
        self._over.set()
        self.join()

    def _note(self, status: int | str, wanted: int) -> None:
        if status == wanted:
            self._seen.answered += 1
        else:
            self._seen.failed += 1
            self._seen.failures.add(str(status))

    def _request(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int | str, float]:
        """Status, or the name of the error; milliseconds."""
        connection = http.client.HTTPConnection(self._address.reached_at, self._address.port, timeout=PATIENCE)
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        began = time.monotonic()
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            answer.read()
            status: int | str = answer.status
        except (OSError, http.client.HTTPException) as error:
            status = type(error).__name__
        finally:
            connection.close()
        return status, (time.monotonic() - began) * 1000


def half_booked(portfolio: Portfolio) -> int:
    """Deposits whose page committed something else than all of it, and rebuilds asked for that never came."""
    revision = Portfolio.objects.get(pk=portfolio.pk).ledger_revision
    deposits = Transaction.objects.filter(portfolio=portfolio).count()
    rebuilt = Snapshot.objects.filter(portfolio=portfolio).values_list("ledger_revision", flat=True).first()
    return abs(revision - deposits) + (revision - (rebuilt or 0))
