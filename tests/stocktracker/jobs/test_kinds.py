import pytest

from stocktracker.celery import app
from stocktracker.jobs import kinds
from stocktracker.jobs.kinds import Kind, find_kind, job, kind_named, kinds_of

KINDS = {
    "charts.backtest",
    "charts.forget_backtests",
    "charts.strategy",
    "charts.study",
    "jobs.prune",
    "portfolios.check_import",
    "portfolios.demo",
    "portfolios.forget_changes",
    "portfolios.mail_alert",
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
    "stocktracker.wake_up",
    "stocktracker.warm_benchmarks",
}


def test_every_process_knows_every_kind_as_a_task_of_the_same_name() -> None:
    ours = {name for name in kinds._KINDS if not name.startswith(("test.", "chaos."))}  # those are for tests only
    assert ours == KINDS
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
    assert (kind.task.soft_time_limit, kind.task.time_limit) == (300, 330)


def test_a_kind_may_be_given_less_time() -> None:
    job("test.short", queue="charts", title="A short one", seconds=20)(lambda _run: None)
    short = kinds._KINDS.pop("test.short")

    assert (short.task.soft_time_limit, short.task.time_limit) == (20, 50)


def test_a_kind_is_called_after_what_it_does_whatever_its_jobs_are_about() -> None:
    assert kind_named("stocktracker.backfill").plain_title == "History of …"


def test_kinds_belong_to_queues() -> None:
    assert set(kinds_of("housekeeping")) - {"test.kind"} == {
        "charts.forget_backtests", "jobs.prune", "portfolios.forget_changes", "pricing.materialise_sessions",
        "stocktracker.wake_up",
    }  # fmt: skip
