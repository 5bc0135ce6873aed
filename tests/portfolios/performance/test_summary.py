from collections.abc import Mapping, Sequence
from dataclasses import asdict

import pytest

from portfolios.accounting.entries import Entry, Kind
from portfolios.accounting.ledger import Rules
from portfolios.performance.book import Listed
from portfolios.performance.periods import RANGES
from portfolios.performance.report import Reporting
from portfolios.performance.summary import Summary, summarise
from tests.portfolios.accounting.books import AAPL, CASH, NO_CASH, SHORT, book, bought, closes, paid, sold
from tests.portfolios.accounting.lives import BASE, day


def summary(
    entries: Sequence[Entry], prices: Mapping[int, float], until: int, rules: Rules = NO_CASH, **more: object
) -> Summary:
    marks = book(entries, prices, rules, **more)  # type: ignore[arg-type]  # what a book is made of
    return summarise(Reporting(marks, marks.first_eve(), day(until)))


def test_gain_is_value_plus_taken_out_minus_put_in() -> None:
    found = summary([bought(0, "10", "990"), bought(1, "1", "50"), sold(2, "4", "500")], {0: 100.0}, 2)

    assert (found.value, found.put_in, found.paid_in, found.gain) == (700.0, 1040.0, 540.0, 160.0)
    assert found.gain_rate == pytest.approx(160 / 1040)
    assert (found.first, found.last) == (day(0), day(2))


def test_securities_are_what_is_not_cash() -> None:
    found = summary([paid(Kind.DEPOSIT, 0, "150"), bought(0, "10", "100")], {0: 11.0}, 0, CASH)

    assert (found.value, found.securities, found.put_in) == (160.0, 110.0, 150.0)


def test_two_years_are_annualised_from_the_first_evening_and_so_is_the_benchmark() -> None:
    fund = Listed("FUND", closes({0: 50.0, 729: 72.0}), 1.0, BASE)

    found = summary([bought(0, "10", "100")], {0: 10.0, 729: 12.1}, 729, benchmarks={"FUND": fund})

    assert found.twr_annual == pytest.approx(0.10)
    assert found.benchmark_annual == pytest.approx(0.20)
    assert found.xirr == pytest.approx(1.21 ** (365 / 729) - 1)


def test_without_a_benchmark_there_is_nothing_to_compare_with() -> None:
    assert summary([bought(0, "10", "100")], {0: 10.0}, 3).benchmark_annual is None


def test_a_period_counts_only_what_happened_after_its_evening() -> None:
    entries = [bought(0, "10", "1000"), bought(364, "10", "1000"), bought(367, "10", "1100")]

    found = summary(entries, {0: 100.0, 364: 110.0, 366: 120.0, 389: 125.0}, 389).periods

    # the last session of 2024 is the 30th of December, with 20 shares at 110
    assert (found["YTD"].start, found["YTD"].gain) == (day(364), 20 * 15 + 10 * 15.0)
    assert found["YTD"].twr == pytest.approx(2400 / 2200 * 3750 / 3500 - 1)
    assert (found["1W"].start, found["1W"].gain) == (day(367), 150.0)
    assert found["Max"].gain == 3750 - 3100
    for name in ("3Y", "5Y", "10Y"):
        assert (found[name].start, found[name].gain) == (day(-1), found["Max"].gain)


def test_the_cost_of_the_first_purchase_counts_since_the_beginning() -> None:
    found = summary([bought(0, "10", "100", fee=10)], {0: 10.0}, 1)

    assert found.periods["Max"].gain == -10.0
    assert found.periods["Max"].twr == found.twr_annual == pytest.approx(100 / 110 - 1)


def test_income_of_twelve_months_is_that_of_the_last_365_days() -> None:
    income = [
        paid(Kind.DIVIDEND, number, amount, instrument=AAPL) for number, amount in ((1, "8"), (2, "4"), (366, "2"))
    ]

    found = summary([bought(0, "10", "100"), *income], {0: 10.0}, 366)

    assert found.income_year == 6.0  # a year ago to the day is before it
    assert found.income_yield == pytest.approx(0.06)


def test_the_largest_drop_names_the_day_of_its_low() -> None:
    found = summary([bought(0, "10", "100")], {0: 10.0, 1: 8.0, 2: 12.0, 3: 11.0}, 3)

    assert (found.drawdown, found.drawdown_low) == (pytest.approx(-0.2), day(1))


def test_volatility_is_of_the_last_year() -> None:
    wild = {0: 10.0, 1: 20.0, 2: 5.0}
    calm = dict.fromkeys(range(20, 400), 10.0)

    always = {AAPL: Listed("BTC", closes(wild | calm), 1.0, BASE)}

    found = summary([bought(0, "10", "100")], {}, 399, listed=always)

    assert found.volatility_year == pytest.approx(0.0, abs=1e-12)
    assert found.drawdown == pytest.approx(-0.75)


def test_a_day_below_zero_ends_every_linked_figure_without_an_error() -> None:
    entries = [paid(Kind.DEPOSIT, 0, "100"), sold(0, "10", "100")]

    found = summary(entries, {0: 10.0, 1: 30.0, 2: 10.0}, 2, Rules(BASE, tracks_cash=True, allow_short=True))

    assert (found.twr_annual, found.xirr, found.volatility_year, found.sharpe_year) == (None, None, None, None)
    assert (found.periods["Max"].twr, found.gain) == (None, 0.0)


def test_short_sales_alone_have_a_gain_but_no_yield() -> None:
    found = summary([sold(0, "10", "100")], {0: 10.0, 1: 8.0}, 1, SHORT)

    assert (found.value, found.gain, found.gain_rate, found.income_yield) == (-80.0, 20.0, None, None)


def test_everything_lost_is_minus_a_hundred_percent() -> None:
    found = summary([bought(0, "10", "100")], {0: 10.0, 1: 0.0, 2: 0.0}, 2)

    assert (found.twr_annual, found.xirr, found.drawdown, found.gain_rate) == (-1.0, -1.0, -1.0, -1.0)
    assert (found.income_yield, found.volatility_year) == (None, None)


def test_everything_sold_keeps_what_it_earned() -> None:
    found = summary([bought(0, "10", "100"), sold(365, "10", "130")], {0: 10.0}, 424)

    assert (found.value, found.gain) == (0.0, 30.0)
    assert found.xirr == pytest.approx(0.30)
    assert found.twr_annual == pytest.approx(1.3 ** (365 / 425) - 1)


def test_a_first_day_alone_has_no_rates_but_a_value() -> None:
    found = summary([bought(0, "10", "100")], {0: 10.0}, 0)

    assert (found.value, found.gain, found.xirr, found.volatility_year) == (100.0, 0.0, None, None)
    assert tuple(asdict(found)["periods"]) == RANGES
