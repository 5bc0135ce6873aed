"""The day's story across the apps: prices first, then snapshots, then charts."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from charts.services.drawing import draw, erase_charts, store_chart
from portfolios.accounting.entries import LedgerError, latest_date
from portfolios.dependencies import dependents
from portfolios.inputs import Inputs, read_inputs
from portfolios.models import Portfolio
from portfolios.services.portfolios import BENCHMARK
from portfolios.services.rebuilds import rebuild_is_needed, request_rebuilds
from portfolios.services.snapshots import compute, store, store_empty, store_problem
from pricing.market.calendar import ALWAYS, CURRENCIES
from pricing.models import Instrument, Quote
from pricing.selectors import with_gap
from pricing.services.backfill import Backfill, backfill
from pricing.services.instruments import ensure_instruments, request_restated
from pricing.services.refresh import refresh_quotes, restated_symbols, store_provisional_bars
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import enqueue

BENCHMARKS = (BENCHMARK,)  # kept warm, so that a first portfolio has something to be compared with


def fetch_history(run: Run, symbol: str, now: datetime) -> None:
    """One instrument's history and first quote; whoever holds it is rebuilt afterwards."""
    instrument = Instrument.objects.get(symbol=symbol)
    quoted = instrument.currency
    run.progress(0, 3, f"History of {symbol}")
    result = backfill(instrument, now)
    if result.known and not Quote.objects.filter(instrument=instrument).exists():
        run.progress(1, 3, f"Price of {symbol}")
        refresh_quotes([Instrument.objects.get(symbol=symbol)], now, lambda *_: None)
    run.progress(2, 3, "Storing")
    with run.commit({"bars": result.bars, "changed": result.changed, "known": result.known}):
        changed = quoted and Instrument.objects.get(pk=instrument.pk).currency != quoted
        if changed or run.job.attempts > 1:  # an earlier attempt may have stored the currency and then told nobody
            # Another exchange rate counts from now on: a sum of revisions could become smaller, a ledger's cannot.
            Portfolio.objects.filter(pk__in=dependents([instrument.pk]).values("pk")).update(
                ledger_revision=F("ledger_revision") + 1
            )
        if _matters(run, result):
            request_rebuilds([instrument.pk])


def _matters(run: Run, result: Backfill) -> bool:
    """Whether portfolios are told; an earlier attempt may have stored the bars and then told nobody."""
    return bool(result.changed) or not result.known or run.job.attempts > 1


def rebuild(run: Run, portfolio_id: int, now: datetime) -> None:
    """One portfolio's snapshot and charts, computed from one history and stored together."""
    portfolio = (
        Portfolio.objects.select_related("benchmark")
        .prefetch_related("more_benchmarks")
        .filter(pk=portfolio_id)
        .first()
    )
    if portfolio is None or not rebuild_is_needed(portfolio):
        return
    run.progress(0, 3, "Reading transactions and prices")
    inputs = read_inputs(portfolio)
    if inputs.missing_rates or not inputs.entries:
        _without_figures(run, inputs, now)
        return
    try:
        computed = compute(inputs, latest_date(now))
    except LedgerError as error:
        with run.commit({"problem": str(error)}):
            store_problem(portfolio, now, f"The figures are those of before: a transaction {error}")
        return
    run.progress(1, 3, "Drawing charts")
    payload = draw(computed)
    run.progress(2, 3, "Storing")
    with run.commit({"days": len(computed.history.axis), "holdings": len(computed.holdings)}):
        if store(computed, now):
            store_chart(portfolio, payload, now)


def _without_figures(run: Run, inputs: Inputs, now: datetime) -> None:
    """No transactions: an empty page. A rate that is missing: its history first, the old figures stay meanwhile."""
    portfolio, missing = inputs.portfolio, inputs.missing_rates
    with run.commit({"waiting_for": missing}):
        rates = ensure_instruments(missing, portfolio_id=portfolio.pk, requested_by_id=portfolio.owner_id)
        unknown = [symbol for symbol, rate in rates.items() if rate.status == Instrument.Status.UNKNOWN]
        if unknown:
            store_problem(portfolio, now, _no_rate(unknown))
        elif not missing and store_empty(portfolio, now):
            erase_charts(portfolio)


def _no_rate(symbols: list[str]) -> str:
    pairs = ", ".join(f"from {symbol[:3]} to {symbol[3:6]}" for symbol in symbols)
    return f"The price source has no exchange rate {pairs}. Correct the currency of those transactions."


def after_close(run: Run, calendar: str, session: date, now: datetime) -> None:
    """After a session: quotes become its bars, gaps and splits are fetched, and every holder is rebuilt.

    Round-the-clock markets have no evening quote: their histories are fetched instead.
    """
    instruments = list(Instrument.objects.filter(calendar=calendar, status=Instrument.Status.ACTIVE))
    around_the_clock = calendar in {ALWAYS, CURRENCIES}
    quotes = {} if around_the_clock else refresh_quotes(instruments, now, run.progress).updated
    restated = restated_symbols(instruments, quotes)
    kept = {symbol: row for symbol, row in quotes.items() if symbol not in restated}
    with transaction.atomic():  # bars without the rebuilds they ask for would never be noticed
        changed = store_provisional_bars(instruments, kept, session)
        gaps = instruments if around_the_clock else list(with_gap(calendar, session))
        with run.commit({"instruments": len(instruments), "changed": len(changed), "gaps": len(gaps)}):
            for instrument in gaps:
                enqueue(
                    "stocktracker.backfill",
                    key=f"backfill:{instrument.symbol}",
                    priority=6,
                    parent=run.job,
                    symbol=instrument.symbol,
                )
            request_restated(restated, now)
            request_rebuilds(changed)


def warm_benchmarks(run: Run) -> None:
    """Index funds have their history before anybody compares with them."""
    with run.commit():
        ensure_instruments(BENCHMARKS)
        known = Instrument.objects.filter(symbol__in=BENCHMARKS).exclude(fetched_at=None)
        for instrument in known:
            enqueue("stocktracker.backfill", key=f"backfill:{instrument.symbol}", priority=6, symbol=instrument.symbol)
