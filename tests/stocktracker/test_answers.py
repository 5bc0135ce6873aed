import gzip

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from stocktracker.answers import csv_file, for_its_reader, packed_json, plain_json, refusal, tagged

LONG = b'"' + b"a" * 2_000 + b'"'


def asked(**headers: str) -> HttpRequest:
    return RequestFactory().get("/", headers=headers)


@for_its_reader
def secret(request: HttpRequest) -> HttpResponse:
    return HttpResponse("42")


def test_who_is_logged_in_is_answered_and_who_is_not_is_told() -> None:
    mine, stranger = asked(), asked()
    mine.user, stranger.user = User(username="ada"), AnonymousUser()

    assert secret(mine).content == b"42"
    assert (secret(stranger).status_code, b"logged in" in secret(stranger).content) == (401, True)


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ('W/"other", W/"7"', 304), ('"other","7"', 304), ("*", 304),
        ('"other"', 200), ('"7x"', 200), ("", 200), ("nonsense", 200),
    ],
)  # fmt: skip
def test_lists_of_tags_weak_or_strong_are_understood(known: str, status: int) -> None:
    answer = tagged(asked(**{"if-none-match": known}), "7", lambda: HttpResponse("new"))

    assert (answer.status_code, answer["ETag"], answer["Cache-Control"]) == (status, 'W/"7"', "private, no-cache")
    assert answer["Vary"] == "Accept-Encoding, Cookie"


def test_what_is_known_is_not_made_again() -> None:
    def never() -> HttpResponse:
        raise AssertionError

    assert tagged(asked(**{"if-none-match": '"7"'}), "7", never).content == b""


def test_json_is_packed_for_who_can_unpack_and_where_it_is_worth_it() -> None:
    unpacks = asked(**{"accept-encoding": "gzip, br"})

    assert gzip.decompress(plain_json(unpacks, LONG).content) == LONG
    assert plain_json(unpacks, LONG)["Content-Encoding"] == "gzip"
    assert plain_json(unpacks, b"{}").content == b"{}"
    assert plain_json(asked(), LONG).content == LONG


def test_what_is_packed_already_is_sent_as_it_is_or_unpacked() -> None:
    packed = gzip.compress(LONG)

    assert packed_json(asked(**{"accept-encoding": "gzip"}), packed).content == packed
    assert packed_json(asked(), packed).content == LONG


def test_a_file_is_saved_under_its_name_and_a_refusal_says_why() -> None:
    assert csv_file("a.csv", "x\n")["Content-Disposition"] == 'attachment; filename="a.csv"'
    assert (refusal("No.").status_code, refusal("No.").content) == (404, b'{"error": "No."}')
