from datetime import UTC, datetime

from stocktracker.monitoring.models import Alarm
from stocktracker.monitoring.templatetags.alarms import alarm_sentence, alarm_title

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_an_alarm_is_called_and_told_in_a_page() -> None:
    alarm = Alarm(rule="web", facts={"seconds": 35}, since=NOW, seen_at=NOW)

    assert alarm_title(alarm) == "Web"
    assert alarm_sentence(alarm) == "No web process has given a sign of life for 35 seconds."
