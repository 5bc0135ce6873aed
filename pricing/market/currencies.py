"""Currencies as quoted: some exchanges quote in hundredths (GBp is pence), and a rate is an instrument too."""

from decimal import Decimal

# Quoted unit: (currency it is a part of, how many make one)
MINOR_UNITS = {"GBp": ("GBP", 100), "GBX": ("GBP", 100), "ZAc": ("ZAR", 100), "ILA": ("ILS", 100)}


def major(currency: str) -> str:
    """The currency money is kept in: GBp → GBP."""
    return MINOR_UNITS.get(currency, (currency, 1))[0]


def unit(currency: str) -> Decimal:
    """What one quoted unit is worth in its major currency: GBp → 0.01."""
    return Decimal(1) / MINOR_UNITS.get(currency, (currency, 1))[1]


def rate_symbol(currency: str, base: str) -> str | None:
    """The instrument that says what one unit of the major currency costs in `base`; None where it is 1."""
    return None if major(currency) == base else f"{major(currency)}{base}=X"
