from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from stocktracker.preferences.backend import WithPreferences
from stocktracker.preferences.models import Preferences, preferences_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stored", [False, True])
def test_a_user_comes_with_the_preferences_in_one_query(
    user: User, django_assert_num_queries: Callable[..., Any], stored: bool
) -> None:
    if stored:
        Preferences.objects.create(user=user, theme="dark")

    with django_assert_num_queries(1):
        found = WithPreferences().get_user(user.pk)

        assert preferences_of(found).theme == ("dark" if stored else "")


def test_nobody_is_found_who_is_not_there_or_may_not_sign_in(user: User) -> None:
    User.objects.update(is_active=False)

    assert WithPreferences().get_user(user.pk) is None
    assert WithPreferences().get_user(0) is None
