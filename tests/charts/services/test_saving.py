import pytest
from django.contrib.auth.models import User

from charts.models import Share, Strategy
from charts.services import saving
from charts.services.asking import ask
from charts.services.saving import SavingError, save_strategy, share, withdraw
from tests.charts.given import computed, hold, walk
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


def test_a_result_is_saved_with_its_rules_and_the_day(user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))

    strategy = save_strategy(user, row, "Plain", NOW)

    assert (strategy.request, strategy.saved_on, strategy.result) == (row.request, NOW.date(), row)
    with pytest.raises(SavingError, match="You have a strategy «Plain» already"):
        save_strategy(user, row, "Plain", NOW)


def test_there_is_nothing_to_save_before_there_is_a_result(user: User) -> None:
    row = ask(hold("COLD"), user, NOW)

    with pytest.raises(SavingError, match="no result yet that could be saved"):
        save_strategy(user, row, "Plain", NOW)
    with pytest.raises(SavingError, match="no result yet that could be shared"):
        share(user, row)


def test_there_is_room_for_so_many(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MOST_STRATEGIES", 1)
    monkeypatch.setattr(saving, "MOST_SHARES", 1)
    walk("VTI")
    one, other = computed(user, hold("VTI")), computed(user, hold("VTI", cash=5))
    save_strategy(user, one, "Plain", NOW)
    link = share(user, one)

    with pytest.raises(SavingError, match="You keep 1 strategies: remove one first"):
        save_strategy(user, one, "Other", NOW)
    with pytest.raises(SavingError, match="You share 1 results: withdraw one first"):
        share(user, other)
    assert share(user, one) == link


def test_a_link_is_the_same_until_it_is_withdrawn(user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))

    link = share(user, row)

    assert len(link.token) >= 32
    assert share(user, row) == link
    withdraw(link)
    assert not Share.objects.exists()
    assert share(user, row).token != link.token


def test_all_of_it_goes_with_its_owner(user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))
    save_strategy(user, row, "Plain", NOW)
    share(user, row)

    user.delete()

    assert not Strategy.objects.exists()
    assert not Share.objects.exists()
