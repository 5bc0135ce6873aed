"""How the simulated market can misbehave: each fault by name, what it does, and to which answers."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from pricing.simulator import defects
from pricing.simulator.defects import Act, all_of, described, in_chart, in_daily, in_latest, in_quotes, results
from pricing.simulator.faults import EVERY_KIND, Fault, Kind
from pricing.simulator.reply import Ending, Reply

EDGE_PAGE = "<html><head><title>Too Many Requests</title></head><body>Edge: Too Many Requests</body></html>"
CONSENT_URL = "https://guce.yahoo.com/consent?brandType=nonEu&gcrumb=simulated"
CHART, QUOTE, CRUMB, COOKIE = (frozenset({kind}) for kind in (Kind.CHART, Kind.QUOTE, Kind.CRUMB, Kind.COOKIE))
DAILY, LATEST = frozenset({Kind.DAILY}), frozenset({Kind.LATEST})
RESULTS = CHART | QUOTE | {Kind.PROFILE}
CONSENTED = EVERY_KIND - {Kind.CONSENT} - DAILY - LATEST


@dataclass(frozen=True, slots=True)
class Spoiler:
    does: str
    act: Act
    kinds: frozenset[Kind] = EVERY_KIND


def spoil(fault: Fault, reply: Reply) -> Reply:
    return FAULTS[fault.name].act(reply, fault)


def kinds_of(fault: Fault) -> frozenset[Kind]:
    """Which answers it can spoil; raises ValueError for a name nobody knows, or a kind it does nothing to."""
    spoiler = FAULTS.get(fault.name)
    if spoiler is None:
        raise ValueError(f"no fault named {fault.name!r}; there are {', '.join(FAULTS)}")
    if fault.kind != "*" and fault.kind not in spoiler.kinds:
        raise ValueError(f"{fault.name} does nothing to {fault.kind}; it spoils {', '.join(sorted(spoiler.kinds))}")
    return spoiler.kinds


def too_many(fault: Fault) -> Reply:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.form == "edge":
        return replace(Reply.html(429, EDGE_PAGE), headers=headers)
    return Reply.text(429, "" if fault.form == "empty" else "Too Many Requests\r\n", headers)


def _failed(_reply: Reply, fault: Fault) -> Reply:
    return Reply.error(fault.status, "Internal Server Error", "simulated failure")


def _failed_page(_reply: Reply, fault: Fault) -> Reply:
    return _html(fault.status, "Service unavailable")


def _html(status: int, text: str) -> Reply:
    return Reply.html(status, f"<html><body>{text}</body></html>")


def _always(make: Callable[[], Reply]) -> Act:
    return lambda _reply, _fault: make()


def _page(status: int, text: str) -> Act:
    return _always(lambda: _html(status, text))


def _stated(status: int, code: str, description: str) -> Act:
    return _always(lambda: Reply.error(status, code, description))


def _body(text: str) -> Act:
    """Another body, all else as it was."""
    return lambda reply, _fault: replace(reply, body=text.encode(), document=None)


def _ending(ending: Ending) -> Act:
    return lambda reply, fault: replace(reply, ending=ending, seconds=fault.seconds)


def _cut(reply: Reply, _fault: Fault) -> Reply:
    whole = reply.payload()
    return replace(reply, body=whole[: len(whole) // 2], document=None)


def _without_cookie(reply: Reply, _fault: Fault) -> Reply:
    return replace(reply, headers={})


FAULTS: dict[str, Spoiler] = {
    "throttle": Spoiler("429 in one of three forms, with Retry-After if told", lambda _reply, fault: too_many(fault)),
    "error": Spoiler("`status`, said in JSON", _failed),
    "error_page": Spoiler("`status`, said in HTML", _failed_page),
    "hang": Spoiler("no answer for `seconds`, then the connection closes", _ending(Ending.HANG)),
    "drip": Spoiler("the right answer, byte by byte over `seconds`", _ending(Ending.DRIP)),
    "reset": Spoiler("the connection is reset", _ending(Ending.RESET)),
    "truncate": Spoiler("the connection closes in the middle of the body", _ending(Ending.TRUNCATE)),
    "empty": Spoiler("an empty body", _body("")),
    "null": Spoiler("null", _body("null")),
    "list": Spoiler("[]", _body("[]")),
    "cut": Spoiler("the first half of the body, as if it were whole", _cut),
    "html": Spoiler("200 with an HTML page", _page(200, "Hello")),
    "down": Spoiler("200 «Will be right back…» in HTML", _page(200, "Will be right back...")),
    "not_found_page": Spoiler("404 in HTML", _page(404, "Not Found")),
    "bot_page": Spoiler("999 in HTML, Yahoo's own", _page(999, "Unable to process request")),
    "not_found": Spoiler("404 in JSON", _stated(404, "Not Found", "No data found, symbol may be delisted")),
    "unauthorized": Spoiler("401 Invalid Crumb", _stated(401, "Unauthorized", "Invalid Crumb")),
    "forbidden": Spoiler("403 in JSON", _stated(403, "Forbidden", "simulated")),
    "unprocessable": Spoiler("422 in JSON", _stated(422, "Unprocessable Entity", "simulated")),
    "consent": Spoiler("302 to the consent page", _always(lambda: Reply.redirect(CONSENT_URL)), CONSENTED),
    "no_cookie": Spoiler("200 without Set-Cookie", _without_cookie, COOKIE),
    "throttled_crumb": Spoiler("200 «Too Many Requests» for a crumb", _body("Too Many Requests\r\n"), CRUMB),
    "long_crumb": Spoiler("200 with 200 letters for a crumb", _body("crumb" * 40), CRUMB),
    "null_result": Spoiler("result: null, error: null", results(None), RESULTS),
    "no_rows": Spoiler(
        "result: []; No data in a table of days",
        all_of(results([]), defects.no_table),
        RESULTS | DAILY,
    ),
    "no_bars": Spoiler("no timestamps and no prices", in_chart(defects.no_bars), CHART),
    "null_close": Spoiler("the last bar is null", in_chart(defects.null_close), CHART),
    "null_middle": Spoiler("the bar in the middle is null", in_chart(defects.null_middle), CHART),
    "nan": Spoiler("the token NaN in the last bar, or as a price", defects.nan, CHART | QUOTE),
    "missing_day": Spoiler(
        "the session in the middle is left out",
        all_of(in_chart(defects.missing_day), in_daily(defects.missing_table_day)),
        CHART | DAILY,
    ),
    "missing_days": Spoiler(
        "`sessions` of them in the middle are left out",
        all_of(in_chart(defects.missing_days), in_daily(defects.missing_table_days)),
        CHART | DAILY,
    ),
    "duplicate_row": Spoiler("the last session twice, the second row live", in_chart(defects.duplicate_row), CHART),
    "hundredfold": Spoiler(
        "the bar in the middle in pence: × 100",
        all_of(in_chart(defects.hundredfold), in_daily(defects.hundredfold_table)),
        CHART | DAILY,
    ),
    "hundredfold_history": Spoiler("every bar × 100", in_chart(defects.hundredfold_history), CHART),
    "unrestated_split": Spoiler(
        "a 4:1 split on the last day, the closes before it not divided", in_chart(defects.unrestated_split), CHART
    ),
    "no_events": Spoiler("no dividends and no splits", in_chart(defects.no_events), CHART),
    "hundredfold_quote": Spoiler(
        "price, open, high and low × 100, the previous close as ever",
        all_of(in_quotes(defects.hundredfold_row), in_latest(defects.hundredfold_latest)),
        QUOTE | LATEST,
    ),
    "wrong_symbol": Spoiler("it says it is of WRONG", described("symbol", "WRONG"), CHART | QUOTE),
    "wrong_currency": Spoiler("in XXX", described("currency", "XXX"), CHART | QUOTE),
    "no_currency": Spoiler("in null", described("currency", None), CHART | QUOTE),
    "no_timezone": Spoiler("no zone of the exchange", described("exchangeTimezoneName", None), CHART | QUOTE),
    "no_price": Spoiler(
        "a row whose price is null; N/D in a table",
        all_of(
            in_quotes(lambda rows, at: rows[at].__setitem__("regularMarketPrice", None)),
            in_latest(defects.no_latest),
        ),
        QUOTE | LATEST,
    ),
    "no_price_key": Spoiler(
        "a row without a price", in_quotes(lambda rows, at: rows[at].__delitem__("regularMarketPrice")), QUOTE
    ),
    "partial": Spoiler("a row is left out", in_quotes(lambda rows, at: rows.__delitem__(at)), QUOTE),
    "exceeded": Spoiler("200 «Exceeded the daily hits limit»", _body("Exceeded the daily hits limit"), DAILY | LATEST),
}
