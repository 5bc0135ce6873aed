from datetime import UTC, datetime, timedelta

from stocktracker.jobs.templatetags.jobs import ago, lasted, waiting_since

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_templates_say_how_long_and_how_long_ago() -> None:
    before = NOON - timedelta(seconds=150)

    assert lasted(2.44) == "2.4 s"
    assert waiting_since(before, NOON) == "2 min 30 s"
    assert ago(before, NOON) == "2 min 30 s ago"


def test_a_clock_that_is_ahead_is_no_negative_time() -> None:
    assert ago(NOON + timedelta(seconds=3), NOON) == "1 ms ago"
