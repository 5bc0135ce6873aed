import pytest

from portfolios.models import Change, Portfolio

pytestmark = pytest.mark.django_db


def test_the_latest_change_comes_first_and_stays_when_its_author_goes(portfolio: Portfolio) -> None:
    first, second = (
        Change.objects.create(portfolio=portfolio, user=portfolio.owner, kind=kind)
        for kind in (Change.Kind.CREATED, Change.Kind.EDITED)
    )

    assert list(portfolio.changes.all()) == [second, first]
    assert (first.before, first.after, first.undone_at, first.get_kind_display()) == ([], [], None, "Added")
