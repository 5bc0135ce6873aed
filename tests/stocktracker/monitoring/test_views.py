from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portfolios.models import Holding
from portfolios.viewed import looked_at
from pricing.models import Breaker, Correction, Finding, Instrument, TradingSession
from pricing.simulator.control import Market
from pricing.upstream.circuit import Circuit, State
from stocktracker.jobs.models import Job

from .conftest import NOW, Listed, found

pytestmark = pytest.mark.django_db

ONE = "/monitoring/instruments/AAPL/"
READ = {"index": "/monitoring/prices/", "one": ONE, "jobs": ONE + "jobs/"}
WRITE = {
    "refetch": "refetch/", "take": "findings/{finding}/take/", "ignore": "findings/{finding}/ignore/",
    "heed": "findings/{finding}/heed/", "enter": "prices/", "withdraw": "prices/{correction}/withdraw/",
    "rename": "rename/", "second": "second-source/",
}  # fmt: skip


@pytest.fixture
def apple(with_bars: Listed) -> Instrument:
    """With a refused bar, and a price somebody entered."""
    row = with_bars("AAPL", {"2026-11-17": 10.0, "2026-11-18": 1000.0}, name="Apple Inc.")
    found(row, "bar", value=1000.0)
    Correction.objects.create(instrument=row, session=date(2026, 11, 17), close=10, entered_at=NOW)
    return row


def address(page: str) -> str:
    numbers = {"finding": Finding.objects.get().pk, "correction": Correction.objects.get().pk}
    return READ.get(page) or ONE + WRITE[page].format(**numbers)


@pytest.mark.parametrize("page", [*READ, *WRITE])
def test_only_staff_comes_in(client: Client, apple: Instrument, user: User, page: str) -> None:
    ask = client.get if page in READ else client.post
    stranger = ask(address(page))
    client.force_login(user)
    somebody = ask(address(page))

    assert (stranger.status_code, stranger["Location"].partition("?")[0]) == (302, "/login/")
    assert somebody.status_code == 403
    assert (Job.objects.count(), Correction.objects.count()) == (0, 1)


@pytest.mark.parametrize("page", [*READ, *WRITE])
def test_looking_changes_nothing_and_a_form_of_another_site_is_refused(
    as_staff: Client, staff: User, apple: Instrument, page: str
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff)

    assert as_staff.get(address(page)).status_code == (200 if page in READ else 405)
    assert strict.post(address(page)).status_code == 403


def test_what_there_is_not_is_404(as_staff: Client, apple: Instrument) -> None:
    other = Finding.objects.get()
    Instrument.objects.create(symbol="MSFT")
    gets = ["/monitoring/instruments/NOBODY/", "/monitoring/instruments/A%00/", "/monitoring/instruments/aapl/"]
    posts = [f"/monitoring/instruments/MSFT/findings/{other.pk}/ignore/", f"{ONE}findings/{'9' * 30}/ignore/"]

    assert [as_staff.get(page).status_code for page in gets] == [404, 404, 404]
    assert [as_staff.post(page).status_code for page in posts] == [404, 404]
    assert Finding.objects.get().ignored_at is None


def test_the_page_says_how_the_sources_are_and_asks_none_of_them(
    as_staff: Client, apple: Instrument, week: list[date], market: Market
) -> None:
    row = Breaker(source="yahoo", family="quote")
    row.circuit = Circuit(State.OPEN, open_until=None, reason="RateLimited: <429>")
    row.save()

    page = as_staff.get("/monitoring/prices/").text

    assert "RateLimited: &lt;429&gt;" in page
    assert "Open: the next call is a probe" in page
    assert 'max="20000"' in page or 'max="300"' in page
    assert 'href="/jobs/timetable/"' in page
    assert 'href="/monitoring/instruments/AAPL/"' in page
    assert "style=" not in page
    assert market.requests() == []


