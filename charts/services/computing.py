"""Computing a backtest in a worker: prices from memory or the database, the run, and the row that keeps it.

Each step is timed, for the page and for /monitoring; whatever is missing is fetched by jobs of its own first.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import orjson
from isal import igzip

from charts.backtests.engine import simulate
from charts.backtests.market import EmptyRangeError, market
from charts.backtests.request import Fault, RequestError, path_of, read
from charts.backtests.result import Result, result
from charts.backtests.rules import Request, Untraded
from charts.models import Asked, Backtest, Strategy
from charts.models.backtests import PATIENCE
from charts.series.encode import Series, encode
from charts.services.drawing import CENTS
from portfolios.accounting.entries import latest_date
from portfolios.accounting.sentences import Sentence
from pricing.models import Instrument
from pricing.services.instruments import ensure_instruments
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import PostponedError, Run
from stocktracker.metrics.recording import timed
from stocktracker.metrics.series import STEP

from .asking import Basis, basis_of, find_or_make, own_or_public
from .loading import Loaded, load
from .untraded import NothingHeldError, Untouched, untouched

GZIP_LEVEL = 2  # isal: somebody waits
ROUND = 3  # decimals of a millisecond
LOOK_AGAIN_SECONDS = 30.0  # at the longest, at prices that have not come; whoever fetches them says so at once
MILLISECONDS = 1000


class HopelessError(Exception):
    """Why there will be no result, and at which field it is to be mended. RequestError says the same of requests."""

    def __init__(self, path: str, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.path, self.sentence = path, sentence


@dataclass
class Stopwatch:
    """{step: milliseconds}; a step that is taken twice counts both times."""

    steps: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        seconds = time.perf_counter() - start
        self.steps[name] = round(self.steps.get(name, 0.0) + seconds * MILLISECONDS, ROUND)
        timed(seconds, STEP, name)


@dataclass(frozen=True, slots=True)
class Computed:
    """A result that is not stored yet."""

    report: dict[str, Any]
    curves: bytes
    trades: bytes
    timings: Mapping[str, float]
    layers: Mapping[str, int]
    basis: Basis


def compute(run: Run, pk: int, now: datetime) -> None:
    """The result of one row. Postponed while prices are missing; whatever cannot be mended by waiting is said."""
    row = Backtest.objects.filter(pk=pk).first()
    if row is None or not row.is_waiting:
        return
    try:
        request = read(row.request)
        basis = basis_of(request)
        own_or_public(request, basis, row.owner_id)  # it may have become somebody's since it was asked for
        if basis.missing:
            _wait(row, request, basis, now, run.job.attempts)
        computed = computed_of(request, basis, latest_date(now), fetched=sum(not one for one in row.revisions.values()))
    except (HopelessError, RequestError) as error:
        fault = fault_of(error)
        with run.commit({"problem": str(fault.sentence)}):
            store_problem(row, fault.path, fault.sentence, now)
        return
    with run.commit({"sessions": computed.report["period"]["sessions"]}):
        stored = store(row, request, computed, now)
        if stored.pk != row.pk:
            Strategy.objects.filter(result=row).update(result=stored)


def fault_of(error: HopelessError | RequestError) -> Fault:
    return error.faults[0] if isinstance(error, RequestError) else Fault(error.path, error.sentence)


def computed_of(request: Request, basis: Basis, today: date, fetched: int = 0) -> Computed:
    """Everything but the storing. Raises HopelessError."""
    watch = Stopwatch()
    try:
        with watch.step("load"):
            prices = load(request, basis)
            untraded = _untouched(request, prices, today)
        with watch.step("validate"):
            played, payments = (untraded.request, untraded.payments) if untraded else (request, None)
            tested = market(prices.of(played), played.start, played.end, whole=played.whole_shares)
        with watch.step("run"):
            ran = simulate(played, tested, payments)
            made = result(played, tested, ran, prices.benchmark)
        with watch.step("serialise"):
            report, curves = (made.report, made.curves) if untraded is None else _beside(made, untraded, tested.axis)
            curves, trades = _packed(curves), _packed(orjson.dumps(made.trades))
    except EmptyRangeError as error:
        raise HopelessError("start", error.args[0]) from error
    except NothingHeldError as error:
        raise HopelessError("strategy.since", error.args[0]) from error
    layers = {"memory": prices.from_memory, "database": prices.from_database, "upstream": fetched}
    return Computed(report, curves, trades, watch.steps, layers, prices.basis)


def _untouched(request: Request, prices: Loaded, today: date) -> Untouched | None:
    if isinstance(request.strategy, Untraded) and prices.basis.ledger:
        return untouched(request, request.strategy, prices.basis.ledger, prices.listed, today)
    return None


def _beside(made: Result, untraded: Untouched, axis: np.ndarray) -> tuple[dict[str, Any], bytes]:
    """With what really came of the portfolio."""
    actual = encode(axis, {"actual": Series(untraded.on(axis), CENTS)})
    curves = orjson.loads(made.curves)
    curves["series"] |= orjson.loads(actual)["series"]
    return made.report | {"actual": untraded.actual}, orjson.dumps(curves)


def _packed(payload: bytes) -> bytes:
    return igzip.compress(payload, GZIP_LEVEL, mtime=0)


def _wait(row: Backtest, request: Request, basis: Basis, now: datetime, looks: int) -> None:
    """Asks for what is missing and raises PostponedError; HopelessError where it will not come.

    Each is asked for once: an answer without prices would be followed by the next question at once, all day long.
    """
    keys = {f"backfill:{symbol}": symbol for symbol in basis.missing}
    under_way = Job.objects.filter(key__in=keys, state__in=[State.QUEUED, State.RUNNING])
    for key in under_way.values_list("key", flat=True):
        keys.pop(str(key), None)
    rows = Instrument.objects.filter(symbol__in=keys.values())
    for found in rows.order_by("symbol"):
        if found.status == Instrument.Status.UNKNOWN:
            raise _hopeless(found, request, Sentence("{symbol} is not known to the price source.", symbol=found))
        if found.asked_at and found.asked_at >= row.asked_at:
            raise _hopeless(found, request, Sentence("The price source has no prices of {symbol} to go by.",
                                                     symbol=found))  # fmt: skip
    ensure_instruments(basis.missing)
    if basis.revisions != row.revisions:  # exchange rates are only known once the shares are: they wake it too
        Backtest.objects.filter(pk=row.pk).update(revisions=basis.revisions)
    waited = ", ".join(basis.missing)
    if now - row.asked_at > PATIENCE:
        raise HopelessError(
            path_of(basis.missing[0], request),
            Sentence("The prices of {symbols} did not come within a day. Try again later.", symbols=waited),
        )
    # Prices that come while this is being postponed wake nobody: the first looks follow soon.
    raise PostponedError(f"Waiting for the history of {waited}", min(LOOK_AGAIN_SECONDS, 2.0 ** min(looks, 5)))


def _hopeless(instrument: Instrument, request: Request, sentence: Sentence) -> HopelessError:
    return HopelessError(path_of(instrument.symbol, request), sentence)


def store(row: Backtest, request: Request, computed: Computed, now: datetime) -> Backtest:
    """The row it is in: another one where prices have moved on since it was asked for."""
    kept = row
    if computed.basis.revisions != row.revisions:
        kept, _ = find_or_make(request, computed.basis, now)
    if kept.is_waiting:
        kept.report, kept.curves, kept.trades = computed.report, computed.curves, computed.trades
        kept.timings, kept.layers, kept.computed_at = dict(computed.timings), dict(computed.layers), now
        kept.save(update_fields=["report", "curves", "trades", "timings", "layers", "computed_at"])
    if kept.pk != row.pk:
        Backtest.objects.filter(pk=row.pk).update(became=kept, computed_at=now)
        asked = Asked.objects.filter(backtest=row)  # lists show what came of it
        asked.exclude(user__in=Asked.objects.filter(backtest=kept).values("user")).update(backtest=kept)
        asked.delete()
    return kept


def store_problem(row: Backtest, path: str, sentence: Sentence, now: datetime) -> None:
    Backtest.objects.filter(pk=row.pk).update(problem={"path": path, **sentence.stored}, computed_at=now)
