"""Yahoo's wire format: which JSON each address answers, in the shapes yfinance and we read."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from pricing.simulator.chart import chart
from pricing.simulator.faults import Kind
from pricing.simulator.instruments import Split, find, named
from pricing.simulator.listing import gmt_offset, identity, suggestion
from pricing.simulator.replay import Replay
from pricing.simulator.reply import Reply
from pricing.simulator.sessions import EXCHANGES, market_state
from pricing.simulator.tape import Tape, Tick, tape, tick

MOST_SYMBOLS = 99  # above this Yahoo's quote answer is an error
_CHART_PATH = re.compile(r"^/v8/finance/chart/([^/]+)$")
COOKIE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Request:
    host: str
    path: str
    query: Mapping[str, str]
    cookie: str  # the A3 cookie's value, "" without

    @property
    def kind(self) -> Kind:
        if self.host == "fc.yahoo.com":
            return Kind.COOKIE
        if self.path == "/v1/test/getcrumb":
            return Kind.CRUMB
        if self.path == "/v7/finance/quote":
            return Kind.QUOTE
        if _CHART_PATH.match(self.path):
            return Kind.CHART
        return Kind.SEARCH if self.path == "/v1/finance/search" else Kind.OTHER

    @property
    def symbols(self) -> tuple[str, ...]:
        chart = _CHART_PATH.match(self.path)
        if chart:
            return (unquote(chart[1]).upper(),)
        asked = self.query.get("symbols", "") if self.kind is Kind.QUOTE else ""
        return tuple(symbol.upper() for symbol in asked.split(",") if symbol)


@dataclass(frozen=True, slots=True)
class World:
    """What an answer depends on besides the request."""

    now: datetime
    splits: Mapping[str, tuple[Split, ...]]  # injected while running
    crumb_age: int = 0  # rises when all crumbs given out so far lose their value
    histories: Mapping[str, Replay] = field(default_factory=dict)  # given while running

    def crumb(self, cookie: str) -> str:
        return hashlib.sha256(f"{cookie}/{self.crumb_age}".encode()).hexdigest()[:11]

    def tape(self, symbol: str) -> Tape | None:
        given = self.histories.get(symbol)
        return given.tape(self.now) if given else tape(symbol, self.now, self.splits.get(symbol, ()))

    def tick(self, symbol: str) -> Tick | None:
        if symbol in self.histories:
            shown = self.tape(symbol)
            return shown.tick if shown else None
        return tick(symbol, self.now, self.splits.get(symbol, ()))


def answer(request: Request, world: World) -> Reply:
    match request.kind:
        case Kind.COOKIE:
            return _cookie(world)
        case Kind.CRUMB:
            return Reply.text(200, world.crumb(request.cookie)) if request.cookie else _unauthorized("Invalid Cookie")
        case Kind.QUOTE:
            return _quote(request, world)
        case Kind.CHART:
            return _chart(request, world)
        case Kind.SEARCH:
            return _search(request)
    return Reply.error(404, "Not Found", f"the simulated market has no {request.path}")


def _unauthorized(description: str) -> Reply:
    return Reply.error(401, "Unauthorized", description)


def _cookie(world: World) -> Reply:
    value = "d=" + hashlib.sha256(f"cookie/{world.now.isoformat()}".encode()).hexdigest()[:40]
    expires = (datetime.now(UTC) + timedelta(days=COOKIE_DAYS)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    attributes = f"Expires={expires}; Domain=.yahoo.com; Path=/; SameSite=None; Secure; HttpOnly"
    return Reply.text(200, "", {"Set-Cookie": f"A3={value}; {attributes}"})


def _quote(request: Request, world: World) -> Reply:
    if not request.cookie or request.query.get("crumb") != world.crumb(request.cookie):
        return _unauthorized("Invalid Crumb")
    if len(request.symbols) > MOST_SYMBOLS:
        return Reply.error(500, "Internal Server Error", "Connection is deallocated")
    rows = [_quote_row(symbol, world) for symbol in dict.fromkeys(request.symbols)]
    return Reply.of({"quoteResponse": {"result": [row for row in rows if row], "error": None}})


def _quote_row(symbol: str, world: World) -> dict[str, Any] | None:
    instrument = find(symbol)
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


def _search(request: Request) -> Reply:
    text, limit = request.query.get("q", "").strip(), int(request.query.get("quotesCount", "8"))
    exact = find(text.upper())
    matches = [exact] if exact else []
    lowered = text.lower()
    begins = [one for one in named() if one.symbol.lower().startswith(lowered)]
    contains = [one for one in named() if lowered in one.name.lower()]
    rows = {one.symbol: suggestion(one) for one in (*matches, *begins, *contains)} if text else {}
    return Reply.of({"count": len(rows), "quotes": list(rows.values())[:limit], "news": [], "lists": []})


def _chart(request: Request, world: World) -> Reply:
    symbol = request.symbols[0]
    if find(symbol) is None:
        return Reply.error(404, "Not Found", "No data found, symbol may be delisted", container="chart")
    return chart(world.tape(symbol), request.query, world.now)