def test_the_page_takes_as_many_queries_for_many_instruments(
    as_staff: Client,
    with_bars: Listed,
    held: Callable[..., Holding],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    TradingSession.objects.create(calendar="XNYS", session=now.date(), opens_at=now - hour, closes_at=now + hour)
    for number in range(30):
        row = with_bars(f"S{number}", {"2026-11-17": 10.0})
        found(row, "gap")
        looked_at(held(row).portfolio_id, now)
    Breaker(source="yahoo", family="quote").save()

    # session, user, permissions (2); breakers, their changes, budgets; how many instruments, a page of them, their
    # bars; the bar of jobs, health
    with django_assert_num_queries(15):  # one for the menu’s portfolio
        as_staff.get("/monitoring/prices/")


def test_chosen_filters_stay_on_the_way_to_the_next_page(as_staff: Client, with_bars: Listed) -> None:
    for number in range(101):
        with_bars(f"S{number}")

    page = as_staff.get("/monitoring/prices/?q=s&status=active").text

    assert '<a class="btn" href="?q=s&amp;status=active&amp;page=2#coverage">Better</a>' in page
    assert '<option value="active" selected>' in page


def test_an_instrument_is_shown_with_its_findings_and_asks_nobody(
    as_staff: Client, apple: Instrument, market: Market, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(12):  # session, user, menu, instrument; its own five; the bar of jobs, health
        page = as_staff.get(ONE).text

    for text in ("Apple Inc.", "A bar.", "1,000", "Wed 18 Nov 2026", "by somebody", "Fetch again", "Enter a price"):
        assert text in page
    assert "Take it" not in page
    assert 'id="rename"' not in page
    assert market.requests() == []


def test_a_finding_fills_the_form_of_a_price(as_staff: Client, apple: Instrument) -> None:
    page = as_staff.get(f"{ONE}?finding={Finding.objects.get().pk}").text

    assert 'value="2026-11-18"' in page
    assert 'value="1000.0"' in page
    assert [as_staff.get(f"{ONE}?finding={text}").status_code for text in ("x", "9" * 30, "²")] == [200] * 3


def test_fetching_again_is_a_job_that_the_page_shows(as_staff: Client, staff: User, apple: Instrument) -> None:
    page = as_staff.post(address("refetch"), follow=True).text

    job = Job.objects.get()
    assert (job.args, job.requested_by) == ({"symbol": "AAPL", "trusted": False}, staff)
    assert "The history of AAPL is being fetched again" in page
    assert f'id="job-{job.pk}"' in page
    assert f'hx-get="{ONE}jobs/?live=ms&amp;' in page


def test_the_card_tells_the_page_when_the_last_job_has_ended(as_staff: Client, apple: Instrument) -> None:
    as_staff.post(address("refetch"))

    busy = as_staff.get(f"{ONE}jobs/?live=ms")
    Job.objects.update(state="done")
    ended = as_staff.get(f"{ONE}jobs/?live=ms")

    assert (busy.get("HX-Trigger"), ended.get("HX-Trigger")) == (None, "jobs-done")
    assert 'id="jobs-card" hx-swap-oob="true"' in ended.text
    assert "hx-get" not in ended.text


def test_a_refused_answer_is_taken_and_where_none_was_refused_a_sentence_says_so(
    as_staff: Client, apple: Instrument
) -> None:
    refused = as_staff.post(address("take"), follow=True).text
    Finding.objects.update(kind="currency")
    taken = as_staff.post(address("take"), follow=True).text

    assert "There is no refused answer to take" in refused
    assert "What was refused will be taken." in taken
    assert Job.objects.get().args["trusted"] is True


def test_a_finding_is_ignored_and_heeded_again(as_staff: Client, apple: Instrument) -> None:
    ignored = as_staff.post(address("ignore"), follow=True).text
    at = Finding.objects.get().ignored_at
    heeded = as_staff.post(address("heed"), follow=True).text

    assert "Heed again" in ignored
    assert at is not None
    assert "Heed again" not in heeded
    assert Finding.objects.get().ignored_at is None


def test_an_entered_price_is_stored_with_its_job(as_staff: Client, staff: User, apple: Instrument) -> None:
    page = as_staff.post(address("enter"), {"day": "2026-11-18", "close": "10.5"}, follow=True).text

    row = Correction.objects.get(session="2026-11-18")
    assert (row.close, row.entered_by) == (10.5, staff)
    assert Job.objects.get().kind == "stocktracker.correct"
    assert "The price of 2026-11-18 is stored" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day": "2999-01-01", "close": "10.5"}, "2999-01-01 has not come yet"),
        ({"day": "2026-11-18", "close": "0"}, "Write a price above zero."),
        ({"day": "", "close": "10.5"}, "This field is required."),
    ],
)
def test_a_price_that_cannot_be_comes_back_as_it_was_typed(
    as_staff: Client, apple: Instrument, typed: dict[str, str], sentence: str
) -> None:
    answer = as_staff.post(address("enter"), typed)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{typed["close"]}"' in answer.text
    assert Correction.objects.count() == 1


def test_a_price_is_withdrawn_for_the_sources_own(as_staff: Client, apple: Instrument) -> None:
    page = as_staff.post(address("withdraw"), follow=True).text

    assert "The price of 2026-11-17 is withdrawn." in page
    kinds = set(Job.objects.values_list("kind", flat=True))
    assert (Correction.objects.count(), kinds) == (0, {"stocktracker.correct", "stocktracker.backfill"})


def test_a_delisted_one_is_renamed_or_a_sentence_says_why_not(as_staff: Client, apple: Instrument) -> None:
    Instrument.objects.update(status=Instrument.Status.DELISTED)
    Instrument.objects.create(symbol="MSFT")

    refused = as_staff.post(address("rename"), {"symbol": "msft"})
    renamed = as_staff.post(address("rename"), {"symbol": "APPL"}, follow=True)

    assert refused.status_code == 422
    assert "two histories cannot become one" in refused.text
    assert 'value="msft"' in refused.text
    assert renamed.redirect_chain == [("/monitoring/instruments/APPL/", 302)]
    assert "AAPL is APPL from now on." in renamed.text


def test_a_second_source_is_chosen(as_staff: Client, apple: Instrument) -> None:
    refused = as_staff.post(address("second"), {"source": "yahoo"})
    chosen = as_staff.post(address("second"), {"source": "stooq"}, follow=True).text

    assert refused.status_code == 422
    assert Instrument.objects.get().second_source == "stooq"
    assert "Stooq is its second source." in chosen
    assert "It has no second source." in as_staff.post(address("second"), {"source": ""}, follow=True).text


def test_what_is_priced_by_hand_offers_nothing_a_source_would_have_to_answer(
    as_staff: Client, apple: Instrument
) -> None:
    Instrument.objects.update(status=Instrument.Status.MANUAL)

    page = as_staff.get(ONE).text
    refused = as_staff.post(address("refetch"), follow=True).text

    assert "Fetch again" not in page
    assert "Second source" not in page
    assert "there is no source to fetch it from" in refused


def test_the_way_here_is_shown_to_staff_only(as_staff: Client, user: User) -> None:
    seen = 'href="/monitoring/"'
    shown = as_staff.get("/jobs/").text
    as_staff.force_login(user)

    assert (seen in shown, seen in as_staff.get("/jobs/").text) == (True, False)
