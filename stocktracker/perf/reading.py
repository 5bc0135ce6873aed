"""Row 1: the closes of many instruments as arrays, packed by the database and kept in memory, against the ORM."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pricing.closes import closes as kept_closes
from pricing.models import Bar
from pricing.packed import packs

from .market import settle, stored
from .scenario import Size, closes
from .timing import Aim, Measurement, Peer

SIZE = Size(50, 0, 10)
PEER = "ORM objects and a pivot"


def with_the_orm(instruments: list[int]) -> pd.DataFrame:
    """A table of closes: a row a session, a column an instrument."""
    rows = [(bar.session, bar.instrument_id, bar.close) for bar in Bar.objects.filter(instrument__in=instruments)]
    frame = pd.DataFrame(rows, columns=["session", "instrument", "close"])
    return frame.pivot_table(index="session", columns="instrument", values="close")


def measurements(size: Size = SIZE) -> Iterator[Measurement]:
    """From the database, and from memory: what a worker reads at its first rebuild and at all others."""
    prices = closes(size, seed=1)
    revisions = {row.pk: row.revision for row in stored(size, prices)}
    settle()
    wanted = list(revisions)
    name = f"read {size.holdings} × {size.years} years of closes"
    peers = {PEER: Peer(lambda: with_the_orm(wanted))}
    days = np.zeros(prices.shape, dtype=np.int32)

    def copied() -> tuple[np.ndarray, np.ndarray]:
        """The limit: as many bytes from one place in memory to another."""
        return prices.copy(), days.copy()

    yield Measurement(
        row="1", name=f"{name}, cold", work=lambda: packs(wanted), aim=Aim({PEER: 30.0}), peers=peers, limit=copied
    )
    yield Measurement(
        row="1",
        name=f"{name}, kept in memory",
        work=lambda: kept_closes(revisions.items()),
        aim=Aim({PEER: 500.0}),
        peers=peers,
        limit=copied,
    )
