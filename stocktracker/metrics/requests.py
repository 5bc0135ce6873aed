"""Times every request: by page, with its statements and its finds in caches; the answer says what it cost."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .buckets import bucket
from .recording import Field, recorder
from .series import AMOUNT, ASKED, CACHE, DATABASE, MICROSECONDS, MILLION, REQUEST, STATEMENTS
from .tally import Tally, begin

log = logging.getLogger(__name__)

NOT_MODIFIED = 304
PARTS, BROWSER = "parts", "browser"  # layers of caches: of templates in each web process, and what browsers keep
STATIC, UNKNOWN = "static", "nowhere"  # what no page has answered: a file, or an address there is none of


def measured(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The outermost of all, so that what others do counts too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        tally, start = begin(), time.perf_counter()
        response = get_response(request)
        seconds = time.perf_counter() - start
        page = page_of(request)
        recorder.add(_amounts(request, response, page, seconds, tally))
        _tell(request, response, seconds, tally)
        if seconds >= settings.SLOW_REQUEST_SECONDS:
            log.warning("%s took %.1f s: %s statements, %.1f s in the database", page, seconds, tally.statements,
                        tally.database_seconds)  # fmt: skip
        return response

    return middleware


def page_of(request: HttpRequest) -> str:
    """The name of its address; a few words for whatever has none, so that nobody can make up new ones."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or match.route or UNKNOWN
    return STATIC if request.path_info.startswith(settings.STATIC_URL) else UNKNOWN


def _amounts(request: HttpRequest, response: HttpResponse, page: str, seconds: float, tally: Tally) -> dict[Field, int]:
    status = response.status_code
    series = (REQUEST, page, "304" if status == NOT_MODIFIED else f"{status // 100}xx")
    amounts: dict[Field, int] = {
        (series, str(bucket(seconds))): 1,
        (series, MICROSECONDS): round(seconds * MILLION),
    }
    if tally.statements:
        amounts[(STATEMENTS, page), AMOUNT] = tally.statements
        amounts[(DATABASE, page), AMOUNT] = round(tally.database_seconds * MILLION)
    if tally.asked:
        amounts[(ASKED, page), AMOUNT] = tally.asked
    if tally.hits or tally.misses:
        amounts[(CACHE, PARTS, "hits"), AMOUNT] = tally.hits
        amounts[(CACHE, PARTS, "misses"), AMOUNT] = tally.misses
    if "HTTP_IF_NONE_MATCH" in request.META:
        amounts[(CACHE, BROWSER, "hits" if status == NOT_MODIFIED else "misses"), AMOUNT] = 1
    return amounts


def _tell(request: HttpRequest, response: HttpResponse, seconds: float, tally: Tally) -> None:
    """In the words browsers' tools read; the user is only looked at if somebody has asked for one already."""
    told = f'app;dur={seconds * 1000:.1f}, db;dur={tally.database_seconds * 1000:.1f};desc="{tally.statements} SQL"'
    if looked := tally.hits + tally.misses:
        told += f', parts;desc="{tally.hits} of {looked} kept"'
    response.headers["Server-Timing"] = told
    if getattr(getattr(request, "_cached_user", None), "is_staff", False):
        response.headers["X-Execution-Time"] = f"{seconds * 1000:.1f}ms"
