"""Yahoo through yfinance's cookie and crumb handling: one call of ours is one request of theirs."""

import os
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import quote as url_quote

from yfinance.data import YfData

from pricing.upstream import parsing
from pricing.upstream.client import (
    SEARCH_RESULTS,
    SYMBOLS_PER_REQUEST,
    AuthRejected,
    Found,
    History,
    Quotes,
)
from pricing.upstream.handshake import Handshake, HandshakeStore, InMemory
from pricing.upstream.session import TypedSession

try:  # yfinance switches deprecation warnings on when imported, and pandas 3 then prints four a symbol
    from pandas.errors import Pandas4Warning
except ImportError:  # pandas 2 has nothing to say
    pass
else:
    warnings.filterwarnings("ignore", category=Pandas4Warning)

QUOTE_URL: Final = "https://query1.finance.yahoo.com/v7/finance/quote"
CHART_URL: Final = "https://query2.finance.yahoo.com/v8/finance/chart/"
SEARCH_URL: Final = "https://query2.finance.yahoo.com/v1/finance/search"
COOKIE_DOMAIN: Final = ".yahoo.com"
TIMEOUT_SECONDS = 10.0
_DAY = timedelta(days=1)


class _Connection(YfData):  # type: ignore[misc]  # yfinance is untyped
    """yfinance's requests over our session, with a cookie jar that touches no file.

    Made by `_connect`, around yfinance's process-wide singleton, so that nobody else's settings reach it.
    """

    _kept = ""  # the cookie as a header: yfinance empties the jar when it changes strategy

    def adopt(self, handshake: Handshake) -> None:
        self._kept = handshake.cookie
        self._load_cookie_curlCffi()
        self._cookie, self._crumb = True, handshake.crumb

    def handshake(self) -> Handshake | None:
        return Handshake(self._kept, self._crumb) if self._kept and self._crumb else None

    def _save_cookie_curlCffi(self) -> bool:  # noqa: N802 - yfinance's name
        self._kept = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._session.cookies.jar)
        return bool(self._kept)

    def _load_cookie_curlCffi(self) -> bool:  # noqa: N802 - yfinance's name
        for pair in self._kept.split("; ") if self._kept else ():
            name, _, value = pair.partition("=")
            self._session.cookies.set(name, value, domain=COOKIE_DOMAIN, secure=True)
        return bool(self._kept)


def _connect(session: TypedSession) -> _Connection:
    connection: _Connection = type.__call__(_Connection, session=session)
    return connection


def _now() -> datetime:
    return datetime.now(UTC)


class Yahoo:
    """A `MarketClient`. Safe to share between threads, and across a fork: a child makes its own connection."""

    def __init__(
        self,
        *,
        proxy: str = "",
        ca_bundle: str = "",
        timeout: float = TIMEOUT_SECONDS,
        session_cache: HandshakeStore | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._proxy, self._ca_bundle, self._timeout, self._now = proxy, ca_bundle, timeout, now
        self._handshakes: HandshakeStore = InMemory() if session_cache is None else session_cache
        self._lock = threading.Lock()
        self._connection: _Connection | None = None
        self._pid = os.getpid()
        self._inherited: list[_Connection] = []

    def quotes(self, symbols: Sequence[str]) -> Quotes:
        if len(symbols) > SYMBOLS_PER_REQUEST:
            raise ValueError(f"{len(symbols)} symbols in one request, at most {SYMBOLS_PER_REQUEST}")
        if not symbols:
            return Quotes({}, ())
        text = self._get(QUOTE_URL, {"symbols": ",".join(symbols), "formatted": "false"})
        return parsing.quotes(text, symbols)

    def history(self, symbol: str, start: date, end: date | None = None) -> History:
        last = end or self._now().date()
        params = {
            # a day more on both sides: a session of Sydney starts on the day before, in UTC
            "period1": str(_epoch(start - _DAY)),
            "period2": str(_epoch(last + 2 * _DAY)),
            "interval": "1d",
            "includePrePost": "false",
            "events": "div,splits,capitalGains",
        }
        text = self._get(CHART_URL + url_quote(symbol, safe="=^.-"), params)
        return parsing.history(text, symbol, start, end)

    def search(self, text: str, limit: int = SEARCH_RESULTS) -> tuple[Found, ...]:
        params = {"q": text, "quotesCount": str(limit), "newsCount": "0", "listsCount": "0"}
        return parsing.found(self._get(SEARCH_URL, params))[:limit]

    def _get(self, url: str, params: Mapping[str, str]) -> str:
        connection = self._connected()
        before = connection.handshake()
        try:
            response = connection.get(url, params=dict(params), timeout=self._timeout)
        except AuthRejected:
            self._start_over()
            raise
        if response.status_code == HTTPStatus.UNAUTHORIZED:  # yfinance has renewed the crumb and was refused again
            self._start_over()
            raise AuthRejected(f"{url}: HTTP 401 after a new crumb")
        agreed = connection.handshake()
        if agreed is not None and agreed != before:
            self._handshakes.store(agreed)
        text: str = response.text
        return text

    def _connected(self) -> _Connection:
        with self._lock:
            if self._connection is not None and self._pid != os.getpid():
                # Our parent's. To drop it would close it, politely, under our parent's feet.
                self._inherited.append(self._connection)
                self._connection = None
            if self._connection is None:
                self._connection, self._pid = self._new_connection(), os.getpid()
            return self._connection

    def _new_connection(self) -> _Connection:
        connection = _connect(TypedSession(proxy=self._proxy, ca_bundle=self._ca_bundle, timeout=self._timeout))
        shared = self._handshakes.lookup()
        if shared is not None:
            connection.adopt(shared)
        return connection

    def _start_over(self) -> None:
        """Forget cookie and crumb, here and for everybody: the next call asks for new ones."""
        with self._lock:
            self._connection = None
        self._handshakes.store(None)


def _epoch(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
