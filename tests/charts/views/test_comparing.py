import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.charts.given import computed, crossover, hold, walk

pytestmark = pytest.mark.django_db


def test_up_to_three_stand_side_by_side(signed_in: Client, user: User) -> None:
    walk("AAA")
    rows = [computed(user, one) for one in (hold("AAA"), crossover("AAA"), hold("AAA", cash=5), hold("AAA", cash=6))]
    query = "&".join(f"with={row.key}" for row in rows)

    page = signed_in.get(f"/backtests/compare/?{query}").content.decode()

    assert ("Figures side by side" in page, page.count("Leave out"), "Add one of your latest" in page) == (
        True,
        3,
        False,
    )
    assert f"/api/backtests/compare?with={rows[0].key}&amp;with={rows[1].key}&amp;with={rows[2].key}" in page


def test_one_alone_is_offered_others_and_nothing_says_what_to_do(signed_in: Client, user: User) -> None:
    nothing = signed_in.get("/backtests/compare/").content.decode()
    walk("AAA")
    one, two = computed(user, hold("AAA")), computed(user, crossover("AAA", start="2020-01-02"))

    alone = signed_in.get(f"/backtests/compare/?with={one.key}").content.decode()
    both = signed_in.get(f"/backtests/compare/?with={one.key}&with={two.key}").content.decode()

    assert "Nothing to compare yet" in nothing
    assert f"?with={one.key}&amp;with={two.key}" in alone
    assert "not of the same time" in both


def test_somebody_elses_result_is_left_out(signed_in: Client, user: User) -> None:
    walk("AAA")
    row = computed(user, hold("AAA"))
    row.owner = User.objects.create(username="bob")
    row.save()

    assert "Figures side by side" not in signed_in.get(f"/backtests/compare/?with={row.key}").content.decode()
