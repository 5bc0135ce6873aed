import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from portfolios.services.symbols import POLLS, Suggestion, suggest
from pricing import lookup
from pricing.models import Instrument
from pricing.upstream.client import Found
from stocktracker.jobs.models import Job
from stocktracker.redis import store

pytestmark = pytest.mark.django_db

COKE = Found("KO", "The Coca-Cola Company", "NYQ", "EQUITY")


@pytest.fixture
def bottler(db: None) -> Instrument:
    return Instrument.objects.create(
        symbol="COKE", name="Coca-Cola Consolidated", exchange="NMS", quote_type="EQUITY", status="active"
    )


def test_what_is_here_is_said_at_once_and_the_source_is_asked_once(bottler: Instrument, user: User) -> None:
    first, second = suggest("coca", user.pk), suggest("  Coca ", user.pk)

    assert first.rows == [Suggestion("COKE", "Coca-Cola Consolidated", "NMS", "Share")]
    assert (first.poll, second.poll) == (1, 1)
    job = Job.objects.get()
    assert (job.kind, job.key, job.priority, job.requested_by) == ("pricing.search", "search:COCA", 1, user)
    assert job.args == {"text": "coca"}


def test_a_kept_answer_follows_what_is_here_and_nobody_is_asked(
    bottler: Instrument, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lookup.keep("coca", [COKE, Found("COKE", "The same", "NMS", "EQUITY"), Found("KO=F", "", "CME", "WARRANT")])

    with django_assert_num_queries(1):
        found = suggest("coca", user.pk)

    assert [row.symbol for row in found.rows] == ["COKE", "KO", "KO=F"]
    assert (found.rows[2].type, found.poll, found.says) == ("WARRANT", 0, "")
    assert not Job.objects.exists()


def test_it_asks_again_for_eight_seconds_and_then_says_so(user: User) -> None:
    suggest("coca", user.pk)

    polls = [suggest("coca", user.pk, poll) for poll in range(1, POLLS + 1)]

    assert [found.poll for found in polls] == [*range(2, POLLS + 1), 0]
    assert polls[-1].says == "The price source does not answer. You can write the symbol itself."
    assert (Job.objects.count(), store().get(f"search:minutes:{user.pk}")) == (1, "1")


def test_a_failure_is_told_with_its_reason(user: User) -> None:
    lookup.keep("coca", failure="This hour's budget of requests is spent.")

    says = suggest("coca", user.pk).says

    assert says.startswith("The price source does not answer: This hour's budget of requests is spent. You can write")


def test_what_nobody_knows_is_said_to_be_unknown(user: User) -> None:
    lookup.keep("zzzz")

    assert suggest("zzzz", user.pk).says.startswith("Nothing is called that.")


@pytest.mark.parametrize("text", ["", " ", "k", "\0"])
def test_less_than_two_characters_are_not_worth_asking_for(user: User, text: str) -> None:
    assert suggest(text, user.pk).is_open is False
    assert not Job.objects.exists()


def test_who_has_asked_for_much_this_minute_sees_what_is_here(bottler: Instrument, user: User) -> None:
    store().set(f"search:minutes:{user.pk}", lookup.PER_MINUTE)

    found = suggest("coca", user.pk)

    assert ([row.symbol for row in found.rows], found.poll) == (["COKE"], 0)
    assert found.says.startswith("Only what is known here is shown.")
    assert not Job.objects.exists()


def test_a_long_text_is_cut(user: User) -> None:
    assert suggest("x" * 500, user.pk).text == "x" * lookup.LONGEST
