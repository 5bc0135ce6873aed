"""Which JSON each address answers."""

import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pricing.simulator.faults import Kind
from pricing.simulator.reply import Reply
from pricing.simulator.wire import MOST_SYMBOLS, Request, answer, serves
from pricing.simulator.world import World

WORLD = World(datetime(2026, 11, 20, 15, 30, tzinfo=UTC))
COOKIE = "d=1"
API = "query1.finance.yahoo.com"


def get(path: str, cookie: str = COOKIE, host: str = API, world: World = WORLD, **query: str) -> Reply:
    return answer(Request(host, path, query, cookie), world)


def quoted(symbols: str) -> list[dict[str, Any]]:
    reply = get("/v7/finance/quote", symbols=symbols, crumb=WORLD.crumb(COOKIE))
    assert reply.document is not None
    rows: list[dict[str, Any]] = reply.document["quoteResponse"]["result"]
    return rows


@pytest.mark.parametrize(
    ("host", "path", "kind", "symbols"),
    [
        ("fc.yahoo.com", "/", Kind.COOKIE, ()),
        (API, "/v1/test/getcrumb", Kind.CRUMB, ()),
        (API, "/v7/finance/quote", Kind.QUOTE, ("AAPL", "^GSPC")),
        (API, "/v8/finance/chart/%5EGSPC", Kind.CHART, ("^GSPC",)),
        (API, "/v8/finance/chart/eurusd=X", Kind.CHART, ("EURUSD=X",)),
        (API, "/v1/finance/search", Kind.SEARCH, ()),
        (API, "/v10/finance/quoteSummary/brk-b", Kind.PROFILE, ("BRK-B",)),
        (API, "/v6/finance/recommendations", Kind.OTHER, ()),
        ("guce.yahoo.com", "/consent", Kind.CONSENT, ()),
        ("consent.yahoo.com", "/v2/collectConsent", Kind.CONSENT, ()),
        ("stooq.com", "/q/d/l/", Kind.DAILY, ("AAPL", "VOD.L")),
        ("stooq.com", "/q/l/", Kind.LATEST, ("AAPL", "VOD.L")),
        ("stooq.com", "/", Kind.OTHER, ()),
    ],
)
def test_an_address_has_a_kind_and_names_symbols(host: str, path: str, kind: Kind, symbols: tuple[str, ...]) -> None:
    request = Request(host, path, {"symbols": "aapl,^GSPC,", "s": "aapl.us vod.uk"}, "")

    assert (request.kind, request.symbols) == (kind, symbols)


def test_the_cookie_is_good_for_all_of_yahoo() -> None:
    header = get("/", host="fc.yahoo.com").headers["Set-Cookie"]

    assert header.startswith("A3=d=")
    assert "Domain=.yahoo.com" in header


def test_a_crumb_belongs_to_its_cookie_and_expires() -> None:
    assert get("/v1/test/getcrumb", cookie="").status == 401
    assert get("/v1/test/getcrumb").body == WORLD.crumb(COOKIE).encode()
    assert WORLD.crumb(COOKIE) != WORLD.crumb("d=2")
    assert WORLD.crumb(COOKIE) != World(WORLD.now, crumb_age=1).crumb(COOKIE)


@pytest.mark.parametrize(("cookie", "crumb"), [("", WORLD.crumb("")), (COOKIE, ""), (COOKIE, "wrong")])
def test_quotes_need_a_cookie_and_its_crumb(cookie: str, crumb: str) -> None:
    assert get("/v7/finance/quote", cookie=cookie, symbols="AAPL", crumb=crumb).status == 401


def test_unknown_symbols_are_silently_missing() -> None:
    assert [row["symbol"] for row in quoted("AAPL,NOSUCH,VOD.L,AAPL")] == ["AAPL", "VOD.L"]


def test_fifty_quotes_are_quick_also_as_the_clock_goes_on() -> None:
    symbols, took = ",".join(f"Q{number}" for number in range(50)), []
    quoted(symbols)

    for step in range(78):
        world = World(WORLD.now + timedelta(minutes=5 * step))
        started = time.perf_counter()
        get("/v7/finance/quote", world=world, symbols=symbols, crumb=world.crumb(COOKIE)).payload()
        took.append(time.perf_counter() - started)

    assert statistics.median(took) < 0.015  # alone it takes 1.2 ms; this machine may be busy


