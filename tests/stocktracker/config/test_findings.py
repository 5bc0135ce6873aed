from stocktracker.config.findings import Level, error, ok, warning


def test_a_finding_is_one_line_that_begins_with_how_bad_it_is() -> None:
    assert str(error("DEBUG", "it is on.")) == "error    DEBUG: it is on."
    assert [one("A", "b").level for one in (ok, warning, error)] == [Level.OK, Level.WARNING, Level.ERROR]
