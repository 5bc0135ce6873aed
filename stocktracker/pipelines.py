"""The day's story across the apps: prices first, then snapshots, then charts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from charts.services.drawing import draw, erase_charts, store_chart
from charts.services.waking import prices_came, request_strategies
from portfolios.accounting.entries import LedgerError, latest_date
from portfolios.dependencies import dependents
from portfolios.inputs import Inputs, read_inputs
from portfolios.models import Portfolio
from portfolios.ranks import ranks
from portfolios.services.holdings import rescale
from portfolios.services.portfolios import BENCHMARK
from portfolios.services.rebuilds import rebuild_is_needed, request_rebuilds, request_rebuilds_of
from portfolios.services.snapshots import compute, store, store_empty, store_problem
from portfolios.viewed import KEPT, viewed_since
from pricing.market.calendar import ALWAYS, CURRENCIES
from pricing.market.freshness import TRADES
from pricing.market.plan import Rank, dividend_is_near, todays_checks
from pricing.models import Instrument, Quote, TradingSession
from pricing.selectors import dividend_days, doubted, histories, with_gaps
from pricing.services.backfill import Backfill, ask, take
from pricing.services.corrections import apply_corrections
from pricing.services.instruments import ensure_instruments, request_restated
from pricing.services.market_data import settle
from pricing.services.provisional import store_provisional_bars
from pricing.services.refresh import refresh_quotes
from pricing.services.search import COMPANIES, undescribed
from pricing.services.second_source import fill
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import Request, enqueue, enqueue_many

BENCHMARKS = (BENCHMARK,)  # kept warm, so that a first portfolio has something to be compared with

WOKEN = 100  # portfolios looked at before a worker starts are worth a glance; the plan finds the rest in time
DIVIDENDS_SINCE = timedelta(days=3 * 366)  # enough to tell how often somebody pays


def fetch_history(run: Run, symbol: str, now: datetime, *, trusted: bool = False) -> None:
    """One instrument's history, swapped in together with what follows from it: holders are rebuilt afterwards.

    `trusted`: a person says that an answer which contradicts what is stored is right.
    """
    instrument = Instrument.objects.get(symbol=symbol)
    run.progress(0, 2, symbol)
    answer = ask(instrument, now)
    run.progress(1, 2, "Storing")
    with transaction.atomic():
        result = take(instrument, answer, now, trusted=trusted)
        with run.commit(asdict(result)):
            if trusted and not result.refused:
                Quote.objects.filter(instrument=instrument).delete()  # it may be of the unit that is given up
            _follow(run, instrument, result)


def _follow(run: Run, instrument: Instrument, result: Backfill) -> None:
    """What a new history means for those who hold it."""
    if result.split != 1.0:
        rescale(instrument, result.split)  # else a page would show old quantities at new prices until the rebuild
        enqueue("pricing.refresh_quotes", key=f"refresh:{instrument.symbol}", priority=2, symbols=[instrument.symbol])
    elif result.known and not Quote.objects.filter(instrument=instrument).exists():
        asker = run.job.requested_by_id  # whoever waits for the history waits for the price too
        enqueue("pricing.first_quotes", key="first_quotes", requested_by_id=asker)
    now_known = Instrument.objects.get(pk=instrument.pk)
    if now_known.described_at is None and now_known.quote_type in COMPANIES:
        _request_description(now_known)
    if instrument.currency not in ("", now_known.currency):
        # Another exchange rate counts from now on: a sum of revisions could become smaller, a ledger's cannot.
        Portfolio.objects.filter(pk__in=dependents([instrument.pk]).values("pk")).update(
            ledger_revision=F("ledger_revision") + 1
        )
    prices_came(instrument.symbol)
    if result.changed or not result.known:
        parent = run.job if run.job.parent_id else None  # one progress of a pipeline
        request_rebuilds([instrument.pk], parent=parent)
        request_strategies([instrument.pk], parent=parent)


def _request_description(instrument: Instrument) -> None:
    enqueue("pricing.describe", key=f"describe:{instrument.symbol}", symbol=instrument.symbol)


def correct(run: Run, symbol: str, now: datetime) -> None:
    """What people entered for an instrument, over its stored bars; whoever holds it is rebuilt."""
    instrument = Instrument.objects.get(symbol=symbol)
    with transaction.atomic():
        changed = apply_corrections(instrument)
        if instrument.status == Instrument.Status.MANUAL:
            settle(instrument, now)
        with run.commit({"changed": changed}):
            request_rebuilds([instrument.pk])  # also after a withdrawal, which has changed bars before
            request_strategies([instrument.pk])


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
    """After a session: quotes become its bars, splits are noticed, and every holder is rebuilt.

    Round-the-clock markets have no evening quote: their histories are fetched instead.
    """
    instruments = list(Instrument.objects.filter(calendar=calendar, status=Instrument.Status.ACTIVE))
    if calendar in {ALWAYS, CURRENCIES}:
        with run.commit({"instruments": len(instruments)}):
            _request_histories(run, instruments, priority=6)
        return
    result = refresh_quotes(instruments, now, run.progress)
    rows = {symbol: row for symbol, row in result.updated.items() if row.market_state != TRADES}
    recorded = TradingSession.objects.filter(calendar=calendar, session=session).exists()  # or each quote's own day
    with transaction.atomic():  # bars without the rebuilds they ask for would never be noticed
        changed = store_provisional_bars(instruments, rows, session if recorded else None)
        with run.commit({"instruments": len(instruments), "changed": len(changed), "refused": result.refused}):
            request_restated(result.restated, now)
            request_rebuilds(changed, parent=run.job)
            request_strategies(changed, parent=run.job)


def _request_histories(run: Run, instruments: Iterable[Instrument], priority: int) -> None:
    requests = [Request({"symbol": one.symbol}, f"backfill:{one.symbol}", priority) for one in instruments]
    enqueue_many("stocktracker.backfill", requests, run.job)


def request_second_sources(calendar: str, session: date) -> None:
    """The first source did not say how a session closed: whoever has a second one is asked for there."""
    for symbol in _with_second_source(calendar=calendar):
        enqueue("stocktracker.second_source", key=f"second:{symbol}:{session}", once=True, symbol=symbol)


def _with_second_source(**where: object) -> list[str]:
    rows = Instrument.objects.exclude(second_source="").filter(status=Instrument.Status.ACTIVE, **where)
    return list(rows.values_list("symbol", flat=True))


def second_source(run: Run, symbol: str, now: datetime) -> None:
    """Days the first source does not answer for, as the second one states them; whoever holds it is rebuilt."""
    instrument = Instrument.objects.get(symbol=symbol)
    filled = fill(instrument, now)
    with run.commit(asdict(filled)):
        parent, changed = run.job if run.job.parent_id else None, [instrument.pk] if filled.bars else []
        request_rebuilds(changed, parent=parent)
        request_strategies(changed, parent=parent)


def reconcile(run: Run, now: datetime) -> None:
    """Once a day: histories with gaps, those with a dividend to be expected, and a seventh of all in turn."""
    gaps, turn = {*with_gaps(now), *doubted(now)}, set(todays_checks(histories(), now))
    paying = dividend_days((now - DIVIDENDS_SINCE).date())
    dividends = {pk for pk, days in paying.items() if dividend_is_near(days, now.date())}
    wanted = Instrument.objects.in_bulk(gaps | turn | dividends)
    known = ranks(now)
    ordered = sorted(wanted.values(), key=lambda row: (known.get(row.pk, Rank.POPULAR), row.pk not in gaps, row.symbol))
    with run.commit({"gaps": len(gaps), "dividends": len(dividends), "in turn": len(turn)}):
        _request_histories(run, ordered, priority=7)
        for symbol in _with_second_source(pk__in=gaps):
            enqueue("stocktracker.second_source", key=f"second:{symbol}", parent=run.job, symbol=symbol)
        for instrument in undescribed(now):
            _request_description(instrument)


def warm_benchmarks(run: Run) -> None:
    """Index funds have their history before anybody compares with them or tries a strategy on them."""
    with run.commit():
        ensure_instruments(BENCHMARKS)
        _request_popular(run)
        known = Instrument.objects.filter(symbol__in=BENCHMARKS).exclude(fetched_at=None)
        for instrument in known:
            enqueue("stocktracker.backfill", key=f"backfill:{instrument.symbol}", priority=6, symbol=instrument.symbol)


def _request_popular(run: Run) -> None:
    """First histories of what most people try, after everybody who waits for something; later ones as of any other."""
    popular = sorted(set(settings.POPULAR_SYMBOLS) - set(BENCHMARKS))
    Instrument.objects.bulk_create([Instrument(symbol=symbol) for symbol in popular], ignore_conflicts=True)
    new = Instrument.objects.filter(symbol__in=popular, fetched_at=None, status=Instrument.Status.NEW)
    _request_histories(run, new, priority=8)


def wake_up(run: Run, now: datetime) -> None:
    """After a start: figures that are behind, of the portfolios somebody looked at last."""
    looked_at = viewed_since(now - KEPT)[:WOKEN]
    portfolios = Portfolio.objects.select_related("benchmark").prefetch_related("more_benchmarks").in_bulk(looked_at)
    behind = [pk for pk, portfolio in portfolios.items() if rebuild_is_needed(portfolio)]
    with run.commit({"behind": len(behind)}):
        request_rebuilds_of(behind, parent=run.job)
