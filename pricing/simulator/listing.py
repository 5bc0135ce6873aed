"""How Yahoo describes an instrument, in every answer."""

from datetime import UTC, date, datetime
from typing import Any

from pricing.simulator.instruments import Instrument
from pricing.simulator.sessions import EXCHANGES


def identity(instrument: Instrument) -> dict[str, Any]:
    exchange = EXCHANGES[instrument.exchange]
    return {
        "language": "en-US",
        "region": "US",
        "quoteType": instrument.quote_type,
        "symbol": instrument.symbol,
        "shortName": instrument.name,
        "longName": instrument.name,
        "currency": instrument.currency,
        "exchange": exchange.code,
        "fullExchangeName": exchange.name,
        "exchangeTimezoneName": exchange.timezone,
        "market": exchange.market,
        "tradeable": False,
        "firstTradeDateMilliseconds": _epoch(instrument.first_session) * 1000,
        "priceHint": exchange.digits,
    }


def suggestion(instrument: Instrument) -> dict[str, Any]:
    exchange = EXCHANGES[instrument.exchange]
    return {
        "exchange": exchange.code,
        "exchDisp": exchange.name,
        "shortname": instrument.name,
        "longname": instrument.name,
        "quoteType": instrument.quote_type,
        "typeDisp": instrument.quote_type.title(),
        "symbol": instrument.symbol,
        "isYahooFinance": True,
    }


def gmt_offset(instrument: Instrument, now: datetime) -> int:
    offset = now.astimezone(EXCHANGES[instrument.exchange].zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _epoch(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
