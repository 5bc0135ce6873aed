from dataclasses import replace
from typing import Any

import pytest

from stocktracker.config.broker import Broker, broker, unreachable
from stocktracker.config.findings import Level

FINE = Broker(version="7.2.4", policy="noeviction", persistent=True, limit_mb=256, strange=[])


def test_a_redis_as_it_should_be_is_all_right() -> None:
    assert {one.level for one in broker(FINE)} == {Level.OK}
    assert {one.level for one in broker(Broker("7.0", None, None, None, []))} == {Level.OK}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"version": "5.0.3"}, "Redis 5.0.3; 7 is what we test with"),
        ({"policy": "allkeys-lru"}, "maxmemory-policy is allkeys-lru"),
        ({"limit_mb": 5}, "it has 5 MB"),
        ({"strange": ["resque:queues"]}, "«resque:queues»"),
    ],
)
def test_what_will_hurt_is_warned_of(changes: dict[str, Any], sentence: str) -> None:
    found = [one for one in broker(replace(FINE, **changes)) if one.level is not Level.OK]

    assert [one.level for one in found] == [Level.WARNING]
    assert sentence in found[0].text


def test_a_certificate_of_the_platforms_own_has_its_remedy() -> None:
    assert "REDIS_TLS_VERIFY=0" in unreachable("SSL: certificate verify failed").text
    assert "REDIS_TLS_VERIFY" not in unreachable("Connection refused").text
