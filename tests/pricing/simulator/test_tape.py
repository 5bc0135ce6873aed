"""What the simulated market shows at a moment."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from pricing.simulator.instruments import Split
from pricing.simulator.sessions import EXCHANGES
from pricing.simulator.tape import Tape, Tick, latest_session, tape, tick

FRIDAY = date(2026, 11, 20)
OPEN, MIDDAY, CLOSE = (datetime(2026, 11, 20, *at, tzinfo=UTC) for at in ((14, 30), (17, 31), (21, 0)))


def shown(symbol: str, now: datetime, injected: tuple[Split, ...] = ()) -> Tape:
    seen = tape(symbol, now, injected)
    assert seen is not None
    return seen


def latest(symbol: str, now: datetime, injected: tuple[Split, ...] = ()) -> Tick:
    seen = tick(symbol, now, injected)
    assert seen is not None
    return seen


def test_a_finished_bar_never_changes_as_time_goes_on() -> None:
    then, later = shown("AAPL", CLOSE), shown("AAPL", CLOSE + timedelta(days=900))
    length = len(then.days)

    for column in ("open", "high", "low", "close", "volume"):
        assert (getattr(then, column) == getattr(later, column)[:length]).all(), column


@pytest.mark.parametrize("symbol", ["AAPL", "7203.T", "BTC-USD", "EURUSD=X", "VOD.L"])
def test_a_session_moves_minute_by_minute_within_its_range_and_ends_at_its_close(symbol: str) -> None:
    evening = datetime(2026, 11, 21, 1, tzinfo=UTC)
    final = shown(symbol, evening)
    index = int(np.searchsorted(final.days, np.datetime64(FRIDAY)))
    opened = datetime.fromtimestamp(int(final.opens[index]), UTC)

    ticks = [latest(symbol, opened + timedelta(minutes=minute)) for minute in range(0, 299, 13)]

    assert len({one.price for one in ticks}) > 10
    assert ticks[0].price == pytest.approx(final.open[index], rel=1e-6)
    for one in ticks:
        assert one.low <= one.price <= one.high
        assert one.high <= final.high[index] * (1 + 5e-4)
        assert one.low >= final.low[index] * (1 - 5e-4)
    assert ticks[0].volume <= ticks[-1].volume <= final.volume[index]


def test_the_last_minute_is_the_close() -> None:
    assert (
        latest("AAPL", CLOSE).price
        == shown("AAPL", CLOSE + timedelta(days=30)).close[len(shown("AAPL", CLOSE).days) - 1]
    )
    assert latest("AAPL", CLOSE - timedelta(minutes=1)).price == pytest.approx(latest("AAPL", CLOSE).price, rel=0.01)


def test_the_time_of_a_tick_is_its_minute_and_at_most_the_close() -> None:
    assert latest("AAPL", MIDDAY + timedelta(seconds=42)).at == MIDDAY
    assert latest("AAPL", CLOSE + timedelta(hours=20)).at == CLOSE


def test_the_same_minute_has_the_same_price() -> None:
    assert latest("AAPL", MIDDAY) == latest("AAPL", MIDDAY + timedelta(seconds=59))


def test_the_unfinished_session_is_the_last_bar() -> None:
    seen = shown("AAPL", MIDDAY)

    assert seen.days[-1].item() == FRIDAY
    assert (seen.close[-1], seen.high[-1]) == (seen.tick.price, seen.tick.high)
    assert seen.tick.previous_close == seen.close[-2]


def test_before_the_open_yesterday_is_the_last_bar() -> None:
    assert shown("AAPL", OPEN - timedelta(minutes=1)).days[-1].item() == date(2026, 11, 19)
    assert latest_session("AAPL", OPEN - timedelta(minutes=1)) == date(2026, 11, 19)
    assert latest_session("AAPL", OPEN) == FRIDAY


def test_an_injected_split_restates_all_history_from_its_day_on_and_nothing_before() -> None:
    split = (Split(FRIDAY, 2, 1),)
    before, plain = shown("AAPL", OPEN - timedelta(hours=1), split), shown("AAPL", CLOSE)
    after = shown("AAPL", CLOSE, split)

    assert (before.close == plain.close[:-1]).all()
    assert after.close == pytest.approx(plain.close / 2)
    assert after.adjusted == pytest.approx(plain.adjusted / 2)
    assert after.volume == pytest.approx(plain.volume * 2, abs=2)
    assert after.splits[-1] == (len(after.days) - 1, split[0])
    assert after.tick.previous_close == pytest.approx(plain.close[-2] / 2)
    assert after.dividends[-1][1] == pytest.approx(plain.dividends[-1][1] / 2)


def test_a_known_split_is_not_applied_before_it_happened() -> None:
    eve = datetime(2024, 6, 7, 21, tzinfo=UTC)

    then, later = shown("NVDA", eve), shown("NVDA", eve + timedelta(days=4))

    assert then.close[-1] == pytest.approx(10 * later.close[len(then.days) - 1])
    assert len(later.splits) == len(then.splits) + 1


def test_a_dividend_lowers_the_adjusted_past_only_after_its_ex_date() -> None:
    seen = shown("KO", CLOSE)
    index, amount = seen.dividends[-1]

    assert seen.adjusted[index] == seen.close[index]
    assert seen.adjusted[index - 1] == pytest.approx(seen.close[index - 1] - amount)


def test_currencies_agree_within_the_day() -> None:
    euro, back, pound, cross = (latest(f"{name}=X", MIDDAY).price for name in ("EURUSD", "USDEUR", "GBPUSD", "EURGBP"))

    assert euro * back == pytest.approx(1.0, rel=1e-14)
    assert euro / pound == pytest.approx(cross, rel=1e-14)


@pytest.mark.parametrize("symbol", ["AAPL", "VOD.L", "7203.T", "EURUSD=X"])
def test_over_the_weekend_the_last_price_is_dated_friday_where_it_was_made(symbol: str) -> None:
    zone = EXCHANGES[shown(symbol, MIDDAY).instrument.exchange].zone

    assert latest(symbol, MIDDAY + timedelta(days=2)).at.astimezone(zone).date() == FRIDAY


def test_before_its_first_session_an_instrument_shows_nothing() -> None:
    assert tape("META", datetime(2005, 1, 1, tzinfo=UTC)) is None
    assert tick("META", datetime(1990, 1, 1, tzinfo=UTC)) is None
    with pytest.raises(LookupError):
        tick("NOSUCH", CLOSE)


def test_each_bar_knows_when_its_session_ends() -> None:
    seen = shown("AAPL", MIDDAY)

    assert datetime.fromtimestamp(int(seen.ends[-1]), UTC) == CLOSE
    assert (seen.ends > seen.opens).all()


def test_the_latest_session_of_what_does_not_exist_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        latest_session("NOSUCH", CLOSE)
