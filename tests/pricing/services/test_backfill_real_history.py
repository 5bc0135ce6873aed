"""Real prices of thirteen years, through the wire and the gateway into the database."""

from datetime import date
from itertools import pairwise

import pytest

from pricing.models import Bar, Dividend, Finding, Instrument, Split
from pricing.services.backfill import backfill
from pricing.simulator.control import Market
from tests.real_history import AFTER, FIRST_DAY, LAST_DAY, SYMBOLS, real_history, serve_real_history

pytestmark = pytest.mark.django_db

CONVENTIONS = 0.003  # share: see test_adjusted_closes_agree_with_the_samples


def stored(symbol: str, column: str) -> list[float]:
    return list(Bar.objects.filter(instrument__symbol=symbol).order_by("session").values_list(column, flat=True))


def test_the_dividends_that_follow_from_the_sample_are_the_true_ones() -> None:
    assert real_history("AAPL").dividends == (
        (date(2012, 8, 9), 2.65),
        (date(2012, 11, 7), 2.65),
        (date(2013, 2, 7), 2.65),
    )
    assert (date(2004, 11, 15), 3.08) in real_history("MSFT").dividends
    assert real_history("MSFT").dividends[0] == (date(2003, 2, 19), 0.08)
    assert len(real_history("IBM").dividends) == 52


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_session_of_thirteen_years_is_stored_adjusted_for_its_splits(
    real_instruments: dict[str, Instrument], symbol: str
) -> None:
    known = real_history(symbol)

    expected = []
    for day, close in known.rows:
        shares = 1.0
        for ex_date, new, old in known.splits:
            shares *= new / old if day < ex_date else 1.0
        expected.append(close / shares)

    days = list(Bar.objects.filter(instrument__symbol=symbol).order_by("session").values_list("session", flat=True))
    assert days == [day for day, _ in known.rows]
    assert (days[0], days[-1]) == (FIRST_DAY, LAST_DAY)
    assert stored(symbol, "close") == pytest.approx(expected, rel=1e-12)
    kept = Split.objects.filter(instrument=real_instruments[symbol]).order_by("ex_date")
    assert [(row.ex_date, row.numerator, row.denominator) for row in kept] == list(known.splits)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_closes_and_dividends_as_stored_give_the_samples_adjusted_closes_to_the_last_digit(
    real_instruments: dict[str, Instrument], symbol: str
) -> None:
    """By the sample's own formula: a dividend buys shares at the close of its ex-date."""
    rows = Bar.objects.filter(instrument__symbol=symbol).order_by("session").values_list("session", "close")
    paid = dict(Dividend.objects.filter(instrument__symbol=symbol).values_list("ex_date", "amount"))

    adjusted, factor = [], 1.0
    for day, close in reversed(rows):
        adjusted.append(close * factor)
        factor /= 1 + float(paid.get(day, 0)) / close

    scale = adjusted[0] / real_history(symbol).adjusted[-1]  # the sample is adjusted for what came after 2013 too
    assert [value / scale for value in reversed(adjusted)] == pytest.approx(real_history(symbol).adjusted, rel=1e-8)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_adjusted_closes_agree_with_the_samples(real_instruments: dict[str, Instrument], symbol: str) -> None:
    """Two conventions differ by dividend × the day's return: Yahoo's factor is 1 − dividend ÷ the close before."""
    ours, theirs = stored(symbol, "adjusted_close"), real_history(symbol).adjusted

    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]

    assert ratios == pytest.approx([ratios[-1]] * len(ratios), rel=CONVENTIONS)
    ex_dates = {day for day, _ in real_history(symbol).dividends}
    quiet = [
        b / a for (a, b), (day, _) in zip(pairwise(ratios), real_history(symbol).rows[1:], strict=True)
        if day not in ex_dates
    ]  # fmt: skip
    assert quiet == pytest.approx([1.0] * len(quiet), rel=1e-9)


def test_nothing_looks_wrong_in_it(real_instruments: dict[str, Instrument]) -> None:
    assert [str(found) for found in Finding.objects.all()] == []


def test_a_split_nobody_told_of_is_found_on_its_very_day(market: Market, db: None) -> None:
    serve_real_history(market, without=date(2005, 2, 28))

    backfill(Instrument.objects.create(symbol="AAPL"), AFTER)

    found = Finding.objects.get()
    assert (found.kind, found.day) == ("split", date(2005, 2, 28))
    assert "went from 88.99 to 44.86, as by a 2:1 split, and none is recorded" in found.message


@pytest.mark.parametrize(("symbol", "day"), [("AAPL", date(2000, 6, 21)), ("MSFT", date(2003, 2, 18))])
def test_a_split_on_a_day_that_also_rose_by_more_than_the_tolerance_stays_unsaid(
    market: Market, db: None, symbol: str, day: date
) -> None:
    """Apple rose by 9.9 % on that day, Microsoft by 3.4 %; Apple's crash of 2000-09-29 is only 3.7 % from a split."""
    serve_real_history(market, without=day)

    backfill(Instrument.objects.create(symbol=symbol), AFTER)

    assert not Finding.objects.exists()


def test_a_split_told_of_later_takes_its_finding_away(market: Market, db: None) -> None:
    serve_real_history(market, without=date(2005, 2, 28))
    apple = Instrument.objects.create(symbol="AAPL")
    backfill(apple, AFTER)
    assert Finding.objects.exists()
    serve_real_history(market)

    backfill(apple, AFTER)

    assert not Finding.objects.exists()
