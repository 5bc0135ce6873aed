"""Yahoo's JSON into our values: what is promised is checked here, once."""

import json
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

from pricing.upstream.client import (
    BadPayload,
    Bar,
    Found,
    History,
    NoData,
    Profile,
    QuoteRow,
    Quotes,
    SymbolNotFound,
    Unavailable,
    UpstreamError,
)

LAST_STAMP = 253_402_300_800  # year 10000, beyond which Python has no dates
EXCERPT = 60  # characters of a foreign text quoted in an error
_PRICES = ("open", "high", "low", "close")


def document(text: str, container: str) -> dict[str, Any]:
    """The object under `container` ("quoteResponse", "chart"); raises when it is absent or carries an error."""
    answer = _json_object(text)
    inner = answer.get(container)
    if not isinstance(inner, dict):
        raise BadPayload(f"no {container} in {text[:EXCERPT]!r}")
    if inner.get("error"):
        raise _stated(inner["error"])
    return inner


def quotes(text: str, asked: Sequence[str]) -> Quotes:
    wanted = {symbol.upper(): symbol for symbol in asked}
    rows: dict[str, QuoteRow] = {}
    for raw in _results(document(text, "quoteResponse")):
        symbol = wanted.get(str(raw.get("symbol", "")).upper())
        row = _quote_row(symbol, raw) if symbol else None
        if row is not None:
            rows[row.symbol] = row
    return Quotes(rows, tuple(symbol for symbol in dict.fromkeys(asked) if symbol not in rows))


def history(text: str, symbol: str, start: date, end: date | None) -> History:
    results = _results(document(text, "chart"))
    if not results:
        raise NoData(f"{symbol}: empty result")
    result = results[0]
    meta = _meta(result, symbol)
    zone = _zone(meta["exchangeTimezoneName"])
    bars, pending = _bars(result, zone)
    last = end or date.max
    kept = tuple(bar for session, bar in sorted(bars.items()) if start <= session <= last)
    waiting = tuple(sorted(day for day in pending - bars.keys() if start <= day <= last))
    if not kept and not waiting:
        raise NoData(f"{symbol}: no bars from {start}")
    events = result.get("events") or {}
    return History(
        symbol=symbol,
        currency=meta["currency"],
        exchange=str(meta.get("exchangeName") or ""),
        timezone=meta["exchangeTimezoneName"],
        name=_name(meta, symbol),
        quote_type=str(meta.get("instrumentType") or ""),
        bars=kept,
        pending=waiting,
        dividends={day: amount for day, amount in _dividends(events, zone) if start <= day <= last},
        splits={day: ratio for day, ratio in _splits(events, zone) if start <= day <= last},
    )


def found(text: str) -> tuple[Found, ...]:
    rows = _json_object(text).get("quotes")
    if not isinstance(rows, list):
        raise BadPayload(f"no quotes in {text[:EXCERPT]!r}")
    return tuple(
        Found(row["symbol"], _name(row, row["symbol"]), str(row.get("exchange") or ""), str(row.get("quoteType") or ""))
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("symbol"), str) and row["symbol"]
    )


def profile(text: str, symbol: str) -> Profile:
    results = _results(document(text, "quoteSummary"))
    stated = results[0].get("assetProfile") if results else None
    if not isinstance(stated, dict):
        raise NoData(f"{symbol}: no profile")
    return Profile(*(str(stated.get(key) or "") for key in ("sector", "industry", "country")))


def _json_object(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)  # the standard library's reads NaN, which Yahoo does send
    except ValueError as error:
        if "Will be right back" in text:
            raise Unavailable("maintenance page") from error
        raise BadPayload(f"not JSON: {text[:EXCERPT]!r}") from error
    if not isinstance(answer, dict):
        raise BadPayload(f"not an object: {text[:EXCERPT]!r}")
    return answer


def _stated(error: object) -> UpstreamError:
    code = error.get("code") if isinstance(error, dict) else ""
    if code == "Not Found":
        return SymbolNotFound(str(error))
    return NoData(str(error)) if code in ("Bad Request", "Unprocessable Entity") else BadPayload(str(error))


def _results(inner: dict[str, Any]) -> list[dict[str, Any]]:
    results = inner.get("result")
    if results is None:
        return []
    if not isinstance(results, list):
        raise BadPayload(f"result is a {type(results).__name__}")
    return [row for row in results if isinstance(row, dict)]


