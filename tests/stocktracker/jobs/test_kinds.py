import pytest

from stocktracker.celery import app
from stocktracker.jobs import kinds
from stocktracker.jobs.kinds import Kind, find_kind, job, kind_named

KINDS = {
    "jobs.prune",
    "portfolios.check_import",
    "pricing.describe",
    "pricing.first_quotes",
    "pricing.materialise_sessions",
    "pricing.refresh_quotes",
    "pricing.search",
    "stocktracker.after_close",
    "stocktracker.backfill",
    "stocktracker.correct",
    "stocktracker.rebuild",
    "stocktracker.reconcile",
    "stocktracker.second_source",
    "stocktracker.warm_benchmarks",
}


def test_every_process_knows_every_kind_as_a_task_of_the_same_name() -> None:
    assert kinds._KINDS.keys() - {"test.kind"} == KINDS
    assert app.tasks.keys() >= KINDS


def test_a_kind_is_found_by_its_name() -> None:
    assert kind_named("stocktracker.rebuild").queue == "charts"
    assert find_kind("nobody.knows") is None


def test_a_kind_nobody_registered_is_named_together_with_those_there_are() -> None:
    with pytest.raises(LookupError, match=r"'nobody\.knows'; there are .*pricing\.refresh_quotes"):
        kind_named("nobody.knows")


def test_a_handler_stays_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_KINDS", {})

    def handler(_run: object) -> None:
        """Nothing."""

    registered = job("test.handler", queue="charts", title="A handler", priority=3, max_attempts=2)(handler)

    assert registered is handler
    kind = kind_named("test.handler")
    assert kind == Kind("test.handler", "charts", 3, 2, "A handler", kind.task)
