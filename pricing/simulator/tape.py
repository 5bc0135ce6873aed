"""What the simulated market shows at a moment: bars up to now, today's still moving, and the latest tick."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

import numpy as np

from pricing.simulator.instruments import Instrument, Split, find, pair
from pricing.simulator.prices import Series, daily_sigma, dividend_factors, leg, series
from pricing.simulator.sessions import EXCHANGES, Days, Seconds, sessions
from pricing.simulator.walk import Floats, seeded

KEPT_PATHS = 2048  # symbols × days in memory; one takes about 3 kB
MINUTE = 60  # seconds
PATH_SHARE = 0.6  # of a daily standard deviation: how far a session strays from the straight line
LEG_PATH_SIGMA = 0.0015  # the same for a currency against the dollar


@dataclass(frozen=True, slots=True)
class Tick:
    """The latest price; `at` is the minute it was made, at most the session's close."""

    price: float
    at: datetime
    previous_close: float | None  # None in the very first session
    open: float
    high: float
    low: float
    volume: int


@dataclass(frozen=True, slots=True)
class Tape:
    """Daily bars up to `now`, oldest first, restated for every split that has happened by then."""

    instrument: Instrument
    days: Days
    opens: Seconds  # when each session opened, epoch seconds
    ends: Seconds  # when it closes, or has closed
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    adjusted: Floats
    volume: Floats
    dividends: tuple[tuple[int, float], ...]  # (index, amount)
    splits: tuple[tuple[int, Split], ...]  # (index of the first session on or after the ex-date, split)
    tick: Tick


def latest_session(symbol: str, now: datetime) -> date:
    """The session that runs, or else the last one that did; raises LookupError for an unknown symbol."""
    instrument = find(symbol)
    if instrument is None:
        raise LookupError(symbol)
    calendar = sessions(EXCHANGES[instrument.exchange].calendar)
    day: date = calendar.days[calendar.last_started(now)].item()
    return day


def tick(symbol: str, now: datetime, injected: tuple[Split, ...] = ()) -> Tick | None:
    """None before the instrument's first session; raises LookupError for an unknown symbol."""
    known = series(symbol)
    latest = known.calendar.last_started(now)
    if latest < known.first:
        return None
    opened, closed = int(known.calendar.opens[latest]), int(known.calendar.closes[latest])
    at = min(int(now.timestamp()) // MINUTE * MINUTE, closed)
    scale = _scale(known, latest, injected)
    previous = float(known.close[latest - 1]) * scale if latest > known.first else None
    share = 1.0
    if at < closed:
        walked = _path(symbol, latest)[: (at - opened) // MINUTE + 1]
        opening, high, low, price = walked[0], walked.max(), walked.min(), walked[-1]
        share = (at - opened) / (closed - opened)
    else:
        opening, high, low, price = (column[latest] for column in (known.open, known.high, known.low, known.close))
    return Tick(
        price=float(price) * scale,
        at=datetime.fromtimestamp(at, UTC),
        previous_close=previous,
        open=float(opening) * scale,
        high=float(high) * scale,
        low=float(low) * scale,
        volume=round(float(known.volume[latest]) / scale * share),
    )


def tape(symbol: str, now: datetime, injected: tuple[Split, ...] = ()) -> Tape | None:
    """None before the instrument's first session; raises LookupError for an unknown symbol."""
    latest = tick(symbol, now, injected)
    if latest is None:
        return None
    known = series(symbol)
    last = known.calendar.last_started(now)
    shown = slice(known.first, last + 1)
    scale = _scale(known, last, injected)
    days, close = known.calendar.days[shown], known.close[shown] * scale
    payments = tuple((index - known.first, amount * scale) for index, amount in known.payments if index <= last)
    adjusted = close * dividend_factors(close, payments, len(close))
    open_, high, low = (column[shown] * scale for column in (known.open, known.high, known.low))
    volume = np.round(known.volume[shown] / scale)
    open_[-1], high[-1], low[-1], close[-1] = latest.open, latest.high, latest.low, latest.price
    adjusted[-1], volume[-1] = latest.price, latest.volume
    return Tape(
        instrument=known.instrument,
        days=days,
        opens=known.calendar.opens[shown],
        ends=known.calendar.closes[shown],
        open=open_,
        high=high,
        low=low,
        close=close,
        adjusted=adjusted,
        volume=volume,
        dividends=payments,
        splits=_happened(known.instrument.splits + injected, days),
        tick=latest,
    )


def _scale(known: Series, last: int, injected: tuple[Split, ...]) -> float:
    """Seen price ÷ series price. The series knows all own splits, no injected one; the market, those so far."""
    today: date = known.calendar.days[last].item()
    scale = 1.0
    for split in known.instrument.splits:
        scale *= split.ratio if split.ex_date > today else 1.0
    for split in injected:
        scale /= split.ratio if split.ex_date <= today else 1.0
    return scale


def _happened(splits: tuple[Split, ...], days: Days) -> tuple[tuple[int, Split], ...]:
    found = ((int(np.searchsorted(days, np.datetime64(split.ex_date))), split) for split in splits)
    return tuple((index, split) for index, split in found if 0 < index < len(days))


@lru_cache(maxsize=KEPT_PATHS)
def _path(symbol: str, index: int) -> Floats:
    """The price at each minute of one session: begins at the open, ends at the close, stays within the day's range."""
    known = series(symbol)
    legs = pair(symbol)
    if legs:
        crossed: Floats = _leg_path(legs[0], index) / _leg_path(legs[1], index)
        return crossed
    sigma = PATH_SHARE * daily_sigma(known.instrument)
    bridge = _bridge(known, symbol, index, float(known.open[index]), float(known.close[index]), sigma)
    inside = _folded(bridge, float(known.low[index]), float(known.high[index]))
    scale = float(known.later[index])
    rounded: Floats = np.round(inside * scale, EXCHANGES[known.instrument.exchange].digits) / scale
    return rounded


def _folded(path: Floats, low: float, high: float) -> Floats:
    """A path that leaves the range comes back as far as it went out: it touches the edge and moves on."""
    below_high = np.where(path > high, 2 * high - path, path)
    folded: Floats = np.clip(np.where(below_high < low, 2 * low - below_high, below_high), low, high)
    return folded


@lru_cache(maxsize=KEPT_PATHS)
def _leg_path(currency: str, index: int) -> Floats:
    opening, close = leg(currency)
    sigma = 0.0 if currency == "USD" else LEG_PATH_SIGMA
    return _bridge(series("EURUSD=X"), currency, index, float(opening[index]), float(close[index]), sigma)


def _bridge(known: Series, name: str, index: int, opening: float, close: float, sigma: float) -> Floats:
    """A Brownian bridge in logs from `opening` to `close`, one step a minute."""
    minutes = (int(known.calendar.closes[index]) - int(known.calendar.opens[index])) // MINUTE
    steps = seeded(name, str(known.calendar.days[index])).standard_normal(minutes)
    walk = np.concatenate(([0.0], np.cumsum(steps))) * sigma / np.sqrt(minutes)
    way = np.linspace(0.0, 1.0, minutes + 1)
    bridged: Floats = np.exp(np.log(opening) * (1 - way) + np.log(close) * way + walk - way * walk[-1])
    return bridged
