import pytest

import celeryconfig
from celeryconfig import PRIORITIES, QUEUES, _celery_url
from stocktracker.celery import app
from stocktracker.jobs import kinds


@pytest.mark.parametrize(
    ("ours", "celerys"),
    [
        ("redis://127.0.0.1:6379/3", "redis://127.0.0.1:6379/3"),
        ("rediss://:secret@host:6380/0", "rediss://:secret@host:6380/0"),
        ("unix:///tmp/a folder/redis.sock?db=2", "redis+socket:///tmp/a folder/redis.sock?virtual_host=2"),
        ("unix:///tmp/redis.sock", "redis+socket:///tmp/redis.sock?virtual_host=0"),
    ],
)
def test_a_unix_socket_is_spelled_as_celery_spells_it(ours: str, celerys: str) -> None:
    assert _celery_url(ours) == celerys


def test_each_queue_has_an_exchange_of_its_own() -> None:
    exchanges = {queue.name: (queue.exchange.name, queue.routing_key) for queue in celeryconfig.task_queues}

    assert exchanges == {name: (name, name) for name in QUEUES}


def test_queues_are_served_in_order_of_who_waits_for_them() -> None:
    assert QUEUES == ("interactive", "prices", "charts", "housekeeping")
    assert celeryconfig.broker_transport_options["queue_order_strategy"] == "priority"


def test_a_rows_ten_priorities_are_ten_steps_of_the_broker() -> None:
    assert celeryconfig.broker_transport_options["priority_steps"] == list(range(PRIORITIES))
    assert {kind.priority for kind in kinds._KINDS.values()} <= set(range(1, PRIORITIES + 1))


def test_every_kind_of_job_goes_to_a_queue_that_a_worker_serves() -> None:
    assert {kind.queue for kind in kinds._KINDS.values()} <= set(QUEUES)


def test_every_beat_rings_a_task_that_exists_and_is_dropped_when_nobody_hears_it() -> None:
    beats = celeryconfig.beat_schedule.values()

    assert {beat["task"] for beat in beats} == {"jobs.sweep", "stocktracker.plan", "monitoring.watch"}
    for beat in beats:
        assert beat["task"] in app.tasks
        assert beat["schedule"] <= beat["options"]["expires"] == 60  # a clock may be some seconds wrong
        assert beat["options"]["queue"] in QUEUES


def test_a_publisher_gives_up_at_once_and_keeps_no_results() -> None:
    conf = app.conf

    assert (conf["result_backend"], conf["task_publish_retry"]) == (None, False)
    assert conf.broker_transport_options["max_retries"] == 0
