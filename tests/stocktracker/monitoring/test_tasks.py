import pytest

from stocktracker.monitoring.models import Alarm
from stocktracker.monitoring.tasks import watch
from stocktracker.redis import store

pytestmark = pytest.mark.django_db


def test_the_minute_s_look_finds_what_is_wrong() -> None:
    watch()

    assert {"worker", "beat", "web"} <= set(Alarm.objects.open().values_list("rule", flat=True))
    assert store().exists("alarms:looked")
