"""Daily prices of the simulated market: a function of the symbol alone, the same for ever."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

import numpy as np

from pricing.simulator.instruments import ANCHOR, CURRENCIES, Instrument, Split, find, pair
from pricing.simulator.sessions import EXCHANGES, Days, Sessions, sessions
from pricing.simulator.walk import DAYS, MARKET_SIGMA, SESSIONS_A_YEAR, Floats, market, noise, seeded

KEPT_SERIES = 300  # symbols in memory; one takes about 0.4 MB
OVERNIGHT_SHARE = 0.3  # of a day's return happens before the open
OPEN_NOISE, RANGE_NOISE = 0.15, 0.4  # in daily standard deviations
YEARLY_PULL = 0.8  # share of a year's own luck taken back, so that decades stay believable
DOLLARS_A_DAY = 1.5e9  # typical turnover
BUSY = 0.25  # log turnover per standard deviation of activity
PAYMENT_DAY = 8  # ex-dates fall on the first session after the 8th to the 22nd


class Form(StrEnum):
    AS_TRADED = "as_traded"  # what was paid on that day
    SPLIT_ADJUSTED = "split_adjusted"  # what Yahoo calls close
    ADJUSTED = "adjusted"  # for splits and dividends: what Yahoo calls adjclose


@dataclass(frozen=True, slots=True)
class Series:
    """All sessions up to the horizon, adjusted for the instrument's own (not for injected) splits."""

    instrument: Instrument
    calendar: Sessions
    first: int  # index of the first session with a price
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    later: Floats  # product of the split ratios after each session: price × later is what was paid
    payments: tuple[tuple[int, float], ...]  # dividends: index of the ex-date, amount


def series(symbol: str) -> Series:
    """Raises LookupError for a symbol that does not exist."""
    found = _series(symbol)
    if found is None:
        raise LookupError(symbol)
    return found


def closes(symbol: str, start: date, end: date, form: Form = Form.SPLIT_ADJUSTED) -> tuple[list[date], Floats]:
    """Sessions from `start` to `end` (both included) and their closes, in the instrument's currency.

    Adjusted means for the splits of all time and for the dividends up to `end`.
    """
    known = series(symbol)
    days = known.calendar.days
    first = max(known.first, int(np.searchsorted(days, np.datetime64(start))))
    last = int(np.searchsorted(days, np.datetime64(end), side="right"))
    values: Floats = known.close[first:last]
    if form is Form.AS_TRADED:
        values = values * known.later[first:last]
    if form is Form.ADJUSTED:
        values = values * dividend_factors(known.close, known.payments, last)[first:last]
    return days[first:last].tolist(), values.copy()


def dividends(symbol: str) -> dict[date, float]:
    """Amount per share by ex-date, as paid then, up to the horizon."""
    known = series(symbol)
    days = known.calendar.days.tolist()
    return {days[index]: round(amount * float(known.later[index]), 6) for index, amount in known.payments}


def splits(symbol: str) -> tuple[Split, ...]:
    return series(symbol).instrument.splits


def dividend_factors(close: Floats, payments: tuple[tuple[int, float], ...], end: int) -> Floats:
    """What Yahoo multiplies closes [0, end) by: before each ex-date one factor 1 − dividend / previous close more."""
    steps: Floats = np.ones(end)
    for index, amount in payments:
        if 0 < index < end:
            steps[index - 1] *= 1.0 - amount / close[index - 1]
    factors: Floats = np.cumprod(steps[::-1], dtype=np.float64)[::-1]
    return factors


def daily_sigma(instrument: Instrument) -> float:
    """Standard deviation of one session's log return."""
    return float(np.hypot(instrument.beta * MARKET_SIGMA, instrument.sigma) / np.sqrt(SESSIONS_A_YEAR))


@lru_cache(maxsize=KEPT_SERIES)
def _series(symbol: str) -> Series | None:
    instrument = find(symbol)
    if instrument is None:
        return None
    legs = pair(symbol)
    return _rates(instrument, *legs) if legs else _prices(instrument)


