import gzip
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User

from charts.models import Backtest
from charts.series.decode import decode
from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from pricing.models import Bar, Instrument
from tests.charts.given import computed, walk
from tests.portfolios.given import typed

pytestmark = pytest.mark.django_db


def untraded(user: User, portfolio: Portfolio, since: str, **more: Any) -> Backtest:
    data = {"strategy": {"kind": "untraded", "portfolio": portfolio.pk, "since": since}, "benchmark": ""}
    return computed(user, data | more)


def close(instrument: Instrument, day: str, adjusted: bool = False) -> float:
    bar = Bar.objects.get(instrument=instrument, session=date.fromisoformat(day))
    return bar.adjusted_close if adjusted else bar.close


@pytest.fixture
def traded(portfolio: Portfolio) -> tuple[Instrument, Instrument]:
    """Ten A bought in 2020, sold in 2022 for five B."""
    first, second = walk("A"), walk("B", seed=2)
    typed(portfolio, Kind.BUY, "2020-01-02", first, "10", price="100")
    typed(portfolio, Kind.SELL, "2022-01-03", first, "10", price=str(round(close(first, "2022-01-03"), 6)))
    typed(portfolio, Kind.BUY, "2022-01-03", second, "5", price=str(round(close(second, "2022-01-03"), 6)))
    return first, second


def test_what_was_held_is_kept_with_the_payments_there_really_were(
    user: User, portfolio: Portfolio, traded: tuple[Instrument, Instrument]
) -> None:
    first, second = traded

    row = untraded(user, portfolio, "2021-01-04")

    report: Any = row.report
    assert report, row.problem
    last = "2024-05-13"
    net = 5 * close(second, "2022-01-03") - 10 * close(first, "2022-01-03")
    growth = close(first, last, adjusted=True) / close(first, "2021-01-04", adjusted=True)
    later = close(first, last, adjusted=True) / close(first, "2022-01-03", adjusted=True)
    kept = 10 * close(first, "2021-01-04") * growth + net * later
    assert report["figures"]["end_value"] == pytest.approx(kept, rel=1e-4)  # prices are typed with six decimals
    assert report["actual"]["end_value"] == pytest.approx(5 * close(second, last))
    assert report["figures"]["fees"] == 0
    table = decode(gzip.decompress(bytes(row.curves or b"")))
    assert table.columns["actual"].values[-1] == pytest.approx(5 * close(second, last), abs=0.01)
    assert table.columns["actual"].values[0] == pytest.approx(table.columns["value"].values[0], abs=0.02)


def test_whoever_held_nothing_yet_is_told(
    user: User, portfolio: Portfolio, traded: tuple[Instrument, Instrument]
) -> None:
    row = untraded(user, portfolio, "2019-02-01")

    assert row.problem
    assert row.problem["path"] == "strategy.since"
    assert row.problem["message"] == "On 2019-02-01 this portfolio held nothing; choose a later day."


def test_a_portfolio_without_transactions_has_no_figures(user: User, portfolio: Portfolio) -> None:
    row = untraded(user, portfolio, "2019-02-01")

    assert row.problem
    assert row.problem["message"] == "This portfolio has no figures yet."


def test_a_day_after_the_last_price_is_told(
    user: User, portfolio: Portfolio, traded: tuple[Instrument, Instrument]
) -> None:
    row = untraded(user, portfolio, "2029-02-01")

    assert row.problem
    assert row.problem["message"] == "There are no prices after 2029-02-01; choose an earlier day."


def test_what_was_sold_short_is_left_out_and_the_money_is_what_there_was(user: User, portfolio: Portfolio) -> None:
    first, second = walk("A"), walk("B", seed=2)
    portfolio.allow_short = True
    portfolio.save()
    typed(portfolio, Kind.BUY, "2020-01-02", first, "10", price="100")
    typed(portfolio, Kind.SELL, "2020-01-02", second, "3", price="100")

    row = untraded(user, portfolio, "2021-01-04")

    assert row.report, row.problem
    table = decode(gzip.decompress(bytes(row.curves or b"")))
    worth = 10 * close(first, "2021-01-04") - 3 * close(second, "2021-01-04")
    assert table.columns["actual"].values[0] == pytest.approx(worth, abs=0.01)
    assert table.columns["value"].values[0] == pytest.approx(worth, abs=0.01)
    assert [one["symbol"] for one in row.report["holdings"]] == ["A", ""]
