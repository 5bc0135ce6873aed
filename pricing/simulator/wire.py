"""The wire format: which JSON each address of Yahoo answers, in the shapes yfinance and we read, and Stooq's tables."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from pricing.simulator import handshake, stooq
from pricing.simulator.chart import chart
from pricing.simulator.faults import Kind
from pricing.simulator.instruments import named
from pricing.simulator.listing import gmt_offset, identity, suggestion
from pricing.simulator.profiles import profile
from pricing.simulator.reply import Reply
from pricing.simulator.sessions import EXCHANGES, market_state
from pricing.simulator.world import World

MOST_SYMBOLS = 99  # above this Yahoo's quote answer is an error
_CHART_PATH = re.compile(r"^/v8/finance/chart/([^/]+)$")
_PROFILE_PATH = re.compile(r"^/v10/finance/quoteSummary/([^/]+)$")
_FUNDAMENTALS: Final = "/ws/fundamentals-timeseries/"
_PATHS: Final = {
    "/v1/test/getcrumb": Kind.CRUMB,
    "/v7/finance/quote": Kind.QUOTE,
    "/v1/finance/search": Kind.SEARCH,
}


@dataclass(frozen=True, slots=True)
class Request:
    host: str
    path: str
    query: Mapping[str, str]
    cookie: str  # the A3 cookie's value, "" without
    kind: Kind = field(init=False)
    symbols: tuple[str, ...] = field(init=False)  # in Yahoo's spelling, also of Stooq's addresses

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", _kind(self.host, self.path))
        object.__setattr__(self, "symbols", tuple(_symbols(self)))

    @property
    def to_yahoo(self) -> bool:
        return _belongs(self.host, "yahoo.com")


def serves(host: str) -> bool:
    """Whether the simulated market answers in this host's name."""
    return _belongs(host, "yahoo.com") or _belongs(host, stooq.HOST)


def _belongs(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _kind(host: str, path: str) -> Kind:
    if _belongs(host, stooq.HOST):
        return {"/q/d/l": Kind.DAILY, "/q/l": Kind.LATEST}.get(path.rstrip("/"), Kind.OTHER)
    by_host = {"fc.yahoo.com": Kind.COOKIE, "guce.yahoo.com": Kind.CONSENT, "consent.yahoo.com": Kind.CONSENT}
    if host in by_host:
        return by_host[host]
    if _CHART_PATH.match(path):
        return Kind.CHART
    return Kind.PROFILE if _PROFILE_PATH.match(path) else _PATHS.get(path, Kind.OTHER)


def _symbols(request: Request) -> Iterable[str]:
    match request.kind:
        case Kind.CHART | Kind.PROFILE:
            return (unquote(request.path.rpartition("/")[2]).upper(),)
        case Kind.QUOTE:
            return (symbol.upper() for symbol in request.query.get("symbols", "").split(",") if symbol)
        case Kind.DAILY | Kind.LATEST:
            return map(stooq.yahoo_symbol, stooq.asked_symbols(request.query))
    return ()


def answer(request: Request, world: World) -> Reply:
    return _ANSWERS[request.kind](request, world)


def _other(request: Request, _world: World) -> Reply:
    if request.path.startswith(_FUNDAMENTALS):  # yfinance's Ticker.info asks for a ratio there, and can do without
        return Reply.of({"timeseries": {"result": [], "error": None}})
    return Reply.error(404, "Not Found", f"the simulated market has no {request.path}")


def _trusted(request: Request, world: World) -> bool:
    return bool(request.cookie) and request.query.get("crumb") == world.crumb(request.cookie)


def _quote(request: Request, world: World) -> Reply:
    if not _trusted(request, world):
        return handshake.unauthorized("Invalid Crumb")
    if len(request.symbols) > MOST_SYMBOLS:
        return Reply.error(500, "Internal Server Error", "Connection is deallocated")
    rows = [_quote_row(symbol, world) for symbol in dict.fromkeys(request.symbols)]
    return Reply.of({"quoteResponse": {"result": [row for row in rows if row], "error": None}})


def _quote_row(symbol: str, world: World) -> dict[str, Any] | None:
    instrument = world.listed(symbol)
    latest = world.tick(symbol) if instrument else None
    if instrument is None or latest is None:
        return None
    exchange = EXCHANGES[instrument.exchange]
    change = latest.price - latest.previous_close if latest.previous_close else 0.0
    return {
        **identity(instrument),
        "marketState": market_state(exchange, world.now),
        "regularMarketPrice": latest.price,
        "regularMarketTime": int(latest.at.timestamp()),
        "regularMarketPreviousClose": latest.previous_close,
        "regularMarketOpen": latest.open,
        "regularMarketDayHigh": latest.high,
        "regularMarketDayLow": latest.low,
        "regularMarketVolume": latest.volume,
        "regularMarketChange": change,
        "regularMarketChangePercent": change / latest.previous_close * 100 if latest.previous_close else 0.0,
        "gmtOffSetMilliseconds": gmt_offset(instrument, world.now) * 1000,
        "exchangeDataDelayedBy": 0,
        "sourceInterval": 15,
        "triggerable": True,
    }


def _search(request: Request, world: World) -> Reply:
    text, limit = request.query.get("q", "").strip(), int(request.query.get("quotesCount", "8"))
    exact = world.listed(text.upper())
    matches = [exact] if exact else []
    lowered = text.lower()
    symbols = (*world.actions.renamed, *(one.symbol for one in named()))
    listed = [one for one in map(world.listed, symbols) if one]
    begins = [one for one in listed if one.symbol.lower().startswith(lowered)]
    contains = [one for one in listed if lowered in one.name.lower()]
    rows = {one.symbol: suggestion(one) for one in (*matches, *begins, *contains)} if text else {}
    return Reply.of({"count": len(rows), "quotes": list(rows.values())[:limit], "news": [], "lists": []})


def _chart(request: Request, world: World) -> Reply:
    symbol = request.symbols[0]
    if world.listed(symbol) is None:
        return Reply.error(404, "Not Found", "No data found, symbol may be delisted", container="chart")
    return chart(world.tape(symbol), request.query, world.now, world.lag_hours)


def _profile(request: Request, world: World) -> Reply:
    if not _trusted(request, world):
        return handshake.unauthorized("Invalid Crumb")
    instrument, modules = world.listed(request.symbols[0]), request.query.get("modules", "")
    if instrument is None:
        return _no_summary(f"Quote not found for symbol: {request.symbols[0]}")
    known = profile(instrument)
    if known is None or "assetProfile" not in modules.split(","):
        return _no_summary(f"No fundamentals data found for any of the summaryTypes={modules}")
    return Reply.of({"quoteSummary": {"result": [{"assetProfile": asdict(known)}], "error": None}})


def _no_summary(description: str) -> Reply:
    return Reply.error(404, "Not Found", description, container="quoteSummary")


_ANSWERS: dict[Kind, Callable[[Request, World], Reply]] = {
    Kind.COOKIE: lambda _request, world: handshake.cookie(world),
    Kind.CRUMB: lambda request, world: handshake.crumb(request.cookie, world),
    Kind.CONSENT: lambda request, world: handshake.consent(request.path, world),
    Kind.QUOTE: _quote,
    Kind.CHART: _chart,
    Kind.SEARCH: _search,
    Kind.PROFILE: _profile,
    Kind.DAILY: lambda request, world: stooq.daily(request.query, world),
    Kind.LATEST: lambda request, world: stooq.latest(request.query, world),
    Kind.OTHER: _other,
}
