from dataclasses import replace

from stocktracker.perf.load.plan import MIX, Asked, Clients
from stocktracker.perf.load.telling import Met, Work, told
from stocktracker.perf.result import Result

TIMES = [10.0] * 98 + [400.0, 500.0]
WORK = Work({"quote": 6}, 6, 0.999, 4, ())
MET = Met(
    clients=Clients(8),
    seconds=10.0,
    empty_ms=2.0,
    asked={kind: Asked(TIMES if kind == "dashboard" else [20.0] * 50, {}) for kind in MIX},
    busy={"web": 1.5},
    memory_mb={"web": 180.0, "beat": None},
    work=WORK,
)


def line(met: Met, kind: str) -> Result:
    return next(one for one in told(met) if one.name == f"{kind}, {met.clients.name}")


def test_a_kind_of_page_is_told_in_milliseconds_and_as_ratios_to_the_empty_view() -> None:
    dashboard = line(MET, "dashboard")

    assert (dashboard.median_ms, dashboard.limit_ratio, dashboard.tail_ratio) == (10.0, 5.0, 250.0)
    assert dashboard.note == "10.0 a second, p95 10 ms, p99 500 ms, 0 of 100 wrong"
    assert (dashboard.aim, dashboard.met) == ("p99 < 3,000 ms", True)
    assert line(MET, "holdings").aim == ""


def test_the_four_criteria_are_met_or_missed_one_by_one() -> None:
    slow = replace(MET, asked={**MET.asked, "dashboard": Asked([3_001.0], {})})
    asking = replace(MET, work=replace(WORK, sent={"quote": 40_006}))
    cold = replace(MET, work=replace(WORK, hit_rate=0.95))
    wrong = replace(MET, asked={**MET.asked, "activity": Asked([20.0], {"503": 5})})

    missed = [[one.name for one in told(met) if not one.met] for met in (MET, slow, asking, cold, wrong)]

    assert missed == [
        [], ["dashboard, 8 clients"], ["requests to the source a page, 8 clients"], ["prices found here, 8 clients"],
        ["errors, 8 clients"],
    ]  # fmt: skip


def test_requests_of_workers_are_not_the_pages_own() -> None:
    upstream = line(replace(MET, work=replace(WORK, sent={"chart": 4, "quote": 6})), "requests to the source a page")

    assert upstream.requests == 4 / 400
    assert "4 for 400 pages; 6 of all (4 chart, 6 quote) for workers' own jobs" in upstream.note


def test_what_went_wrong_has_a_name_and_a_process_that_ended_is_an_error() -> None:
    wrong = replace(MET, asked={**MET.asked, "activity": Asked([20.0], {"503": 2, "TimeoutError": 1})})

    assert "3 of 4 wrong (503: 2, TimeoutError: 1)" in line(wrong, "activity").note
    assert not line(replace(MET, work=replace(WORK, surprises=("web",))), "errors").met


def test_kinds_nobody_asked_for_are_left_out() -> None:
    quiet = replace(MET, asked={**MET.asked, "booking": Asked([], {})})

    assert [one.name for one in told(quiet) if one.name.startswith("booking")] == []
    assert line(quiet, "memory in the end").note == "web 180 MB"
