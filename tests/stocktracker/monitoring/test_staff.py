import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from stocktracker.monitoring.staff import staff_only


@staff_only
def page(_request: HttpRequest, word: str) -> HttpResponse:
    return HttpResponse(word)


def asked(user: User | AnonymousUser) -> HttpResponse:
    request = RequestFactory().get("/somewhere/")
    request.user = user
    return page(request, word="hello")


def test_staff_comes_in() -> None:
    assert asked(User(is_staff=True)).content == b"hello"


def test_somebody_else_is_told_so() -> None:
    with pytest.raises(PermissionDenied):
        asked(User())


def test_a_stranger_is_sent_to_the_login() -> None:
    assert asked(AnonymousUser())["Location"] == "/login/?next=/somewhere/"
