"""Saved strategies after new prices: computed again, and divided at the day they were saved."""

from __future__ import annotations

import gzip
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import numpy as np
import orjson
from django.db import transaction

from charts.backtests.request import RequestError, read
from charts.backtests.statistics import divided
from charts.models import Backtest, Strategy
from charts.series.decode import EPOCH, decode
from portfolios.accounting.entries import latest_date
from pricing.services.instruments import ensure_instruments
from stocktracker.jobs.running import Run

from .asking import basis_of, find_or_make, own_or_public
from .computing import HopelessError, computed_of, fault_of, store


def recompute(run: Run, strategy_id: int, now: datetime) -> None:
    """With the prices there are now; the old result goes with what nobody looks at.

    Prices that are missing ask for it again when they come (charts.services.waking): nobody waits for them here.
    """
    strategy = Strategy.objects.filter(pk=strategy_id).first()
    if strategy is None:
        return
    try:
        request = read(strategy.request)
        basis = basis_of(request)
        own_or_public(request, basis, strategy.owner_id)
        if basis.missing:
            with run.commit({"waiting_for": basis.missing}):
                ensure_instruments(basis.missing)
            return
        computed = computed_of(request, basis, latest_date(now))
    except (HopelessError, RequestError) as error:
        with run.commit({"problem": str(fault_of(error).sentence)}):
            return
    with transaction.atomic(), run.commit({"sessions": computed.report["period"]["sessions"]}):
        row, _ = find_or_make(request, computed.basis, now)
        stored = store(row, request, computed, now)
        Strategy.objects.filter(pk=strategy.pk).update(result=stored, divided=parts_of(stored, strategy.saved_on))


def parts_of(row: Backtest, day: date) -> dict[str, Any]:
    """{"day", "before", "after"}: figures of what was known when the rules were chosen, and of what came later."""
    table = decode(gzip.decompress(bytes(row.curves or b"")))
    axis = np.array([(one - EPOCH).days for one in table.days])
    index = np.array(table.columns["index"].values)
    level = table.columns.get("benchmark_1")
    benchmark = np.array(level.values) if level else None
    before, after = divided(axis[: len(index)], index, benchmark, day, row.request["risk_free"])
    parts = {"day": day, "before": before and asdict(before), "after": after and asdict(after)}
    plain: dict[str, Any] = orjson.loads(orjson.dumps(parts))
    return plain
