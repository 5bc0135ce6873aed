import pytest
from django.contrib.auth.models import User

from portfolios.forms.portfolios import PortfolioForm
from pricing.services.manual import create
from stocktracker.backup.naming import Names, check_form, dimension
from stocktracker.backup.portable import ExportError, Fields

pytestmark = pytest.mark.django_db


def test_an_own_instrument_is_called_as_it_is_called_here(user: User) -> None:
    names = Names(user, {"MY-HOUSE": "MY-HOUSE-2"})

    assert names.symbol(Fields("a", {"symbol": "MY-HOUSE"})) == "MY-HOUSE-2"
    assert names.here("AAPL") == "AAPL"


def test_what_is_no_symbol_or_somebody_elses_is_refused(user: User) -> None:
    create("VAULT", "Eve's", "EUR", User.objects.create_user("eve"))

    with pytest.raises(ExportError, match="«A B» is no symbol"):
        Names(user, {}).check(["A B"], "watchlist.json")
    with pytest.raises(ExportError, match="somebody else's own instrument"):
        Names(user, {}).check(["MY-VAULT"], "watchlist.json")


def test_a_dimension_is_one_of_ours() -> None:
    assert dimension(Fields("a", {"dimension": "sector"})) == "sector"
    with pytest.raises(ExportError, match="«taste» is no dimension"):
        dimension(Fields("a", {"dimension": "taste"}))


def test_a_forms_words_are_said_with_the_files_name() -> None:
    with pytest.raises(ExportError, match=r"portfolio\.json: base_currency: Write a currency's three letters"):
        check_form(PortfolioForm({"name": "A", "base_currency": "1"}), "portfolio.json")
