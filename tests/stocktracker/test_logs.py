import json
import logging
import sys

import pytest
from django.test import Client

from stocktracker.logs import AsJson, Bound, job_id, of_job, request_id


def record(message: str, *args: object, error: bool = False) -> logging.LogRecord:
    info = None
    try:
        int("no such price")
    except ValueError:
        info = sys.exc_info() if error else None
    made = logging.LogRecord("pricing", logging.WARNING, __file__, 1, message, args, info)
    Bound().filter(made)
    return made


def test_a_line_of_json_says_which_job_it_belongs_to() -> None:
    with of_job(7):
        told = json.loads(AsJson().format(record("bars: %s", 3, error=True)))

    assert told["message"] == "bars: 3"
    assert (told["level"], told["logger"], told["job"]) == ("WARNING", "pricing", 7)
    assert "ValueError: invalid literal" in told["error"]
    assert told["time"].endswith("+00:00")
    assert "request" not in told
    assert job_id.get() is None


def test_a_line_for_people_names_the_request_or_the_job() -> None:
    token = request_id.set("abc")
    try:
        of_request = vars(record("x"))["where"]
        with of_job(7):
            inside = vars(record("x"))["where"]
    finally:
        request_id.reset(token)

    assert (of_request, inside, vars(record("x"))["where"]) == (" [request abc]", " [job 7]", "")


@pytest.mark.parametrize(
    ("given", "kept"), [("a-1.b:c_2", True), ("two words", False), ("x" * 65, False), ("", False), ("é", False)]
)
def test_a_name_from_outside_is_kept_if_it_is_one(client: Client, given: str, kept: bool) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})

    assert (answer["X-Request-ID"] == given) is kept
    assert answer["X-Request-ID"].isascii()
    assert 0 < len(answer["X-Request-ID"]) <= 64
    assert request_id.get() == ""


def test_every_request_has_a_name_of_its_own(client: Client) -> None:
    assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]
