"""When the simulated exchanges are open: real calendars, as plain arrays."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import exchange_calendars
import numpy as np
import numpy.typing as npt

FIRST_DAY, LAST_DAY = np.datetime64("1998-01-01"), np.datetime64("2035-12-31")  # fixed: prices must not move with now
PRE_HOURS, POST_HOURS = (
    timedelta(hours=5, minutes=30),
    timedelta(hours=4),
)  # before the open and after the close, in New York
FRIDAY, FRIDAY_CLOSE = 4, time(22)  # in London, where the week of currencies ends
_DAY = timedelta(days=1)
EXTENDED = frozenset({"NMS", "NYQ", "PCX"})  # exchanges with trading before and after

Days = npt.NDArray[np.datetime64]
Seconds = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Exchange:
    code: str  # Yahoo's
    name: str
    timezone: str
    calendar: str  # exchange_calendars' name; "24/7", "24/5" and those in WEEKDAYS are made here
    digits: int  # decimal places of a traded price
    market: str  # Yahoo's "market" field
    country: str = ""  # of most companies listed there, as Yahoo spells it

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


EXCHANGES = {
    exchange.code: exchange
    for exchange in (
        Exchange("NMS", "NasdaqGS", "America/New_York", "XNYS", 2, "us_market", "United States"),
        Exchange("NYQ", "NYSE", "America/New_York", "XNYS", 2, "us_market", "United States"),
        Exchange("PCX", "NYSEArca", "America/New_York", "XNYS", 2, "us_market", "United States"),
        Exchange("SNP", "SNP", "America/New_York", "XNYS", 2, "us_market", "United States"),
        Exchange("TOR", "Toronto", "America/Toronto", "XTSE", 2, "ca_market", "Canada"),
        Exchange("LSE", "LSE", "Europe/London", "XLON", 2, "gb_market", "United Kingdom"),
        Exchange("GER", "XETRA", "Europe/Berlin", "XETR", 2, "dr_market", "Germany"),
        Exchange("AMS", "Amsterdam", "Europe/Amsterdam", "XAMS", 2, "nl_market", "Netherlands"),
        Exchange("PAR", "Paris", "Europe/Paris", "XPAR", 2, "fr_market", "France"),
        Exchange("EBS", "Swiss", "Europe/Zurich", "XSWX", 2, "ch_market", "Switzerland"),
        Exchange("ATH", "Athens", "Europe/Athens", "ASEX", 2, "gr_market", "Greece"),
        Exchange("TLV", "Tel Aviv", "Asia/Jerusalem", "XTAE", 2, "il_market", "Israel"),
        Exchange("JNB", "Johannesburg", "Africa/Johannesburg", "XJSE", 2, "za_market", "South Africa"),
        Exchange("JPX", "Tokyo", "Asia/Tokyo", "XTKS", 1, "jp_market", "Japan"),
        Exchange("HKG", "HKSE", "Asia/Hong_Kong", "XHKG", 2, "hk_market", "Hong Kong"),
        Exchange("CCC", "CCC", "UTC", "24/7", 2, "ccc_market"),
        Exchange("CCY", "CCY", "Europe/London", "24/5", 6, "ccy_market"),
    )
}


# exchange_calendars cannot build these two under pandas 3: every weekday is a session, without holidays
WEEKDAYS = {
    "ASEX": ("Europe/Athens", time(10, 15), time(17, 20)),
    "XTAE": ("Asia/Jerusalem", time(9, 59), time(17, 25)),
}


@dataclass(frozen=True, slots=True)
class Sessions:
    """All sessions of one exchange, oldest first; opens and closes in UTC epoch seconds."""

    days: Days
    opens: Seconds
    closes: Seconds

    def last_started(self, now: datetime) -> int:
        """Index of the latest session that has opened at `now`; -1 before the first."""
        return int(np.searchsorted(self.opens, int(now.timestamp()), side="right")) - 1

    def is_open(self, now: datetime) -> bool:
        latest = self.last_started(now)
        return latest >= 0 and int(now.timestamp()) < int(self.closes[latest])


@lru_cache(maxsize=len(EXCHANGES))
def sessions(calendar: str) -> Sessions:
    """A calendar takes 0.1–0.2 s to build, once per process."""
    if calendar == "24/7":
        return _around_the_clock("UTC", weekdays_only=False)
    if calendar == "24/5":
        return _around_the_clock("Europe/London", weekdays_only=True)
    if calendar in WEEKDAYS:
        return _every_weekday(*WEEKDAYS[calendar])
    built: Any = exchange_calendars.get_calendar(calendar, start=str(FIRST_DAY), end=str(LAST_DAY))
    return Sessions(
        days=built.sessions.to_numpy().astype("datetime64[D]"),
        opens=_epoch_seconds(built.opens),
        closes=_epoch_seconds(built.closes),
    )


def market_state(exchange: Exchange, now: datetime) -> str:
    """Yahoo's marketState: REGULAR (also over lunch, in Tokyo and Hong Kong), PRE, POST or CLOSED."""
    calendar = sessions(exchange.calendar)
    if calendar.is_open(now):
        return "REGULAR"
    if exchange.code not in EXTENDED:
        return "CLOSED"
    latest = calendar.last_started(now)
    if latest >= 0 and now.timestamp() < calendar.closes[latest] + POST_HOURS.total_seconds():
        return "POST"
    following = latest + 1
    if following < len(calendar.opens) and now.timestamp() >= calendar.opens[following] - PRE_HOURS.total_seconds():
        return "PRE"
    return "CLOSED"


def _around_the_clock(timezone: str, *, weekdays_only: bool) -> Sessions:
    """From midnight to midnight; with weekends, Friday ends early, so that its last price is dated Friday."""
    days = np.arange(FIRST_DAY, LAST_DAY + 1)
    if weekdays_only:
        days = days[np.is_busday(days)]
    zone = ZoneInfo(timezone)
    midnights, ends = [], []
    for day in days.tolist():
        last = weekdays_only and day.weekday() == FRIDAY
        night = datetime.combine(day, FRIDAY_CLOSE, zone) if last else datetime.combine(day + _DAY, time(), zone)
        midnights.append(int(datetime.combine(day, time(), zone).timestamp()))
        ends.append(int(night.timestamp()))
    return Sessions(days, np.array(midnights), np.array(ends))


def _every_weekday(timezone: str, opening: time, closing: time) -> Sessions:
    days = np.arange(FIRST_DAY, LAST_DAY + 1)
    days = days[np.is_busday(days)]
    zone = ZoneInfo(timezone)
    opens, closes = (
        np.array([int(datetime.combine(day, at, zone).timestamp()) for day in days.tolist()])
        for at in (opening, closing)
    )
    return Sessions(days, opens, closes)


def _epoch_seconds(stamps: Any) -> Seconds:
    """From a pandas Series of aware UTC times."""
    seconds: Seconds = stamps.dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return seconds
