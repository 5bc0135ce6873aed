"""Exchange calendars: which calendar an instrument keeps, and its sessions with their real opening hours.

Runs in workers only (exchange_calendars loads pandas); pages read the TradingSession rows made from it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

ALWAYS = "24/7"
CURRENCIES = "24/5"  # an approximation: the real week of currencies is Sunday 22:00 to Friday 22:00 UTC
DEFAULT = "XNYS"
LEAD = timedelta(days=14)  # a calendar is built from a little earlier: its first day need not be a session

# Exchange code as quoted, by the calendar it keeps. A code not listed keeps DEFAULT's sessions.
_CODES = {
    ALWAYS: "CCC",
    CURRENCIES: "CCY",
    "BVMF": "SAO",
    "CMES": "CME CBT NYM CMX",
    "IEPA": "NYB",
    "XAMS": "AMS DXE",
    "XASX": "ASX CXA",
    "XBKK": "SET",
    "XBOG": "BVC",
    "XBOM": "NSI BSE",
    "XBRU": "BRU",
    "XBUD": "BUD",
    "XBUE": "BUE",
    "XCSE": "CPH",
    "XDUB": "ISE",
    "XDUS": "DUS",
    "XETR": "GER EUX",
    "XFRA": "FRA BER MUN HAN",
    "XHAM": "HAM",
    "XHEL": "HEL",
    "XHKG": "HKG",
    "XICE": "ICE",
    "XIDX": "JKT",
    "XIST": "IST",
    "XJSE": "JNB",
    "XKRX": "KSC KOE",
    "XLIS": "LIS",
    "XLON": "LSE IOB CXE AQS FGI",
    "XMAD": "MCE MAD",
    "XMEX": "MEX",
    "XMIL": "MIL MDD TLO",
    "XNYS": "NMS NGM NCM NYQ ASE PCX BTS CXI NAE NAS OQB OQX OEM PNK SNP DJI NIM WCB",
    "XNZE": "NZE",
    "XOSL": "OSL",
    "XPAR": "PAR ENX",
    "XSES": "SES",
    "XSHG": "SHH SHZ",
    "XSTO": "STO",
    "XSTU": "STU",
    "XSWX": "EBS",
    "XTAI": "TAI TWO",
    "XTKS": "JPX OSA FKA SAP",
    "XTSE": "TOR VAN CNQ NEO",
    "XWAR": "WSE",
    "XWBO": "VIE",
}
CALENDARS = {code: calendar for calendar, codes in _CODES.items() for code in codes.split()}


@dataclass(frozen=True, slots=True)
class Session:
    day: date
    opens_at: datetime  # UTC
    closes_at: datetime  # UTC; early closes are here


def calendar_of(exchange: str) -> str:
    return CALENDARS.get(exchange, DEFAULT)


def sessions(calendar: str, start: date, end: date) -> list[Session]:
    """The sessions from start to end, both included; as far as the calendar reaches (about a year ahead)."""
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of exchange_calendars towards a future pandas
        days = _calendar(calendar, start).schedule.loc[pd.Timestamp(start) : pd.Timestamp(end)]
    return [
        Session(day.date(), opens.to_pydatetime().astimezone(UTC), closes.to_pydatetime().astimezone(UTC))
        for day, opens, closes in zip(days.index, days["open"], days["close"], strict=True)
    ]


def session_days(calendar: str, start: date, end: date) -> list[date]:
    """The days of the sessions from start to end, both included; none before the calendar's own beginning."""
    import pandas as pd

    days = _calendar(calendar, max(start, _begins(calendar))).sessions
    return [day.date() for day in days[(days >= pd.Timestamp(start)) & (days <= pd.Timestamp(end))]]


@lru_cache(maxsize=64)
def _begins(calendar: str) -> date:
    """Asked for an earlier start, some calendars raise (Tokyo: 1997)."""
    import exchange_calendars

    bound = exchange_calendars.get_calendar(calendar).bound_min()
    return date.min + LEAD if bound is None else bound.date() + LEAD


@lru_cache(maxsize=64)
def _built(calendar: str, start: date, _built_on: date) -> Any:
    import exchange_calendars

    return exchange_calendars.get_calendar(calendar, start=start - LEAD)


def _calendar(calendar: str, start: date) -> Any:
    """Built anew each day: a calendar reaches one year beyond the day it was made."""
    return _built(calendar, start, datetime.now(UTC).date())
