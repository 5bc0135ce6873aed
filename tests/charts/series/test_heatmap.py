from datetime import date

from charts.series.heatmap import Cell, heatmap


def test_months_stand_in_their_year_the_latest_first() -> None:
    drawn = heatmap({"2024-02": 0.012, "2023-12": -0.08}, {"2024": 0.012, "2023": -0.08})

    assert [row.year for row in drawn.years] == [2024, 2023]
    latest, before = drawn.years
    assert latest.months[1] == Cell(0.012, "gain-2")
    assert before.months[11] == Cell(-0.08, "loss-4")
    assert (latest.whole, before.whole) == (Cell(0.012, "gain-1"), Cell(-0.08, "loss-2"))


def test_a_month_of_which_nothing_is_known_is_empty_and_one_without_a_change_is_flat() -> None:
    row = heatmap({"2024-01": 0.0, "2024-03": None}, {}).years[0]

    assert [cell.tone for cell in row.months[:3]] == ["flat", "none", "none"]
    assert (len(row.months), row.whole.value) == (12, None)


def test_months_are_named_by_the_page() -> None:
    assert heatmap({}, {}).months[1] == date(2000, 2, 1)
    assert heatmap({}, {}).years == ()
