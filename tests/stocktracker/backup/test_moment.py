import threading

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection

from stocktracker.backup.moment import one_moment


def made_elsewhere(name: str) -> None:
    """By another connection, committed."""

    def make() -> None:
        User.objects.create(username=name)
        connection.close()

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_meanwhile_is_not_seen() -> None:
    with one_moment():
        before = User.objects.count()
        made_elsewhere("eve")
        after = User.objects.count()

    assert (before, after) == (0, 0)
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_can_be_written_in_it() -> None:
    with pytest.raises(DatabaseError, match="read-only transaction"), one_moment():
        User.objects.create(username="eve")


@pytest.mark.django_db
def test_inside_another_transaction_it_is_that_one(user: User) -> None:
    with one_moment():
        assert User.objects.count() == 1
