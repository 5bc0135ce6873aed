"""Yahoo through yfinance's cookie and crumb handling: one call of ours is one request of theirs."""

import os
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Final, TypeGuard
from urllib.parse import quote as url_quote

from curl_cffi.requests import Response
from yfinance.data import YfData

from pricing.upstream import parsing
from pricing.upstream.client import (
    SEARCH_RESULTS,
    SYMBOLS_PER_REQUEST,
    AuthRejected,
    Found,
    History,
    Profile,
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
PROFILE_URL: Final = "https://query2.finance.yahoo.com/v10/finance/quoteSummary/"
COOKIE_DOMAIN: Final = ".yahoo.com"
TIMEOUT_SECONDS = 10.0
_DAY = timedelta(days=1)


class _Connection(YfData):  # type: ignore[misc]  # yfinance is untyped
    """yfinance's requests over our session, with one cookie and crumb for all processes and no file of its own.

    Made by `_connect`, around yfinance's process-wide singleton, so that nobody else's settings reach it.
    """

    _store: HandshakeStore
    _crumb: str | None
    _kept = ""  # the cookie as a header: yfinance's own cache of it is a database file
    _refused = ""  # the crumb that was answered with 401
    _by_name = True  # whether the call at hand needs cookie and crumb

    def call(self, url: str, params: Mapping[str, str], timeout: float, *, by_name: bool) -> Response:
        """One request; with cookie and crumb if `by_name`, else with what there is of them."""
        self._by_name = by_name
        response: Response = self.get(url, params=dict(params), timeout=timeout)
        return response

    def _get_cookie_and_crumb(self, timeout: float = 30) -> tuple[str | None, str]:
        """The crumb the session's cookie belongs to; asked for only if no process has one that is accepted."""
        if self._crumb is None:
            self._agree(timeout)
        return self._crumb, self._cookie_strategy

    def _agree(self, timeout: float) -> None:
        shared = self._store.lookup()
        if self._usable(shared):
            self._adopt(shared)
        elif self._by_name:
            with self._store.turn():
                shared = self._store.lookup()  # another process may have been quicker
                if self._usable(shared):
                    self._adopt(shared)
                else:
                    crumb = self._new_crumb(timeout)
                    self._store.store(Handshake(self._kept, crumb))

    def _new_crumb(self, timeout: float) -> str:
        self._get_cookie_and_crumb_basic(timeout)
        if not self._crumb:
            raise AuthRejected("no crumb was handed out")
        return self._crumb

    def _usable(self, shared: Handshake | None) -> TypeGuard[Handshake]:
        return shared is not None and shared.crumb != self._refused

    def _adopt(self, handshake: Handshake) -> None:
        self._kept = handshake.cookie
        self._load_cookie_curlCffi()
        self._cookie, self._crumb = True, handshake.crumb

    def _set_cookie_strategy(self, strategy: str, have_lock: bool = False) -> None:  # noqa: ARG002 - yfinance's signature
        """Called after a refusal (only a 401 gets here): the cookie is tried with a new crumb, once."""
        self._refused, self._crumb = self._crumb or "", None

    def _save_cookie_curlCffi(self) -> bool:  # noqa: N802 - yfinance's name
        self._kept = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._session.cookies.jar)
        return bool(self._kept)

    def _load_cookie_curlCffi(self) -> bool:  # noqa: N802 - yfinance's name
        for pair in self._kept.split("; ") if self._kept else ():
            name, _, value = pair.partition("=")
            self._session.cookies.set(name, value, domain=COOKIE_DOMAIN, secure=True)
        return bool(self._kept)


def _connect(session: TypedSession, store: HandshakeStore) -> _Connection:
    connection: _Connection = type.__call__(_Connection, session=session)
    connection._store = store  # noqa: SLF001 — made here, where yfinance leaves no argument for it
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
        handshakes: HandshakeStore | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._proxy, self._ca_bundle, self._timeout, self._now = proxy, ca_bundle, timeout, now
        self._handshakes: HandshakeStore = InMemory() if handshakes is None else handshakes
        self._lock = threading.Lock()
        self._connection: _Connection | None = None
        self._pid = os.getpid()
        self._inherited: list[_Connection] = []

    def quotes(self, symbols: Sequence[str]) -> Quotes:
        if len(symbols) > SYMBOLS_PER_REQUEST:
            raise ValueError(f"{len(symbols)} symbols in one request, at most {SYMBOLS_PER_REQUEST}")
        if not symbols:
            return Quotes({}, ())
        text = self._get(QUOTE_URL, {"symbols": ",".join(symbols), "formatted": "false"}, by_name=True)
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

    def profile(self, symbol: str) -> Profile:
        text = self._get(PROFILE_URL + url_quote(symbol, safe="=^.-"), {"modules": "assetProfile"}, by_name=True)
        return parsing.profile(text, symbol)

    def _get(self, url: str, params: Mapping[str, str], *, by_name: bool = False) -> str:
        """The answer's text. With cookie and crumb if `by_name`: what is refused without them."""
        with self._own_lock():  # of one session: its cookie and crumb belong together
            connection = self._connected()
            try:
                response = connection.call(url, params, self._timeout, by_name=by_name)
            except AuthRejected:
                self._start_over()
                raise
            if response.status_code == HTTPStatus.UNAUTHORIZED:  # yfinance has renewed the crumb and was refused again
                self._start_over()
                raise AuthRejected(f"{url}: HTTP 401 after a new crumb")
        text: str = response.text
        return text

    def _own_lock(self) -> threading.Lock:
        """After a fork another thread of the parent may hold the inherited one for ever, and the connection is its."""
        if self._pid != os.getpid():
            self._lock, self._pid = threading.Lock(), os.getpid()
            self._inherited += [self._connection] if self._connection else []  # dropped, it would be closed politely
            self._connection = None
        return self._lock

    def _connected(self) -> _Connection:
        if self._connection is None:
            session = TypedSession(proxy=self._proxy, ca_bundle=self._ca_bundle, timeout=self._timeout)
            self._connection = _connect(session, self._handshakes)
        return self._connection

    def _start_over(self) -> None:
        """Forget cookie and crumb, here and for everybody: the next call asks for new ones."""
        self._connection = None
        self._handshakes.store(None)


def _epoch(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
