import pytest
from django.contrib.auth.models import User

from stocktracker.formats import STYLES
from stocktracker.preferences.models import Preferences, preferences_of


@pytest.mark.parametrize(
    ("numbers", "language", "style"),
    [("", "de", "de"), ("", "en", "en"), ("", "pt-br", "en"), ("fr", "de", "fr"), ("ch", "en", "ch")],
)
def test_numbers_are_as_chosen_or_as_in_the_language(numbers: str, language: str, style: str) -> None:
    assert Preferences(numbers=numbers).style(language) == STYLES[style]


def test_private_is_part_of_the_style() -> None:
    assert Preferences(private=True).style("en").private


def test_benchmarks_are_symbols_in_order() -> None:
    assert Preferences(benchmarks="VT, SPY ^GSPC").funds == ["VT", "SPY", "^GSPC"]
    assert Preferences(benchmarks="").funds == []


@pytest.mark.django_db
def test_who_has_stored_none_has_the_defaults_and_nothing_is_stored(user: User) -> None:
    own = preferences_of(User.objects.select_related("preferences").get(pk=user.pk))

    assert (own.user_id, own.language, own.currency, own.funds) == (user.pk, "", "USD", ["SPY"])
    assert not Preferences.objects.exists()
