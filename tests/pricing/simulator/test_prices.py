"""Daily prices of the simulated market."""

import time
from datetime import date

import numpy as np
import pytest

from pricing.simulator.instruments import ANCHOR, named
from pricing.simulator.prices import Form, _series, closes, dividends, series, splits

TWENTY_YEARS = (date(2006, 1, 1), date(2026, 1, 1))


def correlation(symbol: str, other: str) -> float:
    """Of the daily log returns of the last 2,000 sessions."""
    returns = [np.diff(np.log(closes(one, *TWENTY_YEARS)[1]))[-2000:].astype(np.float64) for one in (symbol, other)]
    return float(np.corrcoef(returns[0], returns[1])[0, 1])


def test_prices_are_the_same_in_every_version_of_this_program() -> None:
    days, values = closes("MSFT", date(2024, 7, 3), date(2024, 7, 8))

    assert days == [date(2024, 7, 3), date(2024, 7, 5), date(2024, 7, 8)]
    assert values.tolist() == [329.03, 328.77, 327.34]


def test_twenty_years_are_made_in_less_than_fifty_milliseconds() -> None:
    closes("AAPL", *TWENTY_YEARS)
    took = []

    for _ in range(5):
        _series.cache_clear()
        started = time.perf_counter()
        _, values = closes("AAPL", *TWENTY_YEARS)
        took.append(time.perf_counter() - started)
        assert len(values) > 5000

    assert min(took) < 0.05  # the quickest: this machine may be busy


@pytest.mark.parametrize("symbol", [one.symbol for one in named()])
def test_bars_are_plausible(symbol: str) -> None:
    bars = series(symbol)
    shown = slice(bars.first, None)
    opened, high, low, close = (column[shown] for column in (bars.open, bars.high, bars.low, bars.close))

    assert (low > 0).all()
    assert (low <= np.minimum(opened, close) * (1 + 1e-12)).all()
    assert (high >= np.maximum(opened, close) * (1 - 1e-12)).all()
    assert (bars.volume >= 0).all()
    assert np.abs(np.diff(np.log(close))).max() < 0.5


@pytest.mark.parametrize("symbol", ["AAPL", "VOD.L", "7203.T", "EURUSD=X", "^GSPC"])
def test_the_level_is_reached_at_the_start_of_2026(symbol: str) -> None:
    _, values = closes(symbol, date(2025, 12, 20), ANCHOR)

    assert values[-1] == pytest.approx(series(symbol).instrument.level, rel=0.001)


def test_what_was_paid_is_in_cents_and_jumps_at_a_split_while_the_adjusted_price_does_not() -> None:
    days, paid = closes("AAPL", date(2020, 8, 27), date(2020, 9, 1), Form.AS_TRADED)
    _, adjusted = closes("AAPL", date(2020, 8, 27), date(2020, 9, 1))

    assert days[2] == date(2020, 8, 31)
    assert paid[1] / adjusted[1] == pytest.approx(4.0)
    assert paid[2] == adjusted[2]
    assert np.round(paid, 2).tolist() == pytest.approx(paid.tolist())


def test_the_fully_adjusted_price_is_a_total_return() -> None:
    start, end = date(2023, 1, 3), date(2025, 12, 31)
    days, close = closes("KO", start, end)
    paid = {day: amount for day, amount in dividends("KO").items() if start < day <= end}
    shares = 1.0

    for day, amount in paid.items():
        shares /= 1 - amount / close[days.index(day) - 1]

    _, adjusted = closes("KO", start, end, Form.ADJUSTED)
    assert len(paid) == 12
    assert adjusted[-1] / adjusted[0] == pytest.approx(shares * close[-1] / close[0])
    assert adjusted[-1] == close[-1]


@pytest.mark.parametrize(("symbol", "a_year"), [("KO", 4), ("BND", 12), ("VOD.L", 2), ("SAP.DE", 1), ("AMZN", 0)])
def test_dividends_are_paid_as_often_as_usual_and_yield_about_what_is_promised(symbol: str, a_year: int) -> None:
    paid = [amount for day, amount in dividends(symbol).items() if day.year == 2025]

    assert len(paid) == a_year
    instrument = series(symbol).instrument
    _, values = closes(symbol, date(2024, 12, 1), date(2024, 12, 31))
    assert sum(paid) == pytest.approx(instrument.dividend_yield * values[-1], rel=0.01)


def test_stocks_follow_the_market_and_the_index_fund_is_the_market() -> None:
    assert correlation("SPY", "^GSPC") > 0.98
    assert 0.4 < correlation("AAPL", "SPY") < 0.95
    assert correlation("NVDA", "SPY") > 0.3
    assert abs(correlation("BND", "SPY")) < 0.3


def test_any_two_currency_pairs_agree() -> None:
    for field in ("open", "close"):
        euro, back, pound, cross = (
            getattr(series(pair), field) for pair in ("EURUSD=X", "USDEUR=X", "GBPUSD=X", "EURGBP=X")
        )
        assert euro * back == pytest.approx(np.ones(len(euro)), rel=1e-14)
        assert euro / pound == pytest.approx(cross, rel=1e-14)


def test_an_instrument_has_no_prices_before_its_first_session() -> None:
    days, _ = closes("META", date(2000, 1, 1), date(2012, 12, 31))

    assert days[0].year == 2012


def test_an_unknown_symbol_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        closes("NOSUCH", *TWENTY_YEARS)


def test_what_is_handed_out_can_be_changed_without_harm() -> None:
    _, values = closes("KO", *TWENTY_YEARS)
    values[:] = 0

    assert (closes("KO", *TWENTY_YEARS)[1] > 0).all()


def test_splits_are_told() -> None:
    assert [split.ratio for split in splits("TSLA")] == [5.0, 3.0]
