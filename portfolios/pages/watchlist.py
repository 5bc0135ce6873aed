"""Reads of the watchlist: what is watched at its latest price, and the alerts of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Subquery

from charts.series.sparkline import sparkline_points
from portfolios.models import Alert, Watched
from portfolios.valuation import TINTS, quote_of
from pricing.market.freshness import Freshness, Hours, freshness
from pricing.models import Breaker, Instrument, Quote
from pricing.ranges import Range, ranges
from pricing.selectors import NO_HOURS, hours

TOLD_FOR = timedelta(days=90)  # alerts that went off before that are not listed any more
NO_RANGE = Range(None, None, [])


@dataclass(frozen=True, slots=True)
class WatchedRow:
    watched: Watched
    quote: Quote | None
    freshness: Freshness
    range: Range
    alerts: list[Alert]

    @property
    def instrument(self) -> Instrument:
        return self.watched.instrument

    @property
    def change(self) -> float | None:
        """Of the price since the previous close."""
        if self.quote is None or not self.quote.previous_close:
            return None
        return float(self.quote.price / self.quote.previous_close) - 1

    @property
    def spark(self) -> str:
        return sparkline_points(self.range.closes)

    @property
    def rising(self) -> bool:
        return bool(self.range.closes) and self.range.closes[-1] >= self.range.closes[0]

    @property
    def position(self) -> float | None:
        """Within the range of 52 weeks: 0 at its low, 1 at its high."""
        return None if self.quote is None else self.range.position(float(self.quote.price))

    @property
    def tint(self) -> int:
        return self.instrument.pk % TINTS + 1


@dataclass(frozen=True, slots=True)
class Watchlist:
    rows: list[WatchedRow]
    told: list[Alert]  # that went off, the latest first


def watchlist(user: User, now: datetime) -> Watchlist:
    """Four queries."""
    why = Breaker.objects.why_refused(now)[:1]
    mine = Watched.objects.filter(user=user).select_related("instrument__quote").annotate(refusal=Subquery(why))
    watched = list(mine)
    alerts = list(Alert.objects.filter(user=user).select_related("instrument"))
    around = hours({row.instrument.calendar for row in watched}, now)
    found = ranges([row.instrument_id for row in watched], now.date())
    told = [one for one in alerts if one.triggered_at and one.triggered_at > now - TOLD_FOR]
    return Watchlist(
        rows=[_row(row, alerts, found, around, now) for row in watched],
        told=sorted(told, key=lambda one: one.triggered_at or now, reverse=True),
    )


def _row(
    watched: Watched, alerts: list[Alert], found: Mapping[int, Range], around: Mapping[str, Hours], now: datetime
) -> WatchedRow:
    quote = quote_of(watched.instrument)
    return WatchedRow(
        watched=watched,
        quote=quote,
        freshness=freshness(
            quote.fetched_at if quote else None,
            around.get(watched.instrument.calendar, NO_HOURS),
            now,
            refused=bool(getattr(watched, "refusal", None)),
            market_state=quote.market_state if quote else "",
        ),
        range=found.get(watched.instrument_id, NO_RANGE),
        alerts=[one for one in alerts if one.instrument_id == watched.instrument_id],
    )
