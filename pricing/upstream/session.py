"""The HTTP transport under yfinance: sends exactly once, and turns every refusal into one of our errors.

yfinance repeats what fails, toggles cookie strategies and hides errors; raising inside its request stops all that.
"""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from curl_cffi import CurlOpt
from curl_cffi.requests import Response, Session
from curl_cffi.requests.exceptions import RequestException

from pricing.upstream.client import (
    AuthRejected,
    BadPayload,
    NoData,
    RateLimited,
    SymbolNotFound,
    Unavailable,
    UpstreamError,
)

HANDSHAKE_TIMEOUT_SECONDS = 5.0  # yfinance waits 30 s for a cookie and holds a lock meanwhile
SHORTEST_CRUMB, LONGEST_CRUMB = 5, 40  # characters; anything else is a page, not a crumb
EXCERPT = 90  # characters of a foreign text quoted in an error
_CONSENT_HOSTS: Final = frozenset({"guce.yahoo.com", "consent.yahoo.com"})
_TOO_MANY: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, 999})  # 999 is Yahoo's own
_OF_ONE_SYMBOL: Final = frozenset({"chart", "quoteSummary"})
_NO_SUCH_RANGE: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})


class TypedSession(Session[Response]):
    """Returns answers worth parsing (and 401: yfinance renews the crumb); raises an `UpstreamError` for the rest."""

    def __init__(self, *, proxy: str = "", ca_bundle: str = "", timeout: float = HANDSHAKE_TIMEOUT_SECONDS) -> None:
        super().__init__(
            impersonate="chrome",
            proxy=proxy or None,
            verify=ca_bundle or True,  # type: ignore[arg-type]  # a path is fine
            # A NO_PROXY in the environment must not send calls meant for the simulated market to the real one.
            curl_options={CurlOpt.NOPROXY: ""} if proxy else None,
        )
        self._handshake_timeout = min(timeout, HANDSHAKE_TIMEOUT_SECONDS)

    def request(self, method: Any, url: str, *args: Any, **kwargs: Any) -> Response:
        kind = kind_of(urlsplit(url))
        if kind == "consent":
            raise AuthRejected("sent to the consent page")
        if kind in ("cookie", "crumb"):
            kwargs["timeout"] = self._handshake_timeout
        try:
            response = super().request(method, url, *args, **kwargs)
        except RequestException as error:
            raise Unavailable(f"{kind}: {type(error).__name__}: {str(error)[:EXCERPT]}") from error
        if kind_of(urlsplit(response.url)) == "consent":
            raise AuthRejected("sent to the consent page")
        refusal = refusal_of(kind, response)
        if refusal is None and kind == "cookie" and not self.cookies:
            refusal = AuthRejected("no cookie was handed out")
        if refusal is not None:
            raise refusal
        return response


def kind_of(url: SplitResult) -> str:
    """cookie, crumb, consent, or the API's name: quote, chart, search ..."""
    if url.hostname in _CONSENT_HOSTS:
        return "consent"
    if url.hostname == "fc.yahoo.com":
        return "cookie"
    if url.path.endswith("/getcrumb"):
        return "crumb"
    return url.path.partition("/finance/")[2].partition("/")[0] or "other"


def refusal_of(kind: str, response: Response) -> UpstreamError | None:
    """What is wrong with this answer, judged by its status (and, for a crumb, its text); None: nothing."""
    status = response.status_code
    text = f"{kind}: HTTP {status}"
    if status in _TOO_MANY or (kind == "crumb" and "Too Many Requests" in response.text):
        return RateLimited(text, _retry_after(response))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(text, _retry_after(response))
    if kind == "crumb":
        return _crumb_refusal(status, response.text.strip())
    if kind == "cookie" or status in (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED):
        return None  # a cookie may well come with an error page
    if status == HTTPStatus.FORBIDDEN:
        return AuthRejected(text)
    return _missing(status, text, response) if kind in _OF_ONE_SYMBOL else Unavailable(text)


def _missing(status: int, text: str, response: Response) -> UpstreamError:
    """Of one symbol: is it unknown, or are there no data? Only the API itself knows, not an edge server."""
    if "json" not in (response.headers.get("Content-Type") or ""):
        return Unavailable(f"{text}, not from the API")
    if status == HTTPStatus.NOT_FOUND:
        return SymbolNotFound(text)
    return NoData(f"{text}: {response.text[:EXCERPT]}") if status in _NO_SUCH_RANGE else Unavailable(text)


def _crumb_refusal(status: int, crumb: str) -> UpstreamError | None:
    if status != HTTPStatus.OK:
        return AuthRejected(f"crumb: HTTP {status}")
    if not SHORTEST_CRUMB <= len(crumb) <= LONGEST_CRUMB or "<" in crumb or "{" in crumb:
        return BadPayload(f"not a crumb: {crumb[:EXCERPT]!r}")
    return None


def _retry_after(response: Response) -> float:
    """Seconds asked for; 0 when absent or a date (Yahoo was only ever seen to send seconds)."""
    value = (response.headers.get("Retry-After") or "").strip()
    return float(value) if value.isdecimal() else 0.0