def _prices(instrument: Instrument) -> Series:
    exchange = EXCHANGES[instrument.exchange]
    calendar = sessions(exchange.calendar)
    later = _later(calendar.days, instrument.splits)
    sigma = daily_sigma(instrument)
    log = _log_walk(instrument, calendar.days)
    returns = np.diff(log, prepend=log[0])
    rng = seeded(instrument.symbol, "ranges")
    jitter, above, below, busy = rng.standard_normal((4, len(log)))
    opening = log - (1 - OVERNIGHT_SHARE) * returns + OPEN_NOISE * sigma * jitter
    high = np.maximum(opening, log) + RANGE_NOISE * sigma * np.abs(above)
    low = np.minimum(opening, log) - RANGE_NOISE * sigma * np.abs(below)
    tick = 10.0**-exchange.digits
    open_, high, low, close = (
        np.maximum(np.round(np.exp(values) * later, exchange.digits), tick) / later
        for values in (opening, high, low, log)
    )
    first = int(np.searchsorted(calendar.days, np.datetime64(instrument.first_session)))
    volume = _volume(instrument, busy + np.abs(returns) / sigma)
    payments = _payments(instrument, calendar.days, close, first)
    return Series(instrument, calendar, first, open_, high, low, close, volume, later, payments)


def _rates(instrument: Instrument, base: str, quoted: str) -> Series:
    """A pair is the quotient of two dollar legs, so that any two pairs agree with each other."""
    calendar = sessions(EXCHANGES["CCY"].calendar)
    over, under = leg(base), leg(quoted)
    opening, close = over[0] / under[0], over[1] / under[1]
    spread = np.exp(0.001 * np.abs(seeded(base, quoted, "ranges").standard_normal((2, len(close)))))
    high, low = np.maximum(opening, close) * spread[0], np.minimum(opening, close) / spread[1]
    nothing, ones = np.zeros(len(close)), np.ones(len(close))
    return Series(instrument, calendar, 0, opening, high, low, close, nothing, ones, ())


@lru_cache(maxsize=len(CURRENCIES))
def leg(currency: str) -> tuple[Floats, Floats]:
    """(open, close) in US dollars for one unit, by session of the currency market."""
    level, sigma = CURRENCIES[currency]
    walker = Instrument(f"{currency}/USD", currency, "CCY", "USD", "CURRENCY", level, beta=0.0, sigma=sigma)
    log = _log_walk(walker, sessions(EXCHANGES["CCY"].calendar).days)
    return np.exp(np.concatenate((log[:1], log[:-1]))), np.exp(log)


def _log_walk(instrument: Instrument, days: Days) -> Floats:
    """Log closes by session; the level is reached on the anchor's session."""
    own = noise(instrument.symbol)
    years = DAYS.astype("datetime64[Y]").astype(np.int64)
    years -= years[0]
    own -= YEARLY_PULL * (np.bincount(years, own) / np.bincount(years))[years]
    own *= instrument.sigma / np.sqrt(SESSIONS_A_YEAR)
    steps = instrument.beta * market() + instrument.alpha / SESSIONS_A_YEAR + own
    log = np.cumsum(steps[(days - DAYS[0]).astype(np.int64)])
    anchor = int(np.searchsorted(days, np.datetime64(ANCHOR), side="right")) - 1
    levelled: Floats = log - log[anchor] + np.log(instrument.level)
    return levelled


def _later(days: Days, known: tuple[Split, ...]) -> Floats:
    later: Floats = np.ones(len(days))
    for split in known:
        later[days < np.datetime64(split.ex_date)] *= split.ratio
    return later


def _volume(instrument: Instrument, activity: Floats) -> Floats:
    if instrument.quote_type == "CURRENCY":
        return np.zeros(len(activity))
    typical = DOLLARS_A_DAY / instrument.level * np.exp(0.8 * seeded(instrument.symbol, "volume").standard_normal())
    volume: Floats = np.round(typical * np.exp(BUSY * activity))
    return volume


def _payments(instrument: Instrument, days: Days, close: Floats, first: int) -> tuple[tuple[int, float], ...]:
    """A year's amount follows from the price at the end of the year before; paid in equal parts."""
    if not instrument.dividend_yield:
        return ()
    digest = int(seeded(instrument.symbol, "payments").integers(1 << 30))
    gap = 12 // instrument.payments
    offset, day = digest % gap, PAYMENT_DAY + digest % 15
    months = days.astype("datetime64[M]")
    paid = []
    for month in np.unique(months[first:]):
        ordinal = int(month.astype(np.int64))
        year_start = int(np.searchsorted(days, month.astype("datetime64[Y]").astype("datetime64[D]")))
        reference = max(year_start - 1, first)
        index = int(np.searchsorted(days, month.astype("datetime64[D]") + day))
        if (
            ordinal % gap != offset
            or index >= len(days)
            or index <= first
            or ordinal // 12 + 1970 < instrument.pays_since
        ):
            continue
        paid.append((index, round(instrument.dividend_yield / instrument.payments * float(close[reference]), 6)))
    return tuple(paid)
