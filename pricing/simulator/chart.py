"""The chart answer: daily bars, dividends, splits and meta, in Yahoo's shape."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from pricing.simulator.instruments import Split
from pricing.simulator.listing import gmt_offset, identity
from pricing.simulator.reply import Reply
from pricing.simulator.sessions import EXCHANGES, Seconds, sessions
from pricing.simulator.tape import Tape, Tick
from pricing.simulator.walk import Floats

VALID_RANGES = ("1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max")
_RANGE = re.compile(r"^(\d+)(d|mo|y)$")
HOUR = 3600  # seconds
_DAYS = {"d": 1, "mo": 30.5, "y": 365.25}


def chart(seen: Tape | None, query: Mapping[str, str], now: datetime, lag_hours: float | None = None) -> Reply:
    """`seen` is what the market shows of a known symbol, None before its first session.

    Bars are null until so many hours after their session's close; without a number, none is.
    """
    if query.get("interval", "1d") != "1d":
        return _no_chart(422, "Unprocessable Entity", "the simulated market has daily bars only")
    window = _window(query, seen, now) if seen else slice(0, 0)
    if window is None:
        return _no_chart(400, "Bad Request", f"Invalid input - range={query.get('range')}")
    if seen is None or ("period1" in query and window.start >= window.stop):
        period = f"startDate = {query.get('period1')}, endDate = {query.get('period2')}"
        return _no_chart(400, "Bad Request", f"Data doesn't exist for {period}")
    return Reply.of({"chart": {"result": [_chart_result(seen, window, query, now, lag_hours)], "error": None}})


def _no_chart(status: int, code: str, description: str) -> Reply:
    return Reply.error(status, code, description, container="chart")


def _window(query: Mapping[str, str], seen: Tape, now: datetime) -> slice | None:
    """Which bars were asked for; None for a range Yahoo would refuse."""
    if "period1" in query:
        first, last = int(query["period1"]), int(query.get("period2", str(int(now.timestamp()))))
        return slice(int(np.searchsorted(seen.opens, first)), int(np.searchsorted(seen.opens, last)))
    wanted = query.get("range", "1d")
    length = len(seen.days)
    if wanted == "max":
        return slice(0, length)
    today: date = seen.days[-1].item()
    if wanted == "ytd":
        return slice(int(np.searchsorted(seen.days, np.datetime64(today.replace(month=1, day=1)))), length)
    match = _RANGE.match(wanted)
    if match is None:
        return None
    if match[2] == "d":
        return slice(max(0, length - int(match[1])), length)
    since = today - timedelta(days=int(match[1]) * _DAYS[match[2]])
    return slice(int(np.searchsorted(seen.days, np.datetime64(since))), length)


def _chart_result(
    seen: Tape, window: slice, query: Mapping[str, str], now: datetime, lag_hours: float | None
) -> dict[str, Any]:
    there = min(_settled(seen, now, lag_hours), window.stop)
    stamps = seen.opens[window].tolist()
    if stamps and window.stop == len(seen.days) and sessions(_calendar(seen)).is_open(now):
        stamps[-1] = int(seen.tick.at.timestamp())  # the session that still runs carries the time of its last trade
    result: dict[str, Any] = {"meta": _chart_meta(seen, window, query, now)}
    if stamps:
        result["timestamp"] = stamps
        events = _events(seen, window, query.get("events", ""))
        result |= {"events": events} if events else {}
    result["indicators"] = {
        "quote": [
            {
                "open": _listed(seen.open, window, there),
                "high": _listed(seen.high, window, there),
                "low": _listed(seen.low, window, there),
                "close": _listed(seen.close, window, there),
                "volume": _listed(seen.volume.astype(np.int64), window, there),
            }
            if stamps
            else {}
        ],
        "adjclose": [{"adjclose": _listed(seen.adjusted, window, there)} if stamps else {}],
    }
    return result


def _chart_meta(seen: Tape, window: slice, query: Mapping[str, str], now: datetime) -> dict[str, Any]:
    latest: Tick = seen.tick
    year = slice(max(0, len(seen.days) - 252), len(seen.days))
    listed = identity(seen.instrument)
    return {
        **{key: listed[key] for key in ("currency", "symbol", "fullExchangeName", "exchangeTimezoneName")},
        **{key: listed[key] for key in ("longName", "shortName", "priceHint")},
        "exchangeName": seen.instrument.exchange,
        "instrumentType": seen.instrument.quote_type,
        "firstTradeDate": int(seen.opens[0]),
        "regularMarketTime": int(latest.at.timestamp()),
        "hasPrePostMarketData": seen.instrument.exchange in ("NMS", "NYQ", "PCX"),
        "gmtoffset": gmt_offset(seen.instrument, now),
        "timezone": now.astimezone(EXCHANGES[seen.instrument.exchange].zone).tzname(),
        "regularMarketPrice": latest.price,
        "fiftyTwoWeekHigh": float(seen.high[year].max()),
        "fiftyTwoWeekLow": float(seen.low[year].min()),
        "regularMarketDayHigh": latest.high,
        "regularMarketDayLow": latest.low,
        "regularMarketVolume": latest.volume,
        "chartPreviousClose": float(seen.close[window.start - 1]) if window.start else None,
        "currentTradingPeriod": _trading_period(seen, now),
        "dataGranularity": "1d",
        "range": query.get("range", ""),
        "validRanges": list(VALID_RANGES),
    }


def _trading_period(seen: Tape, now: datetime) -> dict[str, Any]:
    calendar = sessions(_calendar(seen))
    index = calendar.last_started(now)
    opened, closed = int(calendar.opens[index]), int(calendar.closes[index])
    zone = EXCHANGES[seen.instrument.exchange].zone
    common = {"timezone": now.astimezone(zone).tzname(), "gmtoffset": gmt_offset(seen.instrument, now)}
    return {
        "pre": {**common, "start": opened, "end": opened},
        "regular": {**common, "start": opened, "end": closed},
        "post": {**common, "start": closed, "end": closed},
    }


def _events(seen: Tape, window: slice, wanted: str) -> dict[str, Any]:
    events: dict[str, Any] = {}
    paid = [(int(seen.opens[at]), amount) for at, amount in seen.dividends if window.start <= at < window.stop]
    if "div" in wanted and paid:
        events["dividends"] = {str(stamp): {"amount": amount, "date": stamp} for stamp, amount in paid}
    split = [(int(seen.opens[at]), ratio) for at, ratio in seen.splits if window.start <= at < window.stop]
    if "split" in wanted and split:
        events["splits"] = {str(stamp): _split_event(stamp, ratio) for stamp, ratio in split}
    return events


def _split_event(stamp: int, split: Split) -> dict[str, Any]:
    ratio = f"{split.numerator}:{split.denominator}"
    numbers = {"numerator": float(split.numerator), "denominator": float(split.denominator)}
    return {"date": stamp, **numbers, "splitRatio": ratio}


def _calendar(seen: Tape) -> str:
    return EXCHANGES[seen.instrument.exchange].calendar


def _settled(seen: Tape, now: datetime, lag_hours: float | None) -> int:
    """How many bars, from the oldest on, are not null."""
    if lag_hours is None:
        return len(seen.days)
    return int(np.searchsorted(seen.ends, now.timestamp() - lag_hours * HOUR, side="right"))


def _listed(values: Floats | Seconds, window: slice, there: int) -> list[float | None]:
    """Null from bar `there` on."""
    listed: list[float | None] = values[window.start : max(there, window.start)].tolist()
    return listed + [None] * (window.stop - window.start - len(listed))
