from datetime import UTC, datetime, timedelta

import pytest

from stocktracker.metrics import reading
from stocktracker.metrics.recording import HOUR, Recorder, hour_key
from stocktracker.redis import store

pytestmark = pytest.mark.django_db  # an empty Redis

NOON = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)


def count_at(moment: datetime, amount: int) -> None:
    recorder = Recorder(moment.timestamp)
    recorder.counted(amount, "prices", "upstream")
    recorder.flush()


@pytest.fixture(autouse=True)
def counted_at_times() -> None:
    for ago, amount in (("0m", 1), ("4m", 10), ("6m", 100), ("59m", 1_000), ("5h", 10_000), ("30h", 100_000)):
        number, unit = int(ago[:-1]), ago[-1]
        count_at(NOON - (timedelta(minutes=number) if unit == "m" else timedelta(hours=number)), amount)


@pytest.mark.parametrize(
    ("span", "amount"),
    [(timedelta(minutes=5), 11), (timedelta(hours=1), 1_111), (timedelta(hours=24), 11_111)],
    ids=["5 minutes", "1 hour", "24 hours"],
)
def test_a_span_is_the_sum_of_its_minutes_or_hours(span: timedelta, amount: int) -> None:
    assert reading.last(span, NOON).amount("prices", "upstream") == amount


def test_a_course_goes_minute_by_minute_the_running_one_last() -> None:
    found = reading.course(timedelta(minutes=6), NOON)

    assert [numbers.amount("prices", "upstream") for _, numbers in found] == [100, 0, 10, 0, 0, 0, 1]
    assert found[-1][0] == NOON.replace(second=0)


def test_a_course_of_a_day_goes_hour_by_hour() -> None:
    found = reading.course(timedelta(hours=24), NOON)

    assert len(found) == 25
    assert [numbers.amount("prices", "upstream") for _, numbers in found[-6:]] == [10_000, 0, 0, 0, 1_110, 1]


def test_an_hour_is_found_by_its_beginning() -> None:
    hours = [NOON.replace(minute=0, second=0), NOON.replace(hour=7, minute=0, second=0)]

    assert [one.amount("prices", "upstream") for one in reading.hours(hours)] == [1, 10_000]


def test_an_hour_that_has_ended_is_read_once_and_the_running_one_each_time() -> None:
    now = datetime.now(UTC)
    ended = NOON - timedelta(hours=5)
    count_at(now, 1)
    reading.hours([ended, now])
    store().delete(hour_key(int(ended.timestamp()) // HOUR))
    count_at(now, 1)

    found = reading.hours([ended, now])

    assert [one.amount("prices", "upstream") for one in found] == [10_000, 2]


def test_the_total_forgets_nothing() -> None:
    assert reading.total().amount("prices", "upstream") == 111_111
