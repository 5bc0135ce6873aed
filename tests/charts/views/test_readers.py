import pytest
from django.contrib.auth.models import User
from django.http import Http404
from django.test import RequestFactory

from charts.services.asking import ask
from charts.views.readers import is_part, there
from tests.charts.given import computed, hold, walk
from tests.portfolios.given import NOW


def test_a_part_is_what_htmx_asks_for() -> None:
    requests = RequestFactory()

    assert [is_part(requests.get("/")), is_part(requests.get("/", headers={"HX-Request": "true"}))] == [False, True]


@pytest.mark.django_db
def test_only_what_was_computed_is_there(user: User) -> None:
    walk("AAA")
    row = ask(hold("AAA"), user, NOW)
    request = RequestFactory().get("/")
    request.user = user

    with pytest.raises(Http404):
        there(request, row.key)  # type: ignore[arg-type]  # what @login_required makes of it
    assert there(request, computed(user, hold("AAA")).key) == row  # type: ignore[arg-type]  # what @login_required makes of it
