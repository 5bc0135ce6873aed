"""Studies in a worker: many runs of one strategy over prices that are loaded once."""

from __future__ import annotations

from datetime import datetime

from charts.backtests.grid import parameter_map
from charts.backtests.luck import start_luck
from charts.backtests.market import EmptyRangeError, Market, market
from charts.backtests.request import RequestError, read
from charts.backtests.rules import Request, Untraded
from charts.models import Study
from portfolios.accounting.sentences import Sentence
from stocktracker.jobs.running import Run

from .asking import basis_of
from .loading import load


def compute(run: Run, pk: int, now: datetime) -> None:
    """Stores the report of one study, or why there is none."""
    study = Study.objects.select_related("backtest").filter(pk=pk).first()
    if study is None or study.computed_at is not None:
        return
    try:
        report = _report(run, study, read(study.backtest.request))
    except EmptyRangeError as error:
        _say(run, study, error.args[0], now)
        return
    except RequestError as error:
        _say(run, study, error.faults[0].sentence, now)
        return
    with run.commit({"kind": study.kind}):
        Study.objects.filter(pk=pk).update(report=report, computed_at=now)


def _report(run: Run, study: Study, request: Request) -> dict[str, object]:
    if isinstance(request.strategy, Untraded):
        raise EmptyRangeError(Sentence("What a portfolio held has no rules that could be tried otherwise."))
    tested = _market(request)
    if study.kind == Study.Kind.MAP:
        return parameter_map(request, tested, study.over, run.progress).report
    return start_luck(request, tested, run.progress).report


def _market(request: Request) -> Market:
    basis = basis_of(request)
    prices = load(request, basis)
    return market(prices.of(request), request.start, request.end, whole=request.whole_shares)


def _say(run: Run, study: Study, sentence: Sentence, now: datetime) -> None:
    with run.commit({"problem": str(sentence)}):
        Study.objects.filter(pk=study.pk).update(problem=sentence.stored, computed_at=now)
