import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from stocktracker.jobs.listing import LAST_PAGE, ROWS_A_PAGE, Filters, jobs_page, page_number
from stocktracker.jobs.models import Job, State

from .given import in_parts, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("root", is_staff=True)


def listed(user: User, **filters: str) -> list[Job]:
    return [row.job for row in jobs_page(user, Filters.of(filters)).jobs.rows]


def test_one_sees_ones_own_and_staff_everybodys_or_ones_own(user: User, staff: User) -> None:
    mine, theirs, nobodys = make(requested_by=user), make(requested_by=staff), make()

    assert listed(user) == [mine]
    assert listed(user, mine="1") == [mine]
    assert listed(staff) == [nobodys, theirs, mine]
    assert listed(staff, mine="1") == [theirs]


def test_what_is_under_way_comes_first_then_the_latest(staff: User) -> None:
    states = [State.DONE, State.QUEUED, State.PARTS, State.RUNNING, State.FAILED]
    jobs = {state: make(state) for state in states}

    shown = [State.RUNNING, State.PARTS, State.QUEUED, State.FAILED, State.DONE]
    assert listed(staff) == [jobs[state] for state in shown]


@pytest.mark.parametrize(
    ("state", "shown"),
    [("under-way", {"queued", "running", "parts"}), ("failed", {"failed"}), ("nonsense", set(State.values))],
)
def test_a_state_is_chosen(staff: User, state: str, shown: set[str]) -> None:
    for each in State:
        make(each)

    assert {job.state for job in listed(staff, state=state)} == shown


@pytest.mark.parametrize("text", ["tory of a", "AAPL", "first:aapl", "does not KNOW"])
def test_a_text_is_looked_for_in_titles_keys_and_errors(staff: User, text: str) -> None:
    job = make(State.FAILED, "AAPL", key="first:AAPL:7", error="The source does not know it.")
    make(State.FAILED, "MSFT", key="first:MSFT:7", error="Too many requests.")

    assert listed(staff, q=text) == [job]
    assert listed(staff, q="%") == []


def test_a_job_in_parts_is_one_row_and_its_parts_are_found_when_looked_for(user: User, staff: User) -> None:
    parent = in_parts(State.FAILED, State.DONE, requested_by=user)
    Job.objects.update(requested_by=user)
    failed = parent.children.get(state=State.FAILED)

    assert (listed(user), listed(staff), listed(staff, mine="1")) == ([parent], [parent], [])
    assert listed(user, state="failed") == [failed]
    assert listed(user, q="S0") == [failed]
    (row,) = jobs_page(user, Filters()).jobs.rows
    assert (row.percent, row.progress) == (100, "2 of 2 parts, 1 failed")


def test_a_part_of_somebody_elses_job_is_listed_by_itself(user: User) -> None:
    part = make(requested_by=user, parent=make(State.PARTS, parts=1))

    assert listed(user) == [part]


def test_searches_are_not_listed_unless_asked_for(user: User) -> None:
    search = make(State.DONE, kind="pricing.search", args={"text": "apple"}, requested_by=user)

    assert listed(user) == listed(user, q="apple") == listed(user, state="done") == []
    assert listed(user, kind="pricing.search") == [search]


def test_a_page_is_two_queries_and_a_later_one_three(
    staff: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Job.objects.bulk_create(Job(kind="jobs.prune", queue="charts", requested_by=staff, state="done") for _ in range(60))

    with django_assert_num_queries(2):
        names = {
            row.job.requested_by and row.job.requested_by.username for row in jobs_page(staff, Filters()).jobs.rows
        }
    with django_assert_num_queries(3):
        jobs_page(staff, Filters(page=2))

    assert names == {"root"}


@pytest.mark.parametrize(("under_way", "ended"), [(0, 120), (120, 0), (3, 117), (49, 60), (50, 60), (51, 60), (70, 50)])
def test_every_job_is_on_one_page_in_the_same_order(staff: User, under_way: int, ended: int) -> None:
    for state, count in ((State.QUEUED, under_way), (State.DONE, ended)):
        Job.objects.bulk_create(Job(kind="jobs.prune", queue="charts", state=state) for _ in range(count))

    pages = [jobs_page(staff, Filters(page=page)) for page in (1, 2, 3)]

    shown = [row.job for page in pages for row in page.jobs.rows]
    wanted = [*Job.objects.filter(state="queued").order_by("-pk"), *Job.objects.filter(state="done").order_by("-pk")]
    assert shown == wanted
    assert [page.has_more for page in pages] == [True, under_way + ended > 2 * ROWS_A_PAGE, False]


def test_filters_are_an_address_and_what_makes_no_sense_is_left_out() -> None:
    query = {"state": "failed", "kind": "stocktracker.backfill", "q": " a&b\0 ", "mine": "1", "page": "3"}
    filters = Filters.of(query)

    assert filters.with_page == "state=failed&kind=stocktracker.backfill&q=a%26b&mine=1&page=3"
    assert (filters.before, filters.after) == (f"?{filters.query}&page=2", f"?{filters.query}&page=4")
    assert Filters(page=2).before == "?"
    assert Filters.of({"state": "x", "kind": "gone.kind", "q": "\0", "page": "x"}) == Filters()


@pytest.mark.parametrize(("text", "number"), [("", 1), ("0", 1), ("-1", 1), ("²", 1), ("7", 7), ("9" * 30, 1)])
def test_a_page_is_a_number_from_one_on(text: str, number: int) -> None:
    assert page_number(text) == number
    assert page_number("9999") == LAST_PAGE
