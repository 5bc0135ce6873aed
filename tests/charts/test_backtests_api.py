from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from charts.models import Backtest
from charts.services.saving import share
from pricing.simulator.control import Market
from tests.charts.given import computed, crossover, hold, walk, worked

pytestmark = pytest.mark.django_db

ADDRESS = "/api/backtests"


def post(client: Client, data: Any) -> Any:
    return client.post(ADDRESS, data, content_type="application/json")


def test_a_question_is_accepted_then_answered(signed_in: Client, user: User, market: Market) -> None:
    walk("VTI")

    first = post(signed_in, hold("VTI"))
    assert first.status_code == 202
    assert first["Location"] == first.json()["address"]
    assert first.json()["progress"]["total"] == 1
    assert signed_in.get(first["Location"]).status_code == 202

    worked(Backtest.objects.get())
    second = post(signed_in, hold("VTI"))
    assert second.status_code == 200
    answer = second.json()
    assert answer["request"]["strategy"] == {"kind": "hold", "weights": {"VTI": 1.0}, "cash": 0.0}
    assert set(answer["timings"]) == {"load", "validate", "run", "serialise"}
    assert answer["report"]["figures"]["orders"] == len(answer["trades"]) == 1
    assert signed_in.get(answer["chart"]).json()["series"]["value"]["scale"] == 100
    assert market.requests() == []


def test_what_a_reader_has_is_not_sent_again(signed_in: Client, user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))
    first = signed_in.get(f"{ADDRESS}/{row.key}")

    assert signed_in.get(f"{ADDRESS}/{row.key}", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert signed_in.get(f"{ADDRESS}/{row.key}/chart", headers={"If-None-Match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (hold("VTI", cash="much"), {"path": "cash", "message": "«much» is not a number."}),
        ({}, {"path": "strategy", "message": "This is missing."}),
        ([], {"path": "", "message": "This must be a JSON object."}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(signed_in: Client, body: Any, fault: dict[str, str]) -> None:
    answer = post(signed_in, body)

    assert answer.status_code == 422
    assert fault in answer.json()["faults"]
    assert not Backtest.objects.exists()


def test_what_is_no_json_is_told(signed_in: Client) -> None:
    answer = signed_in.post(ADDRESS, "{", content_type="application/json")

    assert answer.status_code == 422
    assert answer.json()["error"].startswith("This is no JSON: ")


def test_a_problem_is_the_answer_to_its_key(signed_in: Client, user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI", start="2030-01-01"))

    answer = signed_in.get(f"{ADDRESS}/{row.key}")

    assert answer.status_code == 422
    assert answer.json()["faults"][0]["path"] == "start"


def test_files_have_a_line_a_day_and_a_line_an_order(signed_in: Client, user: User) -> None:
    walk("SPY")
    row = computed(user, crossover("SPY"))

    curves = signed_in.get(f"{ADDRESS}/{row.key}/curves.csv").content.decode().splitlines()
    trades = signed_in.get(f"{ADDRESS}/{row.key}/trades.csv").content.decode().splitlines()

    assert curves[0] == "date,value,paid_in,index"
    assert len(curves) == row.report["period"]["sessions"] + 1  # type: ignore[index]  # it is computed
    assert trades[0] == "date,symbol,quantity,price,amount,fee"
    assert len(trades) == row.report["figures"]["orders"] + 1  # type: ignore[index]  # it is computed


def test_up_to_three_are_compared(signed_in: Client, user: User) -> None:
    walk("VTI")
    walk("SPY", seed=2)
    rows = [computed(user, hold("VTI")), computed(user, crossover("SPY"))]
    asked = "&".join(f"with={row.key}" for row in rows)

    series = signed_in.get(f"{ADDRESS}/compare?{asked}").json()["series"]

    assert {name: one["of"] for name, one in series.items()} == {
        "index": "Buy and hold VTI",
        "benchmark_1": "Moving averages SPY",
    }
    assert signed_in.get(f"{ADDRESS}/compare?with=nobody").status_code == 404


def test_private_results_are_nobody_else_s(client: Client, user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))
    Backtest.objects.update(owner=user)
    client.force_login(User.objects.create_user("eve"))

    for address in ("", "/chart", "/curves.csv", "/trades.csv"):
        answer = client.get(f"{ADDRESS}/{row.key}{address}")
        assert answer.status_code == 404
        assert "There is no result" in answer.json()["error"]
    assert client.get(f"{ADDRESS}/compare?with={row.key}").status_code == 404


def test_nobody_logged_in_sees_only_what_is_shared(client: Client, user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))
    link = share(user, row)

    assert client.get(f"{ADDRESS}/{row.key}").status_code == 401
    assert post(client, hold("VTI")).status_code == 401
    assert "value" in client.get(f"{ADDRESS}/shared/{link.token}/chart").json()["series"]
    link.delete()
    assert client.get(f"{ADDRESS}/shared/{link.token}/chart").status_code == 404


def test_a_question_from_another_site_is_refused(user: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(user)

    assert post(careful, hold("VTI")).status_code == 403


def test_two_settings_of_one_strategy_are_two_lines(signed_in: Client, user: User) -> None:
    walk("SPY")
    rows = [computed(user, crossover("SPY", fast=fast)) for fast in (10, 20)]

    series = signed_in.get(f"{ADDRESS}/compare?with={rows[0].key}&with={rows[1].key}").json()["series"]

    assert [one["of"] for one in series.values()] == ["Moving averages SPY", "Moving averages SPY (2)"]


def test_a_request_that_is_far_too_long_is_told_so(signed_in: Client) -> None:
    answer = signed_in.post(ADDRESS, b"[" * 70_000, content_type="application/json")

    assert answer.status_code == 413
    assert answer.json() == {"error": "A request is no longer than 65536 bytes."}


def test_json_nested_deeper_than_python_counts_is_refused_at_its_field(signed_in: Client) -> None:
    for depth in (900, 1_020, 30_000):
        deep = b"[" * depth + b"]" * depth
        answer = signed_in.post(ADDRESS, b'{"strategy": {"kind": "hold", "weights": {"A": ' + deep + b"}}}",
                                content_type="application/json")  # fmt: skip
        assert answer.status_code == 422
