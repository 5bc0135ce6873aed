"""Seeded random walks: what every symbol does on every calendar day, for ever the same."""

import hashlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pricing.simulator.sessions import FIRST_DAY, LAST_DAY

Floats = npt.NDArray[np.float64]

DAYS = np.arange(FIRST_DAY, LAST_DAY + 1)
SESSIONS_A_YEAR = 252
MARKET_SIGMA = 0.135  # a year, on quiet days
MARKET_DRIFT = 0.065  # log return a year where the table below says nothing
TAIL = 5  # degrees of freedom: large days are as frequent as in real markets
LARGEST_DRAW = 6.0  # standard deviations

# Log return of a broad US index by calendar year, rounded: bear markets are where people remember them.
YEARS = {
    1998: 0.24, 1999: 0.18, 2000: -0.11, 2001: -0.14, 2002: -0.27, 2003: 0.23, 2004: 0.09, 2005: 0.03,
    2006: 0.13, 2007: 0.03, 2008: -0.49, 2009: 0.21, 2010: 0.12, 2011: 0.00, 2012: 0.13, 2013: 0.26,
    2014: 0.11, 2015: -0.01, 2016: 0.09, 2017: 0.18, 2018: -0.06, 2019: 0.25, 2020: 0.15, 2021: 0.24,
    2022: -0.22, 2023: 0.22, 2024: 0.21, 2025: 0.15,
}  # fmt: skip

# From, to (excluded), how much larger the days are
STORMS = (("2008-09-12", "2009-04-01", 2.4), ("2011-08-01", "2011-11-01", 1.7), ("2020-02-20", "2020-05-01", 3.2),
          ("2022-01-05", "2022-11-01", 1.4), ("2025-04-02", "2025-04-25", 2.8))  # fmt: skip


def seeded(*names: str) -> np.random.Generator:
    """A generator that depends on nothing but the names."""
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16])))


def noise(name: str) -> Floats:
    """One standard draw for each of `DAYS`; heavy tails, variance about one."""
    draws: Floats = seeded(name).standard_t(TAIL, len(DAYS)) / np.sqrt(TAIL / (TAIL - 2))
    return np.clip(draws, -LARGEST_DRAW, LARGEST_DRAW)


@lru_cache(maxsize=1)
def market() -> Floats:
    """The common factor: log return on each of `DAYS`, counted on weekdays; each year adds up to its table value."""
    days: Floats = np.sqrt(1 / SESSIONS_A_YEAR) * MARKET_SIGMA * _calm() * noise("market")
    years = DAYS.astype("datetime64[Y]").astype(int) + 1970
    working = np.is_busday(DAYS)
    for year in np.unique(years):
        chosen = (years == year) & working
        days[chosen] += (YEARS.get(int(year), MARKET_DRIFT) - days[chosen].sum()) / chosen.sum()
    days.flags.writeable = False
    return days


def _calm() -> Floats:
    size = np.ones(len(DAYS))
    for start, end, factor in STORMS:
        size[(np.datetime64(start) <= DAYS) & (np.datetime64(end) > DAYS)] = factor
    return size
