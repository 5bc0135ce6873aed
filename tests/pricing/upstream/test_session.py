"""Which answer is which error."""

from urllib.parse import urlsplit

import pytest
from curl_cffi.requests import Response

from pricing.simulator.control import Market
from pricing.upstream.client import (
    AuthRejected,
    BadPayload,
    NoData,
    RateLimited,
    SymbolNotFound,
    Unavailable,
    UpstreamError,
)
from pricing.upstream.session import TypedSession, kind_of, refusal_of

JSON = "application/json;charset=utf-8"


def response(status: int, text: str = "{}", content_type: str = JSON, retry_after: str = "") -> Response:
    made = Response()
    made.status_code, made.content = status, text.encode()
    made.headers["Content-Type"] = content_type
    if retry_after:
        made.headers["Retry-After"] = retry_after
    return made


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://fc.yahoo.com", "cookie"),
        ("https://query1.finance.yahoo.com/v1/test/getcrumb", "crumb"),
        ("https://query1.finance.yahoo.com/v7/finance/quote?symbols=A", "quote"),
        ("https://query2.finance.yahoo.com/v8/finance/chart/AAPL", "chart"),
        ("https://query2.finance.yahoo.com/v1/finance/search?q=a", "search"),
        ("https://guce.yahoo.com/consent", "consent"),
        ("https://consent.yahoo.com/v2/collectConsent", "consent"),
        ("https://finance.yahoo.com/", "other"),
    ],
)
def test_an_address_tells_what_it_is_for(url: str, kind: str) -> None:
    assert kind_of(urlsplit(url)) == kind


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("chart", 429, RateLimited),
        ("chart", 999, RateLimited),
        ("chart", 500, Unavailable),
        ("chart", 503, Unavailable),
        ("chart", 403, AuthRejected),
        ("chart", 404, SymbolNotFound),
        ("chart", 400, NoData),
        ("chart", 422, NoData),
        ("chart", 418, Unavailable),
        ("quote", 404, Unavailable),
        ("quote", 400, Unavailable),
        ("search", 404, Unavailable),
        ("crumb", 401, AuthRejected),
        ("crumb", 500, Unavailable),
        ("cookie", 429, RateLimited),
        ("cookie", 502, Unavailable),
    ],
)
def test_a_status_is_an_error_of_ours(kind: str, status: int, error: type[UpstreamError]) -> None:
    assert type(refusal_of(kind, response(status))) is error


@pytest.mark.parametrize(("kind", "status"), [("chart", 200), ("quote", 401), ("cookie", 404), ("search", 200)])
def test_answers_worth_reading_pass(kind: str, status: int) -> None:
    assert refusal_of(kind, response(status)) is None


@pytest.mark.parametrize("status", [400, 404])
def test_an_edge_server_that_says_not_found_knows_nothing_about_symbols(status: int) -> None:
    assert type(refusal_of("chart", response(status, "<html>", "text/html"))) is Unavailable


@pytest.mark.parametrize("text", ["", "abc", "<html>no</html>", '{"error": 1}', "x" * 41])
def test_a_crumb_that_is_none_is_refused(text: str) -> None:
    assert type(refusal_of("crumb", response(200, text))) is BadPayload


def test_a_crumb_passes_and_the_words_too_many_requests_do_not() -> None:
    assert refusal_of("crumb", response(200, "Xy1.a/Bc9dE")) is None
    assert type(refusal_of("crumb", response(200, "Too Many Requests"))) is RateLimited


@pytest.mark.parametrize(("header", "seconds"), [("", 0.0), ("30", 30.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0)])
def test_retry_after_is_read_in_seconds(header: str, seconds: float) -> None:
    refusal = refusal_of("quote", response(429, retry_after=header))

    assert refusal is not None
    assert refusal.retry_after == seconds


def test_the_consent_page_is_never_asked_for() -> None:
    with pytest.raises(AuthRejected, match="consent"):
        TypedSession(proxy="http://127.0.0.1:1").get("https://guce.yahoo.com/consent")


def test_a_proxy_that_is_given_is_used_whatever_the_environment_says(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", ".yahoo.com")

    TypedSession(proxy=market.proxy, ca_bundle=market.ca_bundle).get("https://fc.yahoo.com/")

    assert market.summary() == {"cookie": 1}


def test_a_host_that_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        TypedSession(proxy="http://127.0.0.1:1").get("https://query1.finance.yahoo.com/v7/finance/quote")
