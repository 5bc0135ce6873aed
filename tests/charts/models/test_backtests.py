import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from charts.models import Backtest, Share
from tests.charts.given import computed, hold, walk
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


def row(key: str, owner: User | None = None, **fields: object) -> Backtest:
    plain = {"request": {"end": None}, "revisions": {}, "asked_at": NOW, "read_at": NOW}
    return Backtest.objects.create(key=key, owner=owner, **plain | fields)


def test_what_is_made_of_somebody_s_own_is_seen_by_nobody_else(user: User) -> None:
    public, private = row("a" * 64), row("b" * 64, user)

    assert set(Backtest.objects.seen_by(user)) == {public, private}
    assert set(Backtest.objects.seen_by(User.objects.create_user("eve"))) == {public}


def test_a_row_waits_until_it_is_computed_or_known_to_be_hopeless(user: User) -> None:
    waiting = row("a" * 64)
    hopeless = row("b" * 64, computed_at=NOW, problem={"path": "", "message": "No."})

    assert (waiting.is_waiting, waiting.is_there) == (True, False)
    assert (hopeless.is_waiting, hopeless.is_there) == (False, False)
    assert list(Backtest.objects.waiting()) == [waiting]
    assert waiting.tag != row("c" * 64, computed_at=NOW).tag
    assert str(waiting) == "a" * 12


def test_a_key_is_there_once() -> None:
    row("a" * 64)

    with pytest.raises(IntegrityError):
        row("a" * 64)


def test_what_somebody_shares_is_not_deleted_under_his_hands(user: User) -> None:
    from django.db.models import RestrictedError

    walk("VTI")
    result = computed(user, hold("VTI"))
    Share.objects.create(owner=user, backtest=result)

    with pytest.raises(RestrictedError):
        result.delete()