def _quote_row(symbol: str, raw: dict[str, Any]) -> QuoteRow | None:
    """None when the row has no price, time or currency: as good as missing."""
    price, at, currency = _price(raw.get("regularMarketPrice")), raw.get("regularMarketTime"), raw.get("currency")
    if price is None or not _plausible(at) or not isinstance(currency, str) or not currency:
        return None
    return QuoteRow(
        symbol=symbol,
        price=price,
        at=_moment(at),
        previous_close=_price(raw.get("regularMarketPreviousClose")),
        open=_price(raw.get("regularMarketOpen")),
        high=_price(raw.get("regularMarketDayHigh")),
        low=_price(raw.get("regularMarketDayLow")),
        volume=_volume(raw.get("regularMarketVolume")),
        currency=currency,
        exchange=str(raw.get("exchange") or ""),
        market_state=str(raw.get("marketState") or ""),
        name=_name(raw, symbol),
        quote_type=str(raw.get("quoteType") or ""),
        timezone=_known_zone(raw.get("exchangeTimezoneName")),
    )


def _meta(result: dict[str, Any], symbol: str) -> dict[str, Any]:
    meta = result.get("meta")
    if not isinstance(meta, dict):
        raise BadPayload(f"{symbol}: no meta")
    for key in ("symbol", "currency", "exchangeTimezoneName"):
        if not isinstance(meta.get(key), str) or not meta[key]:
            raise BadPayload(f"{symbol}: no meta.{key}", of_one_symbol=True)
    if meta["symbol"].upper() != symbol.upper():
        raise BadPayload(f"asked for {symbol}, answered for {meta['symbol']}", of_one_symbol=True)
    return meta


def _bars(result: dict[str, Any], zone: ZoneInfo) -> tuple[dict[date, Bar], set[date]]:
    """Bars by session (of two rows for one session the later wins) and the sessions without a close."""
    stamps = result.get("timestamp") or []
    indicators = result.get("indicators") or {}
    columns = _first(indicators.get("quote"))
    if not stamps or not columns:
        return {}, set()
    series = [_column(columns, name, len(stamps)) for name in (*_PRICES, "volume")]
    adjusted = _column(_first(indicators.get("adjclose")), "adjclose", len(stamps))
    bars: dict[date, Bar] = {}
    pending: set[date] = set()
    for stamp, opened, high, low, close, volume, adjusted_close in zip(stamps, *series, adjusted, strict=True):
        session = _moment(stamp).astimezone(zone).date()
        closing = _price(close)
        if closing is None:
            pending.add(session)
            continue
        bars[session] = Bar(
            session,
            open=_price(opened) or closing,  # a close alone is still a bar
            high=_price(high) or closing,
            low=_price(low) or closing,
            close=closing,
            adjusted_close=_price(adjusted_close) or closing,
            volume=_volume(volume) or 0,
        )
    return bars, pending


def _dividends(events: dict[str, Any], zone: ZoneInfo) -> Iterator[tuple[date, float]]:
    for row in _rows(events.get("dividends")):
        amount = _price(row.get("amount"))
        if amount:
            yield _day(row, zone), amount


def _splits(events: dict[str, Any], zone: ZoneInfo) -> Iterator[tuple[date, tuple[float, float]]]:
    for row in _rows(events.get("splits")):
        numerator, denominator = _price(row.get("numerator")), _price(row.get("denominator"))
        if numerator and denominator:
            yield _day(row, zone), (numerator, denominator)


def _rows(events: object) -> list[dict[str, Any]]:
    """Oldest first."""
    rows = [row for row in events.values() if isinstance(row, dict)] if isinstance(events, dict) else []
    return sorted(rows, key=lambda row: row["date"] if _number(row.get("date")) else 0)


def _day(row: dict[str, Any], zone: ZoneInfo) -> date:
    return _moment(row.get("date")).astimezone(zone).date()


def _first(blocks: object) -> dict[str, Any]:
    return blocks[0] if isinstance(blocks, list) and blocks and isinstance(blocks[0], dict) else {}


def _column(columns: dict[str, Any], name: str, length: int) -> list[Any]:
    column = columns.get(name)
    if column is None:
        return [None] * length
    if not isinstance(column, list) or len(column) != length:
        raise BadPayload(f"{name} does not match the timestamps")
    return column


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadPayload(f"unknown time zone {name!r}") from error


def _known_zone(name: object) -> str:
    """The name, if it is one; a price is worth having without."""
    try:
        return _zone(str(name or "")).key
    except BadPayload:
        return ""


def _moment(stamp: object) -> datetime:
    if not _plausible(stamp):
        raise BadPayload(f"not a time: {stamp!r}")
    return datetime.fromtimestamp(stamp, UTC)


def _plausible(stamp: object) -> TypeGuard[float]:
    return _number(stamp) and 0 < stamp < LAST_STAMP


def _name(row: dict[str, Any], symbol: str) -> str:
    return str(row.get("longName") or row.get("longname") or row.get("shortName") or row.get("shortname") or symbol)


def _number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _price(value: object) -> float | None:
    return float(value) if _number(value) and value > 0 else None


def _volume(value: object) -> int | None:
    return int(value) if _number(value) and value >= 0 else None
