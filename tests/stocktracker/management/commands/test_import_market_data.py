from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from charts.services.saving import save_strategy
from portfolios.dependencies import prices_revision
from portfolios.models import Portfolio, Snapshot
from portfolios.services.rebuilds import rebuild_is_needed
from pricing.models import Bar, Instrument
from stocktracker.jobs.models import Job
from tests.charts.given import computed

pytestmark = pytest.mark.django_db


@pytest.fixture
def closes(tmp_path: Path) -> Path:
    path = tmp_path / "closes.csv"
    path.write_text("symbol,date,close\nHOUSE,2024-06-03,100\nHOUSE,2024-06-04,110\n")
    return path


def load(path: Path | str, *options: str) -> str:
    said = StringIO()
    call_command("import_market_data", str(path), *options, stdout=said)
    return said.getvalue().strip()


def test_it_says_what_it_has_read(closes: Path) -> None:
    assert load(closes, "--currency", "EUR") == "Read 2 closes of HOUSE: 1 changed, 0 portfolios will be rebuilt."
    assert load(closes, "--as-traded") == "Read 2 closes of HOUSE: 0 changed, 0 portfolios will be rebuilt."
    assert not Job.objects.exists()


def test_whoever_depends_on_it_is_rebuilt(closes: Path, portfolio: Portfolio) -> None:
    portfolio.benchmark = Instrument.objects.create(symbol="HOUSE", status="unknown")
    portfolio.save()

    assert load(closes, "--currency", "EUR").endswith("1 changed, 1 portfolio will be rebuilt.")

    assert [job.kind for job in Job.objects.all()] == ["stocktracker.rebuild"]


def test_saved_strategies_go_on_with_it(closes: Path, user: User) -> None:
    load(closes, "--currency", "EUR")
    row = computed(user, {"strategy": {"kind": "hold", "weights": {"HOUSE": 1}}, "currency": "EUR", "benchmark": ""})
    save_strategy(user, row, "Mine", timezone.now())
    closes.write_text("symbol,date,close\nHOUSE,2024-06-05,120\n")

    load(closes)

    assert Job.objects.get(kind="charts.strategy").subject == "Mine"


def test_one_is_singular_and_splits_stored_before_are_told(closes: Path) -> None:
    load(closes, "--currency", "EUR")
    closes.write_text("symbol,ex_date,numerator,denominator\nHOUSE,2024-06-04,2,1\n")

    assert load(closes) == "Read 1 split of HOUSE: 1 changed, 0 portfolios will be rebuilt."
    assert load(closes, "--as-traded") == (
        "Read 1 split of HOUSE: 0 changed, 0 portfolios will be rebuilt. 1 split was stored before and is not applied "
        "again."
    )


def test_what_is_forgotten_is_asked_of_the_source_and_whoever_depends_on_it_is_rebuilt(
    closes: Path, portfolio: Portfolio
) -> None:
    load(closes, "--currency", "EUR")
    portfolio.benchmark = Instrument.objects.get()
    portfolio.save()

    said = load("--forget", "house")

    assert said == "HOUSE is forgotten, and asked of the price source; 1 portfolio will be rebuilt."
    assert sorted(job.kind for job in Job.objects.all()) == ["stocktracker.backfill", "stocktracker.rebuild"]


def test_a_portfolio_that_loses_a_rate_with_it_is_rebuilt_all_the_same(closes: Path, portfolio: Portfolio) -> None:
    load(closes, "--currency", "EUR")
    Instrument.objects.create(symbol=f"EUR{portfolio.base_currency}=X", revision=50)
    portfolio.benchmark = Instrument.objects.get(symbol="HOUSE")
    portfolio.save()
    Snapshot.objects.create(
        portfolio=portfolio,
        ledger_revision=portfolio.ledger_revision,
        prices_revision=prices_revision(portfolio),
        computed_at=timezone.now(),
    )
    assert not rebuild_is_needed(portfolio)

    load("--forget", "HOUSE")

    assert rebuild_is_needed(Portfolio.objects.get())


def test_what_is_not_priced_from_files_cannot_be_forgotten(apple: Instrument) -> None:
    with pytest.raises(CommandError, match=r"^AAPL is not priced from files, so there is nothing to forget\.$"):
        load("--forget", "AAPL")


def test_problems_are_told_row_by_row_and_nothing_is_stored(closes: Path) -> None:
    closes.write_text(closes.read_text() + "HOUSE,x,1\nHOUSE,2024-06-05,-1\n")

    with pytest.raises(CommandError, match=r"(?s)^Row 4: .*\nRow 5: .*\nNothing was stored\.$"):
        load(closes, "--currency", "EUR")

    assert not Bar.objects.exists()


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing\.csv cannot be read: No such file or directory\."):
        load(tmp_path / "nothing.csv")
