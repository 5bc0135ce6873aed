"""Somebody's first hour: an account, the demo, and whatever else a screen could show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from charts.models import Backtest, Share, Strategy, Study
from charts.services.asking import ask
from charts.services.saving import save_strategy, share
from charts.services.studies import ask_luck, ask_map
from portfolios.models import Alert, Portfolio, Snapshot, Target, Watched
from pricing.models import Finding, Instrument
from stocktracker.jobs.models import UNDER_WAY, Job

from .conftest import PATIENCE, Processes, eventually, overheard
from .looks import LISTEN, drawn, faults

PASSWORD = "correct horse battery"


def _first(model: type[Job | Watched | Strategy]) -> int | None:
    row = model.objects.order_by("pk").first()
    return row.pk if row else None


def _tested() -> dict[str, str]:
    """What a backtest's addresses are made of."""
    link = Share.objects.select_related("backtest").first()
    return {"result": link.backtest.key, "share": link.token} if link else {}


@dataclass
class World:
    """One server with the demo, and somebody who has signed in."""

    address: str
    page: Page
    complaints: list[str]
    first: dict[str, list[str]] = field(default_factory=dict)  # faults of screens that are there only once
    home: str = ""

    def open(self, path: str, status: int = 200) -> Page:
        """A path below the portfolio's, or with a slash in front one of all; numbers are those of this database."""
        path = path.format(job=_first(Job), watched=_first(Watched), strategy=_first(Strategy), **_tested())
        answer = self.page.goto(self.address + path if path.startswith("/") else self.home + path)
        assert answer is not None
        assert answer.status == status
        drawn(self.page)
        return self.page

    def faults(self) -> list[str]:
        found = [*faults(self.page), *self.complaints]
        self.complaints.clear()
        return found


def moved_in(processes: Processes, context: BrowserContext) -> World:
    """By the first account's form and the welcome page's demo; then whatever else a screen could show."""
    address = processes.web()
    processes.worker()
    context.add_init_script(LISTEN)
    page = context.new_page()
    world = World(address, page, overheard(page))
    page.goto(f"{address}/login/")
    expect(page).to_have_url(f"{address}/setup/")
    world.first["setup"] = world.faults()
    page.fill("[name=username]", "ada")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("button:has-text('Create my account')")
    expect(page).to_have_url(f"{address}/start/")
    world.first["start"] = world.faults()
    page.click("button:has-text('Load the demo')")
    eventually(Portfolio.objects.exists, "the demo")
    world.home = f"{address}/portfolios/{Portfolio.objects.get().pk}/"
    _quiet()
    _filled(Portfolio.objects.get())
    _backtested(User.objects.get())
    later = timezone.now() + timedelta(days=1)
    waiting = Job.objects.create(kind="jobs.prune", queue="housekeeping", requested_by=User.objects.get(), run_at=later)
    expect(world.open("changes/").locator(".jobs-bar")).to_be_visible()
    world.first["under way"] = world.faults()
    waiting.delete()
    return world


def _quiet() -> None:
    def is_quiet() -> bool:
        return Snapshot.objects.exists() and not Job.objects.filter(state__in=UNDER_WAY).exists()

    eventually(is_quiet, "figures, and nothing under way", PATIENCE * 2)


def _filled(portfolio: Portfolio) -> None:
    apple, user = Instrument.objects.get(symbol="AAPL"), portfolio.owner
    Watched.objects.create(pk=1, user=user, instrument=apple, note="below 200, perhaps")
    told = {"active": False, "triggered_at": timezone.now(), "triggered_price": Decimal(310)}
    Alert.objects.create(user=user, instrument=apple, threshold=Decimal(900))
    Alert.objects.create(user=user, instrument=apple, threshold=Decimal(300), **told)
    Finding.objects.create(
        instrument=apple, kind="gap", day=date(2024, 1, 3), message="One day.", found_at=timezone.now()
    )
    Target.objects.create(portfolio=portfolio, dimension="class", name="Shares", weight=Decimal("0.5"))


def _backtested(user: User) -> None:
    """One result with its studies, saved and shared; one that cannot be."""
    rules = {"kind": "crossover", "symbol": "AAPL", "fast": 20, "slow": 100}
    row = ask({"strategy": rules, "benchmark": "MSFT", "costs": {"rate": 0.001}}, user, timezone.now())
    ask({"strategy": rules, "start": "2050-01-01"}, user, timezone.now())
    eventually(lambda: not Backtest.objects.waiting().exists(), "results of backtests", PATIENCE * 2)
    row.refresh_from_db()
    row = row.became or row
    share(user, row)
    save_strategy(user, row, "Golden cross", timezone.now())
    ask_map(row, {"fast": [10, 20, 30], "slow": [100, 150]}, user, timezone.now())
    ask_luck(row, user, timezone.now())
    eventually(lambda: not Study.objects.filter(computed_at=None).exists(), "studies", PATIENCE * 2)
