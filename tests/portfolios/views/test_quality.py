from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from portfolios.models import Portfolio, Snapshot
from pricing.models import Finding, Instrument
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


def test_the_problem_comes_first_then_the_ledger_then_prices(
    signed_in: Client, invested: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    finding = {"kind": "price", "day": "2024-06-03", "message": "AAPL was traded at 15."}
    Snapshot.objects.update(problem="It does not add up.", findings=[finding])
    pound = Instrument.objects.get(symbol="GBPUSD=X")
    Finding.objects.create(instrument=pound, kind="rate_gap", day=date(2024, 1, 2), message="6 days.", found_at=NOW)

    with django_assert_num_queries(8):  # session, user, portfolio, snapshot, traded, benchmarks, instruments, findings
        page = signed_in.get(f"/portfolios/{invested.pk}/quality/").content.decode()

    told = ("It does not add up.", "3 Jun 2024", "AAPL was traded at 15.", "GBPUSD=X", "2 Jan 2024", "Rate gap")
    places = [page.index(text) for text in told]
    assert places == sorted(places)
    assert "Nothing looks wrong" not in page


def test_where_nothing_is_wrong_the_page_says_so(signed_in: Client, portfolio: Portfolio) -> None:
    assert "Nothing looks wrong" in signed_in.get(f"/portfolios/{portfolio.pk}/quality/").content.decode()
