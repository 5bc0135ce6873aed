"""Currencies as quoted: some exchanges quote in hundredths (GBp is pence), and a rate is an instrument too."""

from decimal import Decimal

# Quoted unit: (currency it is a part of, how many make one)
MINOR_UNITS = {"GBp": ("GBP", 100), "GBX": ("GBP", 100), "ZAc": ("ZAR", 100), "ILA": ("ILS", 100)}


def as_quoted(currency: str) -> str:
    """As exchanges write it: eur → EUR, while GBp and ZAc keep a small letter. Ledgers have one of their own."""
    return currency if currency in MINOR_UNITS else currency.upper()


def major(currency: str) -> str:
    """The currency money is kept in: GBp → GBP."""
    return MINOR_UNITS.get(currency, (currency, 1))[0]


def unit(currency: str) -> Decimal:
    """What one quoted unit is worth in its major currency: GBp → 0.01."""
    return Decimal(1) / MINOR_UNITS.get(currency, (currency, 1))[1]


def minor(currency: str) -> str:
    """The unit an exchange quotes in: GBP → GBp. KeyError where there is none."""
    return {whole: unit for unit, (whole, _) in reversed(MINOR_UNITS.items())}[currency]


def rate_symbol(currency: str, base: str) -> str | None:
    """The instrument that says what one unit of the major currency costs in `base`; None where it is 1."""
    return None if major(currency) == base else f"{major(currency)}{base}=X"
