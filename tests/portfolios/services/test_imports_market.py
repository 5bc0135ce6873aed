"""A file's whole way, with the real gateway on the simulated market."""

import threading
from datetime import date

import pytest
from django.db import connection

from portfolios.models import ImportBatch, Portfolio, Transaction
from portfolios.services.imports import apply, check, record, upload
from portfolios.tasks import check_import
from pricing.services.identify import PriceSource
from pricing.simulator.control import Market
from tests.portfolios.given import NOW, ran

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = b"date,kind,symbol,quantity,price,amount,external_id\n"
FILE = (
    HEADER + b"2024-01-02,buy,AAPL,10,190.5,,T-1\n2024-01-03,buy,VOD.L,100,71.2,,T-2\n2024-02-01,sell,AAPL,4,200,,T-3\n"
)


def test_a_file_is_uploaded_checked_and_applied(portfolio: Portfolio, market: Market) -> None:
    batch, job = upload(portfolio, "trades.csv", FILE, portfolio.owner_id)

    done = ran(job, check_import)
    batch.refresh_from_db()
    seen = (batch.state, Transaction.objects.count(), done.result)
    stored = apply(batch, NOW, portfolio.owner_id)

    assert seen == ("ready", 0, {"new": 3, "problems": 0})
    assert (stored, Transaction.objects.count()) == (3, 3)
    assert len(market.requests("quote")) == 1  # both symbols together


def test_a_symbol_the_market_does_not_know_is_named(portfolio: Portfolio, market: Market) -> None:
    batch, job = upload(portfolio, "a.csv", HEADER + b"2024-01-02,buy,NOSUCH1,1,1,,\n", portfolio.owner_id)

    ran(job, check_import)

    batch.refresh_from_db()
    assert batch.state == "refused"
    assert batch.report["problems"][0]["line"] == 2


def test_a_sale_after_a_split_nobody_has_stored_yet_is_covered(portfolio: Portfolio, market: Market) -> None:
    market.split("KO", 4, 1, on=date(2024, 3, 1))
    rows = b"2024-01-02,buy,KO,10,60,,\n2024-06-03,sell,KO,40,16,,\n"
    batch, _ = upload(portfolio, "a.csv", HEADER + rows, portfolio.owner_id)

    checked = check(batch, NOW, PriceSource())
    market.reset()

    assert (checked.problems, len(checked.new)) == ([], 2)


@pytest.mark.parametrize("clicks", [2])
def test_two_files_with_the_same_trades_applied_at_once_store_them_once(
    portfolio: Portfolio, market: Market, clicks: int
) -> None:
    batches = [upload(portfolio, "a.csv", FILE, portfolio.owner_id)[0] for _ in range(clicks)]
    for batch in batches:
        record(batch, check(batch, NOW, PriceSource()))
    stored: list[int | None] = []
    start = threading.Barrier(clicks)

    def apply_it(batch: ImportBatch) -> None:
        start.wait()
        try:
            stored.append(apply(batch, NOW, portfolio.owner_id))
        finally:
            connection.close()

    threads = [threading.Thread(target=apply_it, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(n or 0 for n in stored) == [0, 3]
    assert Transaction.objects.count() == 3
