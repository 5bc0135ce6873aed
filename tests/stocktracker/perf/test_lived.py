from dataclasses import replace
from datetime import date

from stocktracker.perf.lived import Day, Week

MONDAY = Day(date(2026, 11, 9), {"chart": 30, "quote": 300}, 0.9, 1.0, 0.995)
TUESDAY = replace(MONDAY, day=date(2026, 11, 10), requests={"quote": 390}, memory_rate=None)
GOOD = Week(200, {"chart": 200}, [MONDAY, TUESDAY], 0, 0, 0, (8, 8), split=True)


def test_a_good_week_meets_its_three_aims() -> None:
    requests, hits, right = GOOD.results()

    assert {(one.row, one.median_ms, one.met) for one in (requests, hits, right)} == {("w", None, True)}
    assert requests.requests == 390
    assert hits.note == "99.50% hits"
    assert "Mon: 330 requests {'chart': 30, 'quote': 300}; memory 90.00%, database 100.00%" in requests.note
    assert "Tue: 390 requests {'quote': 390}; memory –" in requests.note


def test_each_aim_is_missed_by_itself() -> None:
    busy = replace(GOOD, days=[replace(MONDAY, requests={"quote": 401})])
    cold = replace(GOOD, days=[replace(MONDAY, hit_rate=0.99)])
    wrong = [replace(GOOD, missing=1), replace(GOOD, wrong=1), replace(GOOD, dividends=(7, 8))]

    assert [one.met for one in busy.results()] == [False, True, True]
    assert [one.met for one in cold.results()] == [True, False, True]
    assert [[one.met for one in week.results()] for week in wrong] == [[True, True, False]] * 3


def test_a_split_that_was_missed_is_said() -> None:
    right = replace(GOOD, split=False).results()[2]

    assert not right.met
    assert right.note.endswith("split MISSED")
