"""Suggestions for what somebody types into a symbol field: at once what is here, soon what the source finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pricing import lookup
from pricing.lookup import Kept
from pricing.models import Instrument
from stocktracker.jobs.services import enqueue

POLLS = 16  # every half second: after 8 seconds nobody waits any longer
TYPES = {
    "EQUITY": pgettext_lazy("a security", "Share"),
    "ETF": gettext_lazy("ETF"),
    "MUTUALFUND": gettext_lazy("Fund"),
    "INDEX": gettext_lazy("Index"),
    "CRYPTOCURRENCY": gettext_lazy("Coin"),
    "CURRENCY": gettext_lazy("Exchange rate"),
    "FUTURE": gettext_lazy("Future"),
    "OPTION": gettext_lazy("Option"),
    "MANUAL": gettext_lazy("Your own"),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    symbol: str
    name: str
    exchange: str
    type: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    text: str
    rows: list[Suggestion]
    poll: int = 0  # ask again, as the so-manieth time; 0: this is all
    says: str = ""  # a sentence about the source

    @property
    def is_open(self) -> bool:
        return bool(self.rows or self.says or self.poll)


def suggest(typed: str, user_id: int, poll: int = 0) -> Suggestions:
    """One query; one job for a text nobody has asked for today. `poll`: how often this has been asked before."""
    text = " ".join(typed.replace("\0", "").split())[: lookup.LONGEST]
    here, kept = lookup.known(text, user_id), lookup.kept(text)
    rows = list(_merged(here, kept))
    if kept is not None:
        return Suggestions(text, rows, says=_says(kept, rows))
    if len(text) < lookup.SHORTEST:
        return Suggestions(text, rows)
    if poll == 0:
        return _asked(text, rows, user_id)
    if poll < POLLS:
        return Suggestions(text, rows, poll=poll + 1)
    return Suggestions(text, rows, says=_("The price source does not answer. You can write the symbol itself."))


def _asked(text: str, rows: list[Suggestion], user_id: int) -> Suggestions:
    """A job is on its way, unless this person has asked for much this minute: then what is here must do."""
    if not lookup.may_ask(user_id):
        return Suggestions(text, rows, says=_("Only what is known here is shown. You can write the symbol itself."))
    key = f"search:{lookup.normal(text)}"
    enqueue("pricing.search", key=key, priority=1, requested_by_id=user_id, text=text)
    return Suggestions(text, rows, poll=1)


def _merged(here: list[Instrument], kept: Kept | None) -> Iterator[Suggestion]:
    """What is here first, each symbol once."""
    for row in here:
        yield Suggestion(row.symbol, row.name, row.exchange, str(TYPES.get(row.quote_type, row.quote_type.title())))
    symbols = {row.symbol for row in here}
    for found in kept.found if kept else ():
        if found.symbol not in symbols:
            yield Suggestion(
                found.symbol, found.name, found.exchange, str(TYPES.get(found.quote_type, found.quote_type))
            )


def _says(kept: Kept, rows: list[Suggestion]) -> str:
    if kept.failure:
        told = _("The price source does not answer: %(why)s. You can write the symbol itself.")
        return told % {"why": kept.failure.rstrip(".")}
    return "" if rows else _("Nothing is called that. Write the symbol as Yahoo does: AAPL, VOD.L, BTC-USD.")
