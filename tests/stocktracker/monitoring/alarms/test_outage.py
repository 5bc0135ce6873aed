import pytest

from tests.processes import run_python

from .conftest import Webhook

PROGRAM = """
from datetime import UTC, datetime, timedelta
from django.conf import settings
from django.utils import timezone
from stocktracker.monitoring import background
from stocktracker.monitoring.alarms.outage import TOLD, outage
from stocktracker.redis import store

start = datetime(2026, 11, 20, 15, tzinfo=UTC)
for minute in range(5):
    timezone.now = lambda: start + timedelta(minutes=minute)
    background.look()
outage.over(start + timedelta(minutes=6))
print(store().exists(TOLD))
"""


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_once_and_so_is_its_return(webhook: Webhook) -> None:
    nowhere = "postgres://nobody@127.0.0.1:1/nothing"

    left = run_python(PROGRAM, DATABASE_URL=nowhere, ALARM_WEBHOOK=webhook.address, NO_PROXY="127.0.0.1")

    assert [(one["rule"], one["state"]) for one in webhook.got] == [("database", "fired"), ("database", "resolved")]
    assert webhook.got[0]["fired_at"] == "2026-11-20T15:02:00+00:00"
    assert "PostgreSQL does not answer" in webhook.got[0]["text"]
    assert left == "0"
