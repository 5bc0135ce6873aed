"""Asking for what takes longer than a run: a map of parameters, the luck of the start date. No numpy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from charts.backtests.ranges import read_ranges
from charts.backtests.request import read
from charts.models import Backtest, Study
from stocktracker.jobs.services import enqueue

from .asking import title_of

KIND = "charts.study"


def ask_map(row: Backtest, over: object, user: User, now: datetime) -> Study:
    """`over`: {parameter: values}. Raises RequestError."""
    return _asked(row, Study.Kind.MAP, read_ranges(over, read(row.request)), user, now)


def ask_luck(row: Backtest, user: User, now: datetime) -> Study:
    return _asked(row, Study.Kind.LUCK, {}, user, now)


def _asked(row: Backtest, kind: Study.Kind, over: Mapping[str, Sequence[float]], user: User, now: datetime) -> Study:
    """The one there is, or a new one with its job; one that failed is asked for again."""
    key = hashlib.sha256(json.dumps(over, sort_keys=True).encode()).hexdigest()
    with transaction.atomic():
        study, new = Study.objects.get_or_create(
            backtest=row, kind=kind, key=key, defaults={"over": over, "asked_at": now}
        )
        if study.problem:
            Study.objects.filter(pk=study.pk).update(problem=None, computed_at=None)
            study.refresh_from_db()
        if new or study.computed_at is None:
            enqueue(
                KIND, key=f"study:{study.pk}", subject=title_of(row.request), requested_by_id=user.pk, study=study.pk
            )
    return study
