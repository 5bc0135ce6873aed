"""All portfolios of a person as one more: it has no transactions of its own and follows theirs."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import F

from portfolios.models import Portfolio
from portfolios.services.rebuilds import request_rebuild
from pricing.market.symbols import SYMBOL
from pricing.services.instruments import ensure_instruments
from pricing.services.manual import of_others
from stocktracker.preferences.models import preferences_of

SEVERAL = 2  # one portfolio needs no other that is the same


def follow(member: Portfolio) -> None:
    """Its ledger has changed, and with it the combined one's. Joins the caller's transaction."""
    combined = Portfolio.objects.filter(owner=member.owner_id, is_combined=True)
    if combined.update(ledger_revision=F("ledger_revision") + 1):
        request_rebuild(combined.get())


def keep_combined(owner: User) -> None:
    """There is one as long as it has several to show. Joins the caller's transaction."""
    own = Portfolio.objects.filter(owner=owner)
    if own.filter(is_combined=False).count() < SEVERAL:
        own.filter(is_combined=True).delete()
        return
    if not own.filter(is_combined=True).exists():
        made = {"ledger_revision": 1, **_taste(owner)}
        Portfolio.objects.get_or_create(owner=owner, is_combined=True, defaults=made)  # or somebody just has
    for row in own.filter(is_combined=True):
        request_rebuild(row)


def _taste(owner: User) -> dict[str, object]:
    """In the owner's currency, compared with the owner's first benchmark."""
    benchmark = funds_of(owner)[:1]
    known = ensure_instruments(benchmark, requested_by_id=owner.pk)
    currency = preferences_of(owner).currency
    return {"base_currency": currency, "benchmark": known[benchmark[0]] if benchmark else None}


def funds_of(owner: User) -> list[str]:
    """The benchmarks of the owner's preferences that can be any: symbols, and nobody else's own instruments."""
    chosen = [symbol for symbol in preferences_of(owner).funds if SYMBOL.fullmatch(symbol)]
    others = of_others(chosen, owner.pk)
    return [symbol for symbol in chosen if symbol not in others]
