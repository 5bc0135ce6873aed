"""Exchange calendars: which calendar an instrument keeps, and its sessions with their real opening hours.

Runs in workers only (exchange_calendars loads pandas); pages read the TradingSession rows made from it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

ALWAYS = "24/7"
CURRENCIES = "24/5"  # an approximation: the real week of currencies is Sunday 22:00 to Friday 22:00 UTC
BY_QUOTE = "quote"  # its hours are not known here: the market state that comes with each quote says whether it trades
DEFAULT = "XNYS"

# Exchange codes as quoted, by the calendar they keep: all the price source is known to use.
_CODES = {
    ALWAYS: "CCC",
    CURRENCIES: "CCY",
    # Nobody records the hours of the first eight; of Athens, Bucharest and Tel Aviv exchange_calendars does (ASEX,
    # XBSE, XTAE), but it cannot compute them with the pandas we use. A test tells when it can.
    BY_QUOTE: "YHD CAI DFM DOH KUW VSE CCS CSE ATH BVB TLV",
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
    "XCBF": "CGI",
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
    "XKAR": "KAR",
    "XKLS": "KLS",
    "XKRX": "KSC KOE",
    "XLIS": "LIS",
    "XLIT": "LIT",
    "XLON": "LSE IOB CXE AQS FGI",
    "XMAD": "MCE MAD",
    "XMEX": "MEX",
    "XMIL": "MIL MDD TLO",
    "XMOS": "MCX",
    "XNYS": "NMS NGM NCM NYQ ASE PCX BTS CXI NAE NAS OQB OQX OEM PNK SNP DJI NIM WCB",
    "XNZE": "NZE",
    "XOSL": "OSL",
    "XPAR": "PAR ENX",
    "XPHS": "PHS PHP",
    "XPRA": "PRA",
    "XRIS": "RIS",
    "XSAU": "SAU",
    "XSES": "SES",
    "XSGO": "SGO",
    "XSHG": "SHH SHZ",
    "XSTO": "STO",
    "XSTU": "STU",
    "XSWX": "EBS",
    "XTAI": "TAI TWO",
    "XTAL": "TAL",
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
    break_starts_at: datetime | None = None  # UTC; lunch, where the exchange has one
    break_ends_at: datetime | None = None

    def rests_at(self, moment: datetime) -> bool:
        """Whether that is in its lunch break."""
        starts_at, ends_at = self.break_starts_at, self.break_ends_at
        return starts_at is not None and ends_at is not None and starts_at <= moment < ends_at


def calendar_of(exchange: str) -> str:
    """That of an exchange nobody listed is not guessed: guessed hours would accuse the source of what is our guess.

    Without an exchange DEFAULT.
    """
    return CALENDARS.get(exchange, BY_QUOTE) if exchange else DEFAULT


def sessions(calendar: str, start: date, end: date) -> list[Session]:
    """The sessions from start to end, both included, as far as they are recorded; none by quote."""
    if calendar == BY_QUOTE:
        return []
    rows = _schedule(calendar, start, end)
    columns = (map(_utc, rows[name]) for name in ("open", "close", "break_start", "break_end"))
    return [Session(day.date(), *moments) for day, *moments in zip(rows.index, *columns, strict=True)]


def session_days(calendar: str, start: date, end: date) -> list[date]:
    """The days of the sessions from start to end, both included, as far as they are recorded; none by quote."""
    return [] if calendar == BY_QUOTE else [day.date() for day in _schedule(calendar, start, end).index]


def _schedule(calendar: str, start: date, end: date) -> Any:
    """A frame: one row a session, its times in UTC."""
    import pandas as pd

    return _years(calendar, start.year, end.year).loc[pd.Timestamp(start) : pd.Timestamp(end)]


@lru_cache(maxsize=128)
def _years(calendar: str, first: int, last: int) -> Any:
    """As _schedule, of whole years: whoever asks on another day of the same years need not build it again."""
    import exchange_calendars

    start, end = date(first, 1, 1), date(last, 12, 31)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of exchange_calendars towards a future pandas
        try:
            return exchange_calendars.get_calendar(calendar, start=start, end=end).schedule
        except ValueError:  # some are recorded for certain years only: Tokyo from 1997, Shanghai (today) to 2026
            whole = exchange_calendars.get_calendar(calendar)
        earliest, latest = whole.bound_min(), whole.bound_max()
        start = max(start, earliest.date()) if earliest else start
        end = min(end, latest.date()) if latest else end
        if start > end:
            return whole.schedule[:0]
        return exchange_calendars.get_calendar(calendar, start=start, end=end).schedule


def _utc(moment: Any) -> Any:
    """A datetime; None for a time that is none."""
    import pandas as pd

    return None if pd.isna(moment) else moment.to_pydatetime().astimezone(UTC)
