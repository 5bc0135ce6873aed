"""How fresh the prices of a page are, said in a chip: state, age, source, the next refresh; and the market's hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from portfolios.valuation import Valued
from pricing.market.calendar import DEFAULT
from pricing.market.freshness import OPEN_FRESH, Freshness, Hours, worst
from pricing.selectors import NO_HOURS
from stocktracker.formats import age, day_and_time, short_day

MARKET_ZONE = ZoneInfo("America/New_York")  # of the exchange named in the header


@dataclass(frozen=True, slots=True)
class Freshline:
    """The chip beside the total: how fresh the prices are, and why."""

    state: Freshness
    text: str
    reason: str  # why the price source is not asked, if so
    asked: datetime | None = None  # when the oldest of them was asked for
    following: datetime | None = None  # when they are asked for next, unless somebody asks before

    @property
    def hint(self) -> str:
        """Source, time and the next refresh, in words."""
        told = [gettext("Source: simulated market") if settings.MARKET == "simulated" else gettext("Source: Yahoo")]
        if self.asked:
            told.append(gettext("oldest price asked for %(when)s") % {"when": _clock(self.asked)})
        if self.reason:
            told.append(self.reason)
        elif self.following:
            told.append(gettext("next refresh %(when)s") % {"when": _clock(self.following)})
        return "; ".join(told)


def day_label(valued: list[Valued], now: datetime) -> str:
    """«today» only if a price was made today; else the day of the newest price."""
    made = [row.at.astimezone(MARKET_ZONE) for row in valued if row.at and row.instrument.calendar == DEFAULT]
    made = made or [row.at.astimezone(MARKET_ZONE) for row in valued if row.at]
    if not made or max(made).date() == now.astimezone(MARKET_ZONE).date():
        return gettext("today")
    newest = max(made)
    return gettext("on %(day)s") % {"day": f"{date_format(newest, 'D')} {short_day(newest)}"}


def freshline(valued: list[Valued], around: dict[str, Hours], now: datetime, refusal: str) -> Freshline:
    state = worst([row.freshness for row in valued])
    if state is Freshness.MISSING:
        missing = sum(row.freshness is Freshness.MISSING for row in valued)
        said = ngettext("%(missing)d without a price yet", "%(missing)d without a price yet", missing)
        return Freshline(state, said % {"missing": missing}, refusal)
    asked = [row.fetched_at for row in valued if row.fetched_at]
    if not asked:
        return Freshline(state, gettext("No prices needed"), refusal)
    hours_of = [around.get(row.instrument.calendar, NO_HOURS) for row in valued]
    times = (min(asked), _next_refresh(min(asked), hours_of, now))
    oldest = age(now - min(asked))
    if state is Freshness.FRESH:
        trading = any(own.is_open or not own.are_known for own in hours_of)
        old = gettext("Prices %(age)s old") % {"age": oldest}
        return Freshline(state, old if trading else gettext("Closing prices"), refusal, *times)
    said = gettext("Stale: prices %(age)s old") if state is Freshness.STALE else gettext("Prices %(age)s old")
    return Freshline(state, said % {"age": oldest}, refusal, *times)


def _next_refresh(asked: datetime, hours_of: list[Hours], now: datetime) -> datetime | None:
    """Every five minutes while any of the exchanges trades, else when the first of them opens."""
    if any(own.is_open for own in hours_of):
        return max(now, asked + OPEN_FRESH)
    return min((own.next_open for own in hours_of if own.next_open), default=None)


def _clock(moment: datetime) -> str:
    """In the market's own time, which the page names."""
    return f"{day_and_time(moment.astimezone(MARKET_ZONE))} ET"


def market_hours(sessions: Hours, now: datetime) -> str:
    if sessions.closes_at:
        return gettext("NYSE open, closes in %(age)s") % {"age": age(sessions.closes_at - now)}
    if sessions.next_open:
        opens = day_and_time(sessions.next_open.astimezone(MARKET_ZONE))
        return gettext("NYSE closed, opens %(when)s ET") % {"when": opens}
    return ""
