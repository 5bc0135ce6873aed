"""What is held, in groups: by class, sector, region, currency or account; calculations on values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
CASH, UNKNOWN, FUNDS = "Cash", "Not known", "Funds"
DIMENSIONS = ("class", "sector", "region", "currency", "account")
CLASSES = {
    "EQUITY": "Shares", "ETF": FUNDS, "MUTUALFUND": FUNDS, "CRYPTOCURRENCY": "Coins", "CURRENCY": "Currencies",
    "INDEX": "Indices", "FUTURE": "Commodities",
}  # fmt: skip
REGIONS = {
    "North America": ("United States", "Canada", "Bermuda"),
    "Europe": (
        "Germany", "France", "Netherlands", "Switzerland", "Italy", "Spain", "Austria", "Belgium", "Denmark", "Sweden",
        "Norway", "Finland", "Ireland", "Portugal", "Luxembourg", "Poland", "Greece", "Czech Republic", "Hungary",
        "United Kingdom", "Jersey", "Guernsey", "Isle of Man", "Monaco", "Cyprus", "Turkey",
    ),
    "Japan": ("Japan",),
    "Asia and Pacific": (
        "Australia", "New Zealand", "Singapore", "Hong Kong", "South Korea", "Taiwan", "China", "India", "Indonesia",
        "Malaysia", "Thailand", "Philippines", "Vietnam", "Macau", "Kazakhstan",
    ),
    "Latin America": ("Brazil", "Mexico", "Chile", "Argentina", "Colombia", "Peru", "Uruguay", "Cayman Islands",
                      "Panama", "Puerto Rico"),
    "Africa and Middle East": ("South Africa", "Israel", "Saudi Arabia", "United Arab Emirates", "Egypt", "Qatar",
                               "Kuwait", "Nigeria", "Morocco"),
}  # fmt: skip
REGION_OF = {country: region for region, countries in REGIONS.items() for country in countries}


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of what is held: an instrument, or cash, and where it belongs in each dimension."""

    symbol: str  # empty: cash
    value: Decimal
    places: dict[str, str]  # dimension → group


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    value: Decimal
    weight: Decimal | None  # of the whole; None where that is not above zero
    symbols: tuple[str, ...]  # the largest first
    target: Decimal | None  # of the whole
    to_trade: Decimal | None  # bought (+) or sold (−) it would be where it is meant to be

    @property
    def drift(self) -> Decimal | None:
        return None if self.weight is None or self.target is None else self.weight - self.target


def class_of(quote_type: str) -> str:
    return CLASSES.get(quote_type, UNKNOWN)


def region_of(country: str) -> str:
    return REGION_OF.get(country, UNKNOWN)


def grouped(pieces: Iterable[Piece], dimension: str, targets: dict[str, Decimal] | None = None) -> list[Group]:
    """The largest group first; those that are only meant to be there last.

    With targets, what is traded keeps the whole: the trades of a full set of targets add up to nothing.
    """
    wanted, found = targets or {}, list(pieces)
    whole = sum((piece.value for piece in found), ZERO)
    members: dict[str, list[Piece]] = {name: [] for name in wanted}
    for piece in found:
        members.setdefault(piece.places[dimension], []).append(piece)
    groups = [_group(name, own, whole, wanted.get(name), targets=bool(wanted)) for name, own in members.items()]
    return sorted(groups, key=lambda group: (-group.value, group.name))


def _group(name: str, own: Sequence[Piece], whole: Decimal, target: Decimal | None, *, targets: bool) -> Group:
    value = sum((piece.value for piece in own), ZERO)
    meant = target if target is not None or not targets else ZERO
    by_size = sorted(own, key=lambda piece: -piece.value)
    return Group(
        name=name,
        value=value,
        weight=value / whole if whole > 0 else None,
        symbols=tuple(dict.fromkeys(piece.symbol for piece in by_size if piece.symbol)),
        target=meant,
        to_trade=whole * meant - value if meant is not None and whole > 0 else None,
    )
