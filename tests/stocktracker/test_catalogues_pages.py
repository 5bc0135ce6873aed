"""No page says in English what there is a German text for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from pricing.models import Finding
from stocktracker import catalogues
from stocktracker.jobs.models import Job
from stocktracker.preferences.models import Preferences
from tests.portfolios.given import bars, listed, quote, rebuilt, sessions, typed

pytestmark = pytest.mark.django_db

SHORTEST = 12  # characters: shorter texts are in others by chance
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|<[^>]*>")
SAID = ("aria-label", "title", "placeholder", "alt", "label")
OUTSIDE = ("/login/", "/nowhere/")
START = ("/start/", "/portfolios/new/")
EVERYBODYS = (
    "", "holdings/", "performance/", "income/", "allocation/", "allocation/class/", "activity/", "changes/",
    "transactions/new/", "import/", "quality/", "settings/", "dividends/", "instruments/AAPL/", "explain/twr/",
)  # fmt: skip
ELSEWHERE = (
    "/watchlist/", "/settings/", "/settings/password/", "/instruments/new/", "/jobs/", "/jobs/timetable/",
    "/jobs/statistics/", "/jobs/workers/", "/monitoring/", "/monitoring/instruments/AAPL/",
)  # fmt: skip


class Visible(HTMLParser):
    """What of a page is read or heard."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.code += tag in {"script", "style"}
        self.texts += [value for name, value in attrs if name in SAID and value]

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.code:
            self.texts.append(data)


def english() -> Iterator[str]:
    """Parts of the source texts between their placeholders, of those that read differently in German."""
    stored = [message for message in catalogues.stored("de") if message.id]
    german = " ".join(" ".join(told) if isinstance(told := row.string, tuple | list) else str(told) for row in stored)
    for message in stored:
        for text in message.id if isinstance(message.id, tuple | list) else (message.id,):
            for part in PLACEHOLDER.split(text):
                bare = " ".join(part.split())
                if len(bare) > SHORTEST and bare not in german:
                    yield bare


def forgotten(page: str, texts: list[str]) -> list[str]:
    visible = Visible()
    visible.feed(page)
    said = " | ".join(" ".join(text.split()) for text in visible.texts)
    return [text for text in texts if text in said]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return list(dict.fromkeys(english()))


@pytest.fixture
def german(client: Client, user: User) -> Client:
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    Preferences.objects.create(user=user, language="de")
    client.force_login(user)
    return client


@pytest.fixture
def busy(portfolio: Portfolio, user: User) -> Portfolio:
    """Something of everything: holdings, what was sold, findings, jobs in every state."""
    sessions()
    apple, pound = listed("AAPL"), listed("VOD.L", "GBp", "XLON")
    rate = listed("GBPUSD=X", "USD", "24/5")
    for instrument, price in ((apple, 190.0), (pound, 71.2), (rate, 1.25)):
        bars(instrument, {"2024-06-03": price, "2024-06-04": price * 1.02})
        quote(instrument, str(price), str(price), timezone.now())
    typed(portfolio, Kind.BUY, "2024-06-03", apple, "10", price="15")
    typed(portfolio, Kind.BUY, "2024-06-03", pound, "100", price="60")
    typed(portfolio, Kind.SELL, "2024-06-04", pound, "100", price="70")
    typed(portfolio, Kind.DIVIDEND, "2024-06-04", apple, amount="5")
    rebuilt(portfolio)
    Finding.objects.create(
        instrument=apple, kind="gap", day=date(2024, 6, 3), message="Eine Lücke.", found_at=timezone.now()
    )
    for state in ("queued", "done", "failed"):
        Job.objects.create(
            kind="stocktracker.backfill", args={"symbol": "AAPL"}, queue="prices", state=state, attempts=2,
            requested_by=user, portfolio_id=portfolio.pk, started_at=timezone.now(),
            error="Nein." if state == "failed" else "",
            finished_at=None if state == "queued" else timezone.now(), result={"changed": 2},
        )  # fmt: skip
    return portfolio


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_page_for_strangers_is_in_the_language_of_the_browser(client: Client, texts: list[str], address: str) -> None:
    User.objects.create_user("ada")  # else the first account is to be made

    page = client.get(address, headers={"accept-language": "de-DE,de;q=0.9"}).content.decode()

    assert '<html lang="de"' in page
    assert forgotten(page, texts) == []


@pytest.mark.parametrize("address", START)
def test_a_first_page_is_german(german: Client, texts: list[str], address: str) -> None:
    assert forgotten(german.get(address).content.decode(), texts) == []


def test_the_pages_of_a_portfolio_are_german(german: Client, busy: Portfolio, texts: list[str]) -> None:
    pages = [f"/portfolios/{busy.pk}/{name}" for name in EVERYBODYS]
    pages += [*ELSEWHERE, *(f"/jobs/{job.pk}/" for job in Job.objects.filter(kind="stocktracker.backfill"))]
    answers = {address: german.get(address) for address in pages}

    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 200} == {}
    found = {address: forgotten(answer.content.decode(), texts) for address, answer in answers.items()}
    assert {address: told for address, told in found.items() if told} == {}


def test_what_looks_wrong_with_the_ledger_is_told_in_german(german: Client, busy: Portfolio) -> None:
    page = german.get(f"/portfolios/{busy.pk}/quality/").content.decode()

    assert "AAPL wurde am 2024-06-03 zu 15 USD gehandelt" in page


def test_without_figures_a_page_says_so_in_german(german: Client, portfolio: Portfolio, texts: list[str]) -> None:
    found = [
        forgotten(german.get(f"/portfolios/{portfolio.pk}/{name}").content.decode(), texts) for name in EVERYBODYS[:7]
    ]

    assert found == [[]] * 7


def test_a_forgotten_text_would_be_found(texts: list[str]) -> None:
    assert forgotten("<p>Skip to content</p>", texts) == ["Skip to content"]
    assert forgotten("<p title='Figures are computed again without it.'>Ja</p>", texts)


def test_the_first_page_of_all_is_in_the_language_of_the_browser(client: Client, texts: list[str]) -> None:
    page = client.get("/setup/", headers={"accept-language": "de"}).content.decode()

    assert "Mein Konto anlegen" in page
    assert forgotten(page, texts) == []
