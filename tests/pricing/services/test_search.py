from datetime import UTC, datetime, timedelta

import pytest

from pricing.lookup import kept
from pricing.models import Instrument
from pricing.services.search import DESCRIBED_A_DAY, describe_company, search, undescribed
from pricing.simulator.control import Market
from pricing.upstream.client import Unavailable

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_what_the_source_finds_is_kept_for_the_page(market: Market) -> None:
    count = search("coca")

    answer = kept("coca")
    assert answer is not None
    assert ("KO", "NYQ") in {(row.symbol, row.exchange) for row in answer.found}
    assert count == len(answer.found)
    assert market.summary() == {"search": 1}


def test_that_nothing_was_found_is_an_answer_too(market: Market) -> None:
    search("nosuch thing anywhere")

    answer = kept("nosuch thing anywhere")
    assert answer is not None
    assert (answer.found, answer.failure) == ((), "")


def test_a_source_that_does_not_answer_is_named(market: Market) -> None:
    market.fail(503, kind="search")

    assert search("coca") == 0

    answer = kept("coca")
    assert answer is not None
    assert "HTTP 503" in answer.failure


def test_a_company_gets_its_sector_in_one_request(market: Market, apple: Instrument) -> None:
    describe_company(apple, NOW)

    apple.refresh_from_db()
    assert (apple.sector, apple.country, apple.described_at) == ("Technology", "United States", NOW)
    assert apple.industry
    assert market.summary() == {"cookie": 1, "crumb": 1, "profile": 1}


def test_what_is_no_company_is_not_asked_for_again(market: Market) -> None:
    coin = Instrument.objects.create(symbol="BTC-USD", quote_type="EQUITY", status=Instrument.Status.ACTIVE)

    describe_company(coin, NOW)

    assert undescribed(NOW) == []
    assert Instrument.objects.get().sector == ""


def test_an_outage_leaves_the_company_to_be_asked_again(market: Market, apple: Instrument) -> None:
    Instrument.objects.update(quote_type="EQUITY")
    market.fail(500, kind="profile")

    with pytest.raises(Unavailable):
        describe_company(apple, NOW)

    assert undescribed(NOW) == [apple]


def test_companies_are_described_a_few_a_day_and_again_after_a_month() -> None:
    for number in range(DESCRIBED_A_DAY + 5):
        Instrument.objects.create(symbol=f"S{number}", quote_type="EQUITY", status=Instrument.Status.ACTIVE)
    for symbol, kind, status, days in (
        ("LATELY", "EQUITY", "active", 29), ("LONGAGO", "EQUITY", "active", 31), ("FUND", "ETF", "active", None),
        ("GONE", "EQUITY", "delisted", None),
    ):  # fmt: skip
        at = None if days is None else NOW - timedelta(days=days)
        Instrument.objects.create(symbol=symbol, quote_type=kind, status=status, described_at=at)

    due = {row.symbol for row in undescribed(NOW)}
    Instrument.objects.filter(symbol__in=due).update(described_at=NOW)

    assert len(due) == DESCRIBED_A_DAY
    assert not due & {"LATELY", "FUND", "GONE"}
    assert "LONGAGO" in due | {row.symbol for row in undescribed(NOW)}
