import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from stocktracker.jobs.heartbeats import WorkerBeat, beat, swept, ticked
from tests.processes import run_python


@pytest.mark.django_db
def test_the_sign_of_life_asks_no_database(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_the_web_process_lives_while_postgresql_and_redis_are_away() -> None:
    program = """
from django.test import Client
print(Client().get("/healthz", headers={"host": "localhost"}).status_code)
"""
    away = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}

    assert run_python(program, **away) == "200"


def test_the_sign_of_life_cannot_be_posted_to(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def ready(client: Client) -> tuple[int, bool, list[str]]:
    answer = client.get("/readyz")
    told = answer.json()
    return answer.status_code, told["ready"], [problem["code"] for problem in told["problems"]]


@pytest.mark.django_db
def test_it_is_ready_without_worker_and_beat_and_says_that_they_are_missing(client: Client) -> None:
    before = ready(client)

    now = timezone.now()
    beat(WorkerBeat("celery@host/7", now, now, concurrency=2, running=0, memory_mb=None))
    ticked()
    swept()

    assert (before, ready(client)) == ((200, True, ["worker", "beat"]), (200, True, []))


@pytest.mark.parametrize(
    ("away", "told"),
    [
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "200 ['redis']"),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "503 ['database']"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_without_redis_it_is_ready_and_without_the_database_it_is_not(away: dict[str, str], told: str) -> None:
    program = """
from django.test import Client
answer = Client().get("/readyz", headers={"host": "localhost"})
print(answer.status_code, [problem["code"] for problem in answer.json()["problems"]])
"""

    assert run_python(program, **away).splitlines()[-1] == told


@pytest.mark.parametrize(("address", "status"), [("/healthz", 200), ("/readyz", 200), ("/login/", 301)])
@pytest.mark.django_db
def test_the_sign_of_life_needs_no_tls_and_everything_else_does(
    client: Client, settings: Settings, address: str, status: int
) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(address).status_code == status


def test_pages_that_name_no_icon_get_ours(client: Client) -> None:
    assert client.get("/favicon.ico")["Location"].endswith("stocktracker/favicon.svg")


@pytest.mark.parametrize("page", ["403", "404", "500"])
def test_an_error_has_a_page_of_ours_that_needs_nothing_of_the_request(page: str) -> None:
    text = render_to_string(f"{page}.html")

    assert text.startswith("<!doctype html>")
    assert "To the dashboard" in text
    assert "<title> " not in text
