from datetime import date

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import ImportBatch, Portfolio, Snapshot
from portfolios.selectors import accounts_of, job_of, proposed_dividends, quality
from portfolios.services.imports import upload
from pricing.models import Finding, Instrument
from stocktracker.jobs.models import Job, State
from tests.portfolios.given import NOW, listed, proposed, typed

pytestmark = pytest.mark.django_db


def test_the_job_of_a_file_is_found_by_its_batch(portfolio: Portfolio) -> None:
    batch, job = upload(portfolio, "a.csv", b"date,kind\n", portfolio.owner_id)
    other = ImportBatch.objects.create(portfolio=portfolio, filename="b.csv", content=b"")
    Job.objects.filter(pk=job.pk).update(state=State.FAILED, error="Unavailable: time-out")

    assert [getattr(job_of(row), "error", None) for row in (batch, other)] == ["Unavailable: time-out", None]


def test_accounts_are_those_that_were_named(portfolio: Portfolio) -> None:
    for account in ("b", "", "a", "b"):
        typed(portfolio, Kind.FEE, "2024-06-03", amount="1", account=account)

    assert accounts_of(portfolio) == ["a", "b"]


def test_proposed_dividends_come_open_and_dismissed(portfolio: Portfolio) -> None:
    share = listed("KO")
    rows = [
        proposed(portfolio, share, day, state=state)
        for day, state in (("2024-03-14", "open"), ("2024-06-14", "dismissed"))
    ]

    found = proposed_dividends(portfolio)

    assert [found.open, found.dismissed] == [rows[:1], rows[1:]]


def test_what_looks_wrong_is_counted_with_every_price_the_figures_depend_on(two_shares: Portfolio) -> None:
    unused = listed("CHFUSD=X")
    for symbol in ("GBPUSD=X", "AAPL", "CHFUSD=X"):
        instrument = Instrument.objects.get(symbol=symbol)
        Finding.objects.create(instrument=instrument, kind="gap", day="2024-01-03", message="One day.", found_at=NOW)
    Snapshot.objects.update(problem="No.", findings=[{"kind": "price", "day": "2024-06-03", "message": "Odd."}])

    found = quality(two_shares)

    assert [row.instrument.symbol for row in found.prices] == ["AAPL", "GBPUSD=X"]
    assert (found.problem, found.ledger[0].day, found.count, unused.findings.count()) == ("No.", date(2024, 6, 3), 4, 1)


def test_before_the_first_rebuild_nothing_looks_wrong(portfolio: Portfolio) -> None:
    assert quality(portfolio).count == 0