def test_a_quote_says_what_it_is_in_and_when_it_was_made() -> None:
    (row,) = quoted("VOD.L")

    assert (row["currency"], row["exchange"], row["marketState"]) == ("GBp", "LSE", "REGULAR")
    assert row["regularMarketTime"] == int(WORLD.now.timestamp())
    assert row["regularMarketDayLow"] <= row["regularMarketPrice"] <= row["regularMarketDayHigh"]
    change = row["regularMarketPrice"] - row["regularMarketPreviousClose"]
    assert row["regularMarketChange"] == pytest.approx(change)


def test_too_many_symbols_are_an_error() -> None:
    symbols = ",".join(f"S{number}" for number in range(MOST_SYMBOLS + 1))

    assert get("/v7/finance/quote", symbols=symbols, crumb=WORLD.crumb(COOKIE)).status == 500


def test_quote_and_chart_tell_the_same_price() -> None:
    reply = get("/v8/finance/chart/AAPL", range="1d", interval="1d")

    assert reply.document is not None
    assert reply.document["chart"]["result"][0]["meta"]["regularMarketPrice"] == quoted("AAPL")[0]["regularMarketPrice"]


def test_a_chart_of_an_unknown_symbol_is_not_found_in_json() -> None:
    reply = get("/v8/finance/chart/NOSUCH")

    assert (reply.status, "json" in reply.content_type) == (404, True)


@pytest.mark.parametrize(
    ("text", "first"), [("aapl", "AAPL"), ("micro", "MSFT"), ("btc", "BTC-USD"), ("EURUSD=X", "EURUSD=X")]
)
def test_search_finds_symbols_and_names(text: str, first: str) -> None:
    reply = get("/v1/finance/search", q=text, quotesCount="8")

    assert reply.document is not None
    assert first in [row["symbol"] for row in reply.document["quotes"]]


def test_searching_for_nothing_finds_nothing() -> None:
    reply = get("/v1/finance/search", q="  ")

    assert reply.document is not None
    assert reply.document["quotes"] == []


def test_an_address_it_does_not_know_is_not_found() -> None:
    assert get("/v6/finance/recommendations").status == 404
    assert get("/ws/fundamentals-timeseries/v1/finance/timeseries/KO").status == 200


@pytest.mark.parametrize(
    ("host", "served"),
    [("yahoo.com", True), (API, True), ("stooq.com", True), ("notyahoo.com", False), ("stooq.com.example", False)],
)
def test_it_plays_two_houses_and_nobody_else(host: str, *, served: bool) -> None:
    assert serves(host) is served


def profile(symbol: str, modules: str = "summaryDetail,assetProfile", **given: str) -> Reply:
    crumb = given.get("crumb", WORLD.crumb(COOKIE))
    return get(f"/v10/finance/quoteSummary/{symbol}", modules=modules, crumb=crumb)


def test_a_profile_tells_sector_industry_and_country() -> None:
    reply = profile("KO")

    assert reply.document == {
        "quoteSummary": {
            "result": [
                {
                    "assetProfile": {
                        "sector": "Consumer Defensive",
                        "industry": "Beverages - Non-Alcoholic",
                        "country": "United States",
                    }
                }
            ],
            "error": None,
        }
    }


@pytest.mark.parametrize(
    ("symbol", "modules", "reason"),
    [
        ("SPY", "assetProfile", "No fundamentals data found"),
        ("BTC-USD", "assetProfile", "No fundamentals data found"),
        ("EURUSD=X", "assetProfile", "No fundamentals data found"),
        ("%5EGSPC", "assetProfile", "No fundamentals data found"),
        ("KO", "price", "No fundamentals data found"),
        ("NOSUCH", "assetProfile", "Quote not found"),
    ],
)
def test_what_has_no_profile_is_not_found(symbol: str, modules: str, reason: str) -> None:
    reply = profile(symbol, modules)

    assert reply.status == 404
    assert reply.document is not None
    assert reply.document["quoteSummary"]["error"]["description"].startswith(reason)


def test_a_profile_needs_a_crumb() -> None:
    assert profile("KO", crumb="wrong").status == 401
