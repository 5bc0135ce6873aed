"""Simulated and live prices never share a database: the first start decides, every later one is checked."""

from pricing.models import Source

THE_ONE = 1  # primary key: two first starts at once make one row


class MixedSourceError(Exception):
    """The database holds the other market's prices."""


def claim_source(market: str) -> None:
    """Marks an empty database as this market's; raises MixedSourceError if it is another's."""
    Source.objects.get_or_create(pk=THE_ONE, defaults={"market": market})
    refuse_other(market)


def refuse_other(market: str) -> None:
    """Raises MixedSourceError if the database holds the other market's prices; asks for nothing but the word."""
    held = Source.objects.filter(pk=THE_ONE).values_list("market", flat=True).first()
    if held not in {None, market}:
        raise MixedSourceError(
            f"This database holds {held} prices, but this start is for {market} ones. They are never mixed: "
            f"set MARKET={held}, or give DATABASE_URL a database of its own."
        )
