from charts.series.places import place


def test_a_place_is_a_percentage_with_a_point_in_every_language() -> None:
    assert (place(12.34567), place(0), place(100.0)) == ("12.346%", "0.000%", "100.000%")
