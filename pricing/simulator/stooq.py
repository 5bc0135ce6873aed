"""A second source with the same prices: Stooq's tables, as CSV over https://stooq.com, without cookie or crumb."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from pricing.simulator.reply import Reply
from pricing.simulator.sessions import EXCHANGES
from pricing.simulator.tape import Tick
from pricing.simulator.world import World

HOST: Final = "stooq.com"
NO_DATA, NO_VALUE = "No data", "N/D"
WARSAW: Final = ZoneInfo("Europe/Warsaw")  # its times are local there
FIELDS: Final = "sd2t2ohlcv"
_HEADER: Final = "Date,Open,High,Low,Close,Volume"
_TITLES: Final = {
    "s": "Symbol", "d2": "Date", "t2": "Time", "o": "Open", "h": "High", "l": "Low", "c": "Close", "v": "Volume",
}  # fmt: skip


class _Market(NamedTuple):
    stooqs: str  # ending of its symbols
    yahoos: str  # the same ending, in Yahoo's spelling
    name: str  # Yahoo's


_MARKETS: Final = (
    _Market("us", "", "us_market"),
    _Market("uk", "L", "gb_market"),
    _Market("de", "DE", "dr_market"),
    _Market("jp", "T", "jp_market"),
)


def yahoo_symbol(asked: str) -> str:
    """AAPL for aapl.us, VOD.L for vod.uk; what has no ending of Stooq's stays as it is, and is unknown."""
    market, stem = _market(asked), asked.partition(".")[0].upper()
    if market is None:
        return asked.upper()
    return f"{stem}.{market.yahoos}" if market.yahoos else stem


def stooq_symbol(symbol: str) -> str:
    """The inverse."""
    stem, _, ending = symbol.partition(".")
    market = next((one for one in _MARKETS if one.yahoos == ending.upper()), None)
    return f"{stem}.{market.stooqs}".lower() if market else symbol.lower()


def asked_symbols(query: Mapping[str, str]) -> tuple[str, ...]:
    """As asked: one of the daily table, several of the latest prices."""
    return tuple(symbol for symbol in re.split(r"[+, ]+", query.get("s", "")) if symbol)


def daily(query: Mapping[str, str], world: World) -> Reply:
    """Finished sessions from d1 to d2, oldest first; raises ValueError for days that are none."""
    asked = asked_symbols(query)
    seen = world.tape(yahoo_symbol(asked[0])) if asked and _known(asked[0], world) else None
    if seen is None or query.get("i", "d") != "d":
        return Reply.csv(NO_DATA)
    first = int(np.searchsorted(seen.days, np.datetime64(_day(query, "d1", date.min))))
    last = int(np.searchsorted(seen.days, np.datetime64(_day(query, "d2", date.max)), side="right"))
    finished = int(np.searchsorted(seen.ends, int(world.now.timestamp()), side="right"))
    window = slice(first, min(last, finished))
    columns = (seen.open, seen.high, seen.low, seen.close)
    prices = zip(*(column[window].tolist() for column in columns), strict=True)
    rows = [
        f"{day},{','.join(map(repr, row))},{int(volume)}"
        for day, row, volume in zip(seen.days[window].tolist(), prices, seen.volume[window].tolist(), strict=True)
    ]
    return Reply.csv("".join(f"{line}\r\n" for line in (_HEADER, *rows)) if rows else NO_DATA)


def latest(query: Mapping[str, str], world: World) -> Reply:
    """One row a symbol, N/D in every field of an unknown one."""
    fields = [field for field in re.findall(r"[a-z]\d?", query.get("f", FIELDS)) if field in _TITLES]
    lines = [",".join(_TITLES[field] for field in fields)] if "h" in query else []
    for asked in asked_symbols(query):
        shown = world.tick(yahoo_symbol(asked)) if _known(asked, world) else None
        values = _values(shown) if shown else {}
        lines.append(",".join({"s": asked.upper(), **values}.get(field, NO_VALUE) for field in fields))
    return Reply.csv("".join(f"{line}\r\n" for line in lines))


def _known(asked: str, world: World) -> bool:
    """Listed on a market Stooq has, under the ending it has there."""
    market, instrument = _market(asked), world.listed(yahoo_symbol(asked))
    return market is not None and instrument is not None and EXCHANGES[instrument.exchange].market == market.name


def _market(asked: str) -> _Market | None:
    """The one whose ending it has; None for no ending, another, or several."""
    stem, _, ending = asked.partition(".")
    return next((one for one in _MARKETS if stem and one.stooqs == ending.lower()), None)


def _values(shown: Tick) -> dict[str, str]:
    at = shown.at.astimezone(WARSAW)
    prices = {"o": shown.open, "h": shown.high, "l": shown.low, "c": shown.price}
    named = {name: repr(float(price)) for name, price in prices.items()}
    return {"d2": f"{at:%Y-%m-%d}", "t2": f"{at:%H:%M:%S}", **named, "v": str(shown.volume)}


def _day(query: Mapping[str, str], name: str, otherwise: date) -> date:
    text = query.get(name)
    return datetime.strptime(text, "%Y%m%d").date() if text else otherwise  # noqa: DTZ007 — a day has no zone
