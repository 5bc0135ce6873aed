from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from stocktracker.monitoring.alarms.rules import RULES
from stocktracker.monitoring.alarms.wording import sentence, title
from stocktracker.monitoring.models import Alarm

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
FACTS = {
    "text": "No worker is running.", "seconds": 35, "count": 3, "all": 40, "limit": "5", "rate": "82", "minutes": 31,
    "reason": "429", "spent": 1_700, "session": "2026-11-20",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_sentence_with_its_facts(rule: str, language: str) -> None:
    alarm = Alarm(rule=rule, subject="dashboard", facts=FACTS, since=NOW, seen_at=NOW)

    with override(language):
        told, called = sentence(alarm), title(alarm)

    assert "%(" not in told
    assert told.rstrip("9").endswith((".", ": 42")) or told.endswith("dashboard.")
    assert called


def test_an_alarm_of_another_version_is_told_by_its_name() -> None:
    alarm = Alarm(rule="humidity", since=NOW, seen_at=NOW)

    assert (title(alarm), sentence(alarm)) == ("humidity", "A rule of another version: humidity")
