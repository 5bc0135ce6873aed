import pytest
from django.contrib.auth.models import User
from django.test import Client

from charts.models import Share
from tests.charts.given import computed, hold, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(user: User) -> Share:
    walk("AAA")
    return Share.objects.create(owner=user, backtest=computed(user, hold("AAA")))


def test_whoever_has_the_link_sees_the_result_and_nothing_else(client: Client, link: Share) -> None:
    answer = client.get(f"/backtests/shared/{link.token}/")

    page = answer.content.decode()
    assert (answer.status_code, "Value at the end" in page) == (200, True)
    assert f"/api/backtests/shared/{link.token}/chart" in page
    for hidden in (link.backtest.key, "<form", "<nav", "ada", "Change it", "CSV</a>"):
        assert hidden not in page
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")


def test_a_withdrawn_link_shows_nothing(client: Client, signed_in: Client, link: Share) -> None:
    page = signed_in.post(f"/backtests/shared/{link.token}/withdraw/", follow=True).content.decode()

    gone = Client().get(f"/backtests/shared/{link.token}/")

    assert ("The link is withdrawn" in page, gone.status_code, "Nobody shares this" in gone.content.decode()) == (
        True, 404, True,
    )  # fmt: skip


def test_nobody_else_can_withdraw_it(link: Share) -> None:
    bob = Client()
    bob.force_login(User.objects.create(username="bob"))

    assert bob.post(f"/backtests/shared/{link.token}/withdraw/").status_code == 404
    assert Share.objects.count() == 1
