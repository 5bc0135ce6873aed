"""Yahoo's JSON into our values."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pricing.upstream import parsing
from pricing.upstream.client import BadPayload, Found, NoData, SymbolNotFound, Unavailable, UpstreamError

OPEN_20TH, OPEN_23RD = 1_795_185_000, 1_795_444_200  # 09:30 in New York, Friday and Monday
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def quote_row(**changes: Any) -> dict[str, Any]:
    row = {
        "symbol": "AAPL",
        "regularMarketPrice": 316.74,
        "regularMarketTime": OPEN_20TH,
        "regularMarketPreviousClose": 316.87,
        "regularMarketVolume": 100,
        "currency": "USD",
        "exchange": "NMS",
        "marketState": "REGULAR",
        "longName": "Apple Inc.",
        "quoteType": "EQUITY",
        "exchangeTimezoneName": "America/New_York",
    }
    return row | changes


def quote_text(*rows: dict[str, Any]) -> str:
    return json.dumps({"quoteResponse": {"result": list(rows), "error": None}})


def chart_text(closes: list[Any], stamps: list[int], events: dict[str, Any] | None = None, **meta: Any) -> str:
    known = {"symbol": "AAPL", "currency": "USD", "exchangeTimezoneName": "America/New_York", "exchangeName": "NMS"}
    column = dict.fromkeys(("open", "high", "low", "close"), closes) | {"volume": [1] * len(closes)}
    result = {
        "meta": known | meta,
        "timestamp": stamps,
        "events": events or {},
        "indicators": {"quote": [column], "adjclose": [{"adjclose": closes}]},
    }
    return json.dumps({"chart": {"result": [result], "error": None}})


def test_a_quote_row_becomes_a_value_with_an_aware_time() -> None:
    row = parsing.quotes(quote_text(quote_row()), ["AAPL"]).rows["AAPL"]

    assert (row.price, row.previous_close, row.volume, row.open) == (316.74, 316.87, 100, None)
    assert row.at == datetime(2026, 11, 20, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "flaw",
    [
        {"regularMarketPrice": None},
        {"regularMarketPrice": 0},
        {"regularMarketPrice": -1.0},
        {"regularMarketPrice": float("nan")},
        {"regularMarketPrice": float("inf")},
        {"regularMarketPrice": "316"},
        {"regularMarketPrice": True},
        {"regularMarketTime": None},
        {"regularMarketTime": 1e300},
        {"currency": None},
        {"currency": ""},
        {"symbol": None},
        {"symbol": "MSFT"},
    ],
)
def test_a_row_without_a_usable_price_is_missing_and_spoils_no_other(flaw: dict[str, Any]) -> None:
    text = quote_text(quote_row(**flaw), quote_row(symbol="KO"))

    answer = parsing.quotes(text, ["AAPL", "KO"])

    assert (list(answer.rows), answer.missing) == (["KO"], ("AAPL",))


def test_symbols_come_back_as_they_were_asked_for() -> None:
    answer = parsing.quotes(quote_text(quote_row(symbol="AAPL")), ["aapl", "aapl"])

    assert (list(answer.rows), answer.missing) == (["aapl"], ())


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", BadPayload),
        ("null", BadPayload),
        ("[]", BadPayload),
        ("<html>hello</html>", BadPayload),
        ("<html>Will be right back...</html>", Unavailable),
        ('{"quoteResponse":{"result":[{"symb', BadPayload),
        ('{"quoteResponse":null}', BadPayload),
        ('{"quoteResponse":{"result":{}}}', BadPayload),
        ('{"finance":{"result":null}}', BadPayload),
        ('{"quoteResponse":{"result":null,"error":{"code":"Not Found"}}}', SymbolNotFound),
        ('{"quoteResponse":{"result":null,"error":{"code":"Bad Request"}}}', NoData),
        ('{"quoteResponse":{"result":null,"error":"tired"}}', BadPayload),
    ],
)
def test_what_was_not_promised_is_refused(text: str, error: type[UpstreamError]) -> None:
    with pytest.raises(error):
        parsing.quotes(text, ["AAPL"])


def test_bars_carry_the_session_of_the_exchange_not_of_utc() -> None:
    midnight_in_sydney = 1_795_093_200 + 3 * 3600  # 23:00 UTC on the 19th is 10:00 on the 20th

    text = chart_text([10.0], [midnight_in_sydney + 3600], exchangeTimezoneName="Australia/Sydney")

    assert [bar.session for bar in parsing.history(text, "AAPL", date(2026, 1, 1), None).bars] == [FRIDAY]


def test_a_session_without_a_close_is_pending_and_of_two_rows_the_later_wins() -> None:
    stamps = [OPEN_20TH, OPEN_20TH + 3600, OPEN_20TH + 7200, OPEN_23RD]

    answer = parsing.history(chart_text([10.0, 11.0, None, None], stamps), "AAPL", FRIDAY, None)

    assert [(bar.session, bar.close) for bar in answer.bars] == [(FRIDAY, 11.0)]
    assert answer.pending == (MONDAY,)


def test_bars_outside_the_dates_asked_for_are_left_out() -> None:
    text = chart_text([10.0, 11.0], [OPEN_20TH, OPEN_23RD])

    assert [bar.session for bar in parsing.history(text, "AAPL", FRIDAY, FRIDAY).bars] == [FRIDAY]
    assert [bar.session for bar in parsing.history(text, "AAPL", MONDAY, None).bars] == [MONDAY]


def test_dividends_and_splits_are_kept_by_ex_date() -> None:
    events = {
        "dividends": {"2": {"amount": 0.26, "date": OPEN_23RD}, "1": {"amount": None, "date": OPEN_20TH}},
        "splits": {"1": {"numerator": 4.0, "denominator": 1.0, "date": OPEN_20TH}},
    }

    answer = parsing.history(chart_text([10.0, 11.0], [OPEN_20TH, OPEN_23RD], events), "AAPL", FRIDAY, None)

    assert (answer.dividends, answer.splits) == ({MONDAY: 0.26}, {FRIDAY: (4.0, 1.0)})


def test_an_answer_about_another_symbol_is_refused() -> None:
    with pytest.raises(BadPayload, match="answered for MSFT"):
        parsing.history(chart_text([10.0], [OPEN_20TH], symbol="MSFT"), "AAPL", FRIDAY, None)


@pytest.mark.parametrize("key", ["symbol", "currency", "exchangeTimezoneName"])
def test_an_answer_without_what_gives_prices_a_meaning_is_refused(key: str) -> None:
    with pytest.raises(BadPayload, match=key):
        parsing.history(chart_text([10.0], [OPEN_20TH], **{key: None}), "AAPL", FRIDAY, None)


def test_a_time_zone_nobody_knows_and_columns_of_different_length_are_refused() -> None:
    with pytest.raises(BadPayload, match="time zone"):
        parsing.history(chart_text([10.0], [OPEN_20TH], exchangeTimezoneName="Mars/Base"), "AAPL", FRIDAY, None)
    with pytest.raises(BadPayload, match="timestamps"):
        parsing.history(chart_text([10.0], [OPEN_20TH, OPEN_23RD]), "AAPL", FRIDAY, None)


@pytest.mark.parametrize("result", [None, [], [{"meta": {}}]])
def test_a_chart_without_result_is_no_data_or_no_answer(result: Any) -> None:
    with pytest.raises((NoData, BadPayload)):
        parsing.history(json.dumps({"chart": {"result": result, "error": None}}), "AAPL", FRIDAY, None)


def test_a_range_without_bars_is_no_data() -> None:
    with pytest.raises(NoData):
        parsing.history(chart_text([], []), "AAPL", FRIDAY, None)


def test_found_instruments_need_a_symbol() -> None:
    text = json.dumps({"quotes": [{"symbol": "AAPL", "shortname": "Apple", "exchange": "NMS"}, {"name": "news"}]})

    assert parsing.found(text) == (Found("AAPL", "Apple", "NMS", ""),)


def test_a_search_answer_without_quotes_is_refused() -> None:
    with pytest.raises(BadPayload):
        parsing.found("{}")
