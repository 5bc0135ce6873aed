"""Which JSON each address answers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pricing.simulator.faults import Kind
from pricing.simulator.reply import Reply
from pricing.simulator.wire import MOST_SYMBOLS, Request, World, answer

WORLD = World(datetime(2026, 11, 20, 15, 30, tzinfo=UTC), {})
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
        (API, "/v10/finance/quoteSummary/AAPL", Kind.OTHER, ()),
    ],
)
def test_an_address_has_a_kind_and_names_symbols(host: str, path: str, kind: Kind, symbols: tuple[str, ...]) -> None:
    request = Request(host, path, {"symbols": "aapl,^GSPC,"}, "")

    assert (request.kind, request.symbols) == (kind, symbols)


def test_the_cookie_is_good_for_all_of_yahoo() -> None:
    header = get("/", host="fc.yahoo.com").headers["Set-Cookie"]

    assert header.startswith("A3=d=")
    assert "Domain=.yahoo.com" in header


def test_a_crumb_belongs_to_its_cookie_and_expires() -> None:
    assert get("/v1/test/getcrumb", cookie="").status == 401
    assert get("/v1/test/getcrumb").body == WORLD.crumb(COOKIE).encode()
    assert WORLD.crumb(COOKIE) != WORLD.crumb("d=2")
    assert WORLD.crumb(COOKIE) != World(WORLD.now, {}, crumb_age=1).crumb(COOKIE)


@pytest.mark.parametrize(("cookie", "crumb"), [("", WORLD.crumb("")), (COOKIE, ""), (COOKIE, "wrong")])
def test_quotes_need_a_cookie_and_its_crumb(cookie: str, crumb: str) -> None:
    assert get("/v7/finance/quote", cookie=cookie, symbols="AAPL", crumb=crumb).status == 401


def test_unknown_symbols_are_silently_missing() -> None:
    assert [row["symbol"] for row in quoted("AAPL,NOSUCH,VOD.L,AAPL")] == ["AAPL", "VOD.L"]


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
    assert get("/v10/finance/quoteSummary/AAPL").status == 404
