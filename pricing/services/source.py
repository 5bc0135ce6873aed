"""Simulated and live prices never share a database: the first start decides, every later one is checked."""

from pricing.models import Source

THE_ONE = 1  # primary key: two first starts at once make one row


class MixedSourceError(Exception):
    """The database holds the other market's prices."""


def claim_source(market: str) -> None:
    """Marks an empty database as this market's; raises MixedSourceError if it is another's."""
    row, _ = Source.objects.get_or_create(pk=THE_ONE, defaults={"market": market})
    if row.market != market:
        raise MixedSourceError(
            f"This database holds {row.market} prices, but this start is for {market} ones. They are never mixed: "
            f"set MARKET={row.market}, or give DATABASE_URL a database of its own."
        )
