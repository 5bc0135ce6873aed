from datetime import UTC, date, datetime, timedelta

import pytest

from pricing.models import Finding, Instrument
from pricing.services.strikes import forgive, strike

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_day_has_one_strike_however_often_it_is_missing(apple: Instrument) -> None:
    for hours in range(5):
        strike([apple], NOW + hours * HOUR)

    apple.refresh_from_db()
    assert (apple.strikes, apple.struck_on) == (1, date(2026, 11, 20))


def test_the_third_day_marks_it_and_says_what_became_of_its_prices(apple: Instrument) -> None:
    Instrument.objects.update(checked_to=date(2026, 11, 17))

    out = [strike([apple], NOW + number * DAY) for number in (0, 1, 5)]

    apple.refresh_from_db()
    assert [[row.symbol for row in struck] for struck in out] == [[], [], ["AAPL"]]
    assert apple.status == Instrument.Status.DELISTED
    told = Finding.objects.get()
    assert (told.kind, told.day) == ("delisted", date(2026, 11, 25))
    assert told.message.startswith("The price source has not known AAPL on 3 days: it is delisted, or was renamed.")
    assert "Its prices until 2026-11-17 are kept." in told.message


@pytest.mark.parametrize("status", ["new", "unknown", "manual", "delisted"])
def test_only_what_is_priced_can_be_struck(apple: Instrument, status: str) -> None:
    Instrument.objects.update(status=status)

    strike([apple], NOW)

    apple.refresh_from_db()
    assert (apple.strikes, apple.status) == (0, status)


def test_an_answer_forgives_everything(apple: Instrument) -> None:
    for number in range(3):
        strike([apple], NOW + number * DAY)

    forgive([apple.pk])

    apple.refresh_from_db()
    assert (apple.strikes, apple.struck_on, apple.status) == (0, None, Instrument.Status.ACTIVE)


def test_an_unknown_symbol_that_is_quoted_after_all_waits_for_its_history(apple: Instrument) -> None:
    Instrument.objects.update(status=Instrument.Status.UNKNOWN)

    forgive([apple.pk])

    assert Instrument.objects.get().status == Instrument.Status.NEW


def test_days_need_not_follow_one_another_but_an_answer_between_them_starts_anew(apple: Instrument) -> None:
    strike([apple], NOW)
    strike([apple], NOW + 3 * DAY)
    forgive([apple.pk])
    strike([apple], NOW + 6 * DAY)

    apple.refresh_from_db()
    assert (apple.strikes, apple.status) == (1, Instrument.Status.ACTIVE)
