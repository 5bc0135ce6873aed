"""Stooq's tables of days and latest prices, as CSV: a second source, for what the first does not answer.

It says neither currency nor zone: what it states is only ever laid beside what is known of an instrument.
"""

import csv
import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from http import HTTPStatus
from io import StringIO
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from curl_cffi import CurlOpt
from curl_cffi.requests import Response, Session
from curl_cffi.requests.exceptions import RequestException

from pricing.upstream.client import (
    SEARCH_RESULTS,
    SYMBOLS_PER_REQUEST,
    AuthRejected,
    BadPayload,
    Bar,
    Found,
    History,
    NoData,
    Profile,
    QuoteRow,
    Quotes,
    RateLimited,
    SymbolNotFound,
    Unavailable,
)

Answer = TypeVar("Answer")
DAILY_URL: Final = "https://stooq.com/q/d/l/"
LATEST_URL: Final = "https://stooq.com/q/l/"
WARSAW: Final = ZoneInfo("Europe/Warsaw")  # its times of day are local there
# Yahoo's ending of a symbol: Stooq's, and what its exchange is quoted in
ENDINGS: Final = {
    "": ("us", "USD", "NMS", "America/New_York"),
    "L": ("uk", "GBp", "LSE", "Europe/London"),
    "DE": ("de", "EUR", "GER", "Europe/Berlin"),
    "T": ("jp", "JPY", "JPX", "Asia/Tokyo"),
}
TIMEOUT_SECONDS = 10.0
EXCERPT = 60  # characters of a foreign text quoted in an error
HITS_EXCEEDED = "Exceeded the daily hits limit"
_PRICES = ("Open", "High", "Low", "Close")


class Stooq:
    """A `MarketClient`. Safe to share across a fork: a child makes its own connection."""

    def __init__(
        self, *, proxy: str = "", ca_bundle: str = "", timeout: float = TIMEOUT_SECONDS, **_of_other_sources: Any
    ) -> None:
        self._proxy, self._ca_bundle, self._timeout = proxy, ca_bundle, timeout
        self._session: Session[Response] | None = None
        self._pid = os.getpid()

    def quotes(self, symbols: Sequence[str]) -> Quotes:
        if len(symbols) > SYMBOLS_PER_REQUEST:
            raise ValueError(f"{len(symbols)} symbols in one request, at most {SYMBOLS_PER_REQUEST}")
        listed = {spelled(symbol): symbol for symbol in symbols if _ending(symbol) in ENDINGS}
        if not listed:
            return Quotes({}, tuple(symbols))
        text = self._get(LATEST_URL, {"s": " ".join(listed).lower(), "f": "sd2t2ohlcv", "h": "", "e": "csv"})
        rows: dict[str, QuoteRow] = {}
        for raw in _table(text, "Symbol"):
            symbol = listed.get(raw["Symbol"].upper())
            row = _typed(partial(_quote, symbol, raw)) if symbol else None
            rows |= {row.symbol: row} if row else {}
        return Quotes(rows, tuple(symbol for symbol in symbols if symbol not in rows))

    def history(self, symbol: str, start: date, end: date | None = None) -> History:
        if _ending(symbol) not in ENDINGS:
            raise SymbolNotFound(f"{symbol} has no ending Stooq knows")
        params = {"s": spelled(symbol).lower(), "i": "d", "d1": f"{start:%Y%m%d}"}
        params |= {"d2": f"{end:%Y%m%d}"} if end else {}
        text = self._get(DAILY_URL, params)
        if text.strip() == "No data":
            raise NoData(f"{symbol}: no data")
        bars = {bar.session: bar for raw in _table(text, "Date") if (bar := _typed(partial(_bar, raw)))}
        if not bars:
            raise NoData(f"{symbol}: no bars from {start}")
        _, currency, exchange, zone = ENDINGS[_ending(symbol)]
        ordered = tuple(bars[day] for day in sorted(bars))
        return History(symbol, currency, exchange, zone, symbol, "", ordered, (), {}, {})

    def search(self, _text: str, _limit: int = SEARCH_RESULTS) -> tuple[Found, ...]:
        return ()  # it has no search

    def profile(self, symbol: str) -> Profile:
        raise NoData(f"{symbol}: Stooq describes nobody")

    def _get(self, url: str, params: dict[str, str]) -> str:
        try:
            response = self._connected().get(url, params=params, timeout=self._timeout)
        except RequestException as error:
            raise Unavailable(f"stooq: {type(error).__name__}: {str(error)[:EXCERPT]}") from error
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or HITS_EXCEEDED in response.text:
            raise RateLimited(f"stooq: HTTP {response.status_code}")
        if response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise AuthRejected(f"stooq: HTTP {response.status_code}")
        if response.status_code != HTTPStatus.OK:
            raise Unavailable(f"stooq: HTTP {response.status_code}")
        return str(response.text)

    def _connected(self) -> Session[Response]:
        if self._session is None or self._pid != os.getpid():
            self._pid = os.getpid()
            self._session = Session(
                impersonate="chrome",
                proxy=self._proxy or None,
                verify=self._ca_bundle or True,  # type: ignore[arg-type]  # a path is fine
                curl_options={CurlOpt.NOPROXY: ""} if self._proxy else None,
            )
        return self._session


def spelled(symbol: str) -> str:
    """As Stooq does: AAPL.US for AAPL, VOD.UK for VOD.L. KeyError for an ending it has not."""
    return f"{symbol.partition('.')[0]}.{ENDINGS[_ending(symbol)][0]}".upper()


def _ending(symbol: str) -> str:
    return symbol.partition(".")[2].upper()


def _table(text: str, first: str) -> list[dict[str, str]]:
    """Rows by title; BadPayload for what is no such table."""
    rows = list(csv.reader(StringIO(text)))
    if not rows or not rows[0] or rows[0][0] != first or any(len(row) != len(rows[0]) for row in rows[1:]):
        raise BadPayload(f"no table of {first}: {text[:EXCERPT]!r}")
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def _number(text: str) -> float | None:
    """None for what is no price: N/D, an empty cell, zero."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


def _typed(parse: Callable[[], Answer]) -> Answer:
    """A table with other columns or odd dates is no answer."""
    try:
        return parse()
    except (KeyError, ValueError) as error:
        raise BadPayload(f"stooq: {type(error).__name__}: {error}") from error


def _bar(raw: dict[str, str]) -> Bar | None:
    close = _number(raw["Close"])
    if close is None:
        return None
    opened, high, low = (_number(raw[name]) or close for name in _PRICES[:3])
    return Bar(date.fromisoformat(raw["Date"]), opened, high, low, close, close, int(_number(raw["Volume"]) or 0))


def _quote(symbol: str, raw: dict[str, str]) -> QuoteRow | None:
    price = _number(raw["Close"])
    if price is None:
        return None
    _, currency, exchange, zone = ENDINGS[_ending(symbol)]
    at = datetime.fromisoformat(f"{raw['Date']}T{raw['Time']}").replace(tzinfo=WARSAW).astimezone(UTC)
    opened, high, low = (_number(raw[name]) for name in _PRICES[:3])
    return QuoteRow(
        symbol, price, at, None, opened, high, low, int(_number(raw["Volume"]) or 0), currency, exchange, "", symbol,
        "", zone,
    )  # fmt: skip
