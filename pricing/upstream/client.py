"""What a source of prices can do, what it gives back, and how it can fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

from pricing.upstream.circuit import FAILURES_TO_OPEN

PRIMARY = "yahoo"  # the source everything is asked of first
SYMBOLS_PER_REQUEST = 50  # above 65 the upstream starts to refuse, above 99 it fails
SEARCH_RESULTS = 8  # as many suggestions as fit under a search field


class Family(StrEnum):
    """What a source answers; each fails on its own, and has a breaker of its own."""

    QUOTE = "quote"  # latest prices, many symbols at once
    CHART = "chart"  # one symbol's history
    SEARCH = "search"  # symbols for a text
    PROFILE = "profile"  # what a company does


class UpstreamError(Exception):
    """A call that gave no answer; `retry_after` is what the upstream asked for, in seconds (0: nothing)."""

    neutral = False  # a neutral error says nothing about the upstream's health
    weight: ClassVar[int] = 1  # consecutive failures it counts for

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RateLimited(UpstreamError):  # noqa: N818 — the name says what happened
    """We asked too much (429, 999)."""

    weight = FAILURES_TO_OPEN  # opens the breaker alone


class Unavailable(UpstreamError):  # noqa: N818 — the name says what happened
    """No answer worth reading: time-out, reset, DNS, 5xx, maintenance page."""


class AuthRejected(UpstreamError):  # noqa: N818 — the name says what happened
    """Cookie or crumb refused, also after one renewal (401, 403, consent page)."""


class BadPayload(UpstreamError):  # noqa: N818 — the name says what happened
    """Answered with success, but not with what was promised; `of_one_symbol`: of it alone, the others may be well."""

    def __init__(self, message: str, *, of_one_symbol: bool = False) -> None:
        super().__init__(message)
        self.neutral = of_one_symbol


class SymbolNotFound(UpstreamError):  # noqa: N818 — the name says what happened
    """The upstream does not know this symbol."""

    neutral = True


class NoData(UpstreamError):  # noqa: N818 — the name says what happened
    """The symbol is known, but there is nothing in the range asked for."""

    neutral = True


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """One symbol's latest price, in `currency` as quoted (GBp is pence), at an aware UTC time."""

    symbol: str
    price: float
    at: datetime
    previous_close: float | None
    open: float | None
    high: float | None
    low: float | None
    volume: int | None
    currency: str
    exchange: str  # Yahoo's code: NMS, LSE, GER, JPX, CCC, CCY ...
    market_state: str  # PREPRE, PRE, REGULAR, POST, POSTPOST, CLOSED
    name: str
    quote_type: str  # EQUITY, ETF, CRYPTOCURRENCY, CURRENCY, INDEX
    timezone: str  # IANA name; empty: UTC

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone or "UTC")


@dataclass(frozen=True, slots=True)
class Quotes:
    rows: dict[str, QuoteRow]
    missing: tuple[str, ...]  # asked for, but unknown or without a usable price


@dataclass(frozen=True, slots=True)
class Bar:
    """One session; prices adjusted for the splits known when it was fetched, never for dividends."""

    session: date
    open: float
    high: float
    low: float
    close: float
    adjusted_close: float  # for splits and dividends
    volume: int


@dataclass(frozen=True, slots=True)
class History:
    symbol: str
    currency: str
    exchange: str
    timezone: str
    name: str
    quote_type: str
    bars: tuple[Bar, ...]  # oldest first, one per session
    pending: tuple[date, ...]  # sessions listed without a close: not there yet, ask again later
    dividends: dict[date, float]  # ex-date: amount per share
    splits: dict[date, tuple[float, float]]  # ex-date: (numerator, denominator)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Found:
    symbol: str
    name: str
    exchange: str
    quote_type: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a company does and where, in the source's words; empty where it does not say."""

    sector: str
    industry: str
    country: str


class MarketClient(Protocol):
    """Every method is one upstream request, and raises an `UpstreamError` when it has no answer."""

    def quotes(self, symbols: Sequence[str]) -> Quotes:
        """Latest prices of at most `SYMBOLS_PER_REQUEST` symbols; more is a ValueError."""
        ...

    def history(self, symbol: str, start: date, end: date | None) -> History:
        """Daily bars and actions from `start` to `end`, both included; None means up to now."""
        ...

    def search(self, text: str, limit: int = SEARCH_RESULTS) -> tuple[Found, ...]:
        """Instruments whose symbol or name matches."""
        ...

    def profile(self, symbol: str) -> Profile:
        """What stands behind the symbol. NoData for what is no company."""
        ...
