from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from pricing.models import Correction, Finding, Instrument, Split
from pricing.services.fixes import FixError, enter, heed, ignore, refetch, rename, take, withdraw
from stocktracker.jobs.models import Job

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 22, tzinfo=UTC)
DAY = date(2026, 11, 18)


def finding(instrument: Instrument, kind: str) -> Finding:
    return Finding.objects.create(instrument=instrument, kind=kind, day=DAY, message="Wrong.", found_at=NOW)


def test_fetching_again_goes_before_everything_else_and_once(apple: Instrument, user: User) -> None:
    first, second = refetch(apple, user), refetch(apple, user)

    assert first.pk == second.pk
    assert (first.kind, first.priority, first.requested_by) == ("stocktracker.backfill", 1, user)
    assert first.args == {"symbol": "AAPL", "trusted": False}


@pytest.mark.parametrize("kind", ["currency", "history", "undivided", "withdrawn"])
def test_a_refused_answer_can_be_taken(apple: Instrument, user: User, kind: str) -> None:
    plain = refetch(apple, user)

    job = take(finding(apple, kind), user)

    assert job.args == {"symbol": "AAPL", "trusted": True}
    assert job.pk != plain.pk


@pytest.mark.parametrize("kind", ["bar", "gap", "quote", "delisted"])
def test_where_no_answer_was_refused_there_is_none_to_take(apple: Instrument, user: User, kind: str) -> None:
    with pytest.raises(FixError, match="There is no refused answer to take"):
        take(finding(apple, kind), user)


def test_what_is_ignored_can_be_heeded_again(apple: Instrument) -> None:
    row = finding(apple, "gap")

    ignore(row, NOW)
    ignored = Finding.objects.get().ignored_at
    heed(row)

    assert (ignored, Finding.objects.get().ignored_at) == (NOW, None)


def test_an_entered_close_is_stored_with_who_said_so_and_answers_the_finding(apple: Instrument, user: User) -> None:
    finding(apple, "bar")
    other = finding(apple, "jump")

    enter(apple, DAY, 9.0, user, NOW)
    job = enter(apple, DAY, 10.0, user, NOW)

    correction = Correction.objects.get()
    assert (correction.close, correction.entered_by, correction.entered_at) == (10.0, user, NOW)
    assert list(Finding.objects.all()) == [other]
    assert (job.kind, job.args) == ("stocktracker.correct", {"symbol": "AAPL"})


def test_an_entered_close_is_of_the_splits_that_were_known(apple: Instrument, user: User) -> None:
    for day, new in ((DAY, 5), (date(2026, 11, 19), 2), (date(2026, 11, 20), 3)):
        Split.objects.create(instrument=apple, ex_date=day, numerator=new, denominator=1)

    enter(apple, DAY, 10.0, user, NOW)

    assert Correction.objects.get().shares == 6  # a split of the day itself is in its close


def test_nobody_knows_the_close_of_a_day_to_come(apple: Instrument, user: User) -> None:
    with pytest.raises(FixError, match="2026-11-22 has not come yet"):
        enter(apple, DAY + timedelta(days=4), 9.0, user, NOW)

    assert not Correction.objects.exists()


def test_what_was_entered_can_be_withdrawn_for_what_the_source_says(apple: Instrument, user: User) -> None:
    enter(apple, DAY, 9.0, user, NOW)

    job = withdraw(Correction.objects.get(), user)

    assert (Correction.objects.count(), job.kind) == (0, "stocktracker.backfill")


def test_what_is_priced_by_hand_has_nobody_to_ask(apple: Instrument, user: User) -> None:
    Instrument.objects.update(status=Instrument.Status.MANUAL)
    apple.refresh_from_db()

    with pytest.raises(FixError, match="there is no source to fetch it from"):
        refetch(apple, user)


def test_a_renamed_instrument_goes_on_under_its_new_symbol(apple: Instrument, user: User) -> None:
    Instrument.objects.update(status=Instrument.Status.DELISTED, strikes=3, struck_on=DAY)

    apple.refresh_from_db()
    job = rename(apple, " appl2 ", user)

    row = Instrument.objects.get()
    assert (row.pk, row.symbol, row.status, row.strikes) == (apple.pk, "APPL2", Instrument.Status.NEW, 0)
    assert job.args["symbol"] == "APPL2"


def test_what_is_quoted_under_its_symbol_was_not_renamed(apple: Instrument, user: User) -> None:
    with pytest.raises(FixError, match="AAPL is not delisted and not unknown"):
        rename(apple, "APPL2", user)

    assert Instrument.objects.get().symbol == "AAPL"


@pytest.mark.parametrize(
    ("symbol", "sentence"), [("MSFT", "two histories cannot become one"), ("a b", "'a b' is no symbol")]
)
def test_a_new_symbol_that_cannot_be_is_said_so_and_changes_nothing(
    apple: Instrument, user: User, symbol: str, sentence: str
) -> None:
    Instrument.objects.create(symbol="MSFT")
    apple.status = Instrument.Status.DELISTED

    with pytest.raises(FixError, match=sentence):
        rename(apple, symbol, user)

    assert Instrument.objects.get(pk=apple.pk).symbol == apple.symbol == "AAPL"
    assert not Job.objects.exists()
