"""Telling the simulated market what to do."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pricing.simulator.control import Market
from pricing.upstream.client import SymbolNotFound
from pricing.upstream.yahoo import Yahoo

FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture
def yahoo(market: Market) -> Yahoo:
    return Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle, timeout=5.0)


def test_a_split_without_a_day_happens_in_the_latest_session_even_on_a_weekend(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY + timedelta(days=1))
    before = yahoo.quotes(["KO"]).rows["KO"].price

    market.split("KO", 3, 1)

    assert yahoo.quotes(["KO"]).rows["KO"].price == pytest.approx(before / 3)


def test_a_split_in_the_future_happens_when_its_day_comes(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    market.split("KO", 2, 1, on=date(2026, 11, 23))
    before = yahoo.history("KO", date(2026, 11, 2)).bars[0].close

    market.advance(days=3)

    assert yahoo.history("KO", date(2026, 11, 2)).bars[0].close == pytest.approx(before / 2)


def test_a_split_of_a_new_name_is_of_its_history(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    market.rename("KO", "COKE2")
    before = yahoo.quotes(["COKE2"]).rows["COKE2"].price

    market.split("COKE2", 2, 1)

    assert yahoo.quotes(["COKE2"]).rows["COKE2"].price == pytest.approx(before / 2)


def test_what_is_delisted_is_missing_from_quotes_and_its_chart_is_not_found(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)

    market.delist("KO", on=date(2026, 11, 23))

    assert yahoo.quotes(["KO", "PEP"]).missing == ()
    market.set_time(datetime(2026, 11, 23, 14, 31, tzinfo=UTC))
    assert yahoo.quotes(["KO", "PEP"]).missing == ("KO",)
    assert "KO" not in [found.symbol for found in yahoo.search("Coca-Cola")]
    with pytest.raises(SymbolNotFound):
        yahoo.history("KO", date(2026, 11, 2))


def test_a_renamed_symbol_goes_on_under_its_new_name(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    before = yahoo.history("KO", date(2026, 11, 2))
    assert yahoo.search("COKE2")[0].name != before.name

    market.rename("KO", "COKE2")

    quotes, after = yahoo.quotes(["KO", "COKE2"]), yahoo.history("COKE2", date(2026, 11, 2))
    assert (quotes.missing, list(quotes.rows)) == (("KO",), ["COKE2"])
    assert (after.bars, after.name, after.symbol) == (before.bars, before.name, "COKE2")
    found = [one.symbol for one in yahoo.search("Coca-Cola")]
    assert ("COKE2" in found, "KO" in found) == (True, False)
    with pytest.raises(SymbolNotFound):
        yahoo.history("KO", date(2026, 11, 2))


def test_a_history_corrected_afterwards_is_another_without_a_split(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    before = yahoo.history("KO", date(2026, 11, 2))

    market.restate("KO", 1.1, before=date(2026, 11, 16))

    after = yahoo.history("KO", date(2026, 11, 2))
    ratios = [new.close / old.close for new, old in zip(after.bars, before.bars, strict=True)]
    assert ratios == pytest.approx([1.1] * 10 + [1.0] * 5)
    assert after.splits == {}
    assert yahoo.quotes(["KO"]).rows["KO"].price == before.bars[-1].close


def test_one_more_dividend(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)

    market.dividend("AMZN", 1.25)
    market.dividend("AMZN", 0.5, on=date(2026, 11, 10))
    market.dividend("AMZN", 9.0, on=date(2026, 11, 23))

    history = yahoo.history("AMZN", date(2026, 11, 2))
    assert history.dividends == {date(2026, 11, 10): 0.5, date(2026, 11, 20): 1.25}
    assert history.bars[0].adjusted_close < history.bars[0].close
    assert history.bars[-1].adjusted_close == history.bars[-1].close


def test_bars_may_lag_behind_while_quotes_do_not(market: Market, yahoo: Yahoo) -> None:
    market.set_time(datetime(2026, 11, 20, 22, tzinfo=UTC))
    market.lag(3)

    history, quote = yahoo.history("KO", date(2026, 11, 16)), yahoo.quotes(["KO"]).rows["KO"]

    assert (len(history.bars), history.pending) == (4, (date(2026, 11, 20),))
    market.advance(hours=2)
    there = yahoo.history("KO", date(2026, 11, 16))
    assert (there.bars[-1].close, there.pending) == (quote.price, ())
    market.lag(30)
    assert yahoo.history("KO", date(2026, 11, 16)).pending == (date(2026, 11, 19), date(2026, 11, 20))
    market.lag(None)
    assert yahoo.history("KO", date(2026, 11, 16)).pending == ()


def test_a_given_history_is_served_until_a_reset(market: Market, yahoo: Yahoo) -> None:
    market.set_time(FRIDAY)
    invented = yahoo.quotes(["KO"]).rows["KO"].price
    days = [date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)]

    market.history(
        "KO", zip(days, (90.0, 31.0, 32.0), strict=True), splits=[(days[1], 3, 1)], dividends=[(days[2], 1.0)]
    )

    served = yahoo.history("KO", date(2026, 11, 1))
    assert [(bar.session, bar.close) for bar in served.bars] == list(zip(days, (30.0, 31.0, 32.0), strict=True))
    assert [bar.adjusted_close for bar in served.bars] == pytest.approx([30 * 30 / 31, 30, 32])
    assert (served.splits, served.dividends) == ({days[1]: (3.0, 1.0)}, {days[2]: 1.0})
    quote = yahoo.quotes(["KO"]).rows["KO"]
    assert (quote.price, quote.previous_close, quote.at) == (32.0, 31.0, FRIDAY)
    market.reset()
    market.set_time(FRIDAY)
    assert yahoo.quotes(["KO"]).rows["KO"].price == invented
