import pytest
from django.contrib.auth.models import User

from pricing.models import Instrument
from pricing.services.fixes import FixError
from pricing.services.manual import create, of_others

pytestmark = pytest.mark.django_db


def test_a_house_is_an_instrument_of_whoever_entered_it(user: User) -> None:
    house = create(" my-house ", "House by the lake", "eur", user)

    assert (house.symbol, house.name, house.currency) == ("MY-HOUSE", "House by the lake", "EUR")
    assert (house.status, house.entered_by, house.quote_type) == (Instrument.Status.MANUAL, user, "MANUAL")
    assert create("LOAN", "", "GBp", user).currency == "GBp"


@pytest.mark.parametrize(
    ("symbol", "currency", "sentence"),
    [
        ("TAKEN", "USD", "There is an instrument MY-TAKEN already: choose another symbol."),
        ("MY HOUSE", "USD", "'MY HOUSE' is no symbol"),
        ("HOUSE", "EURO", "«EURO» is not a currency"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    apple: Instrument, user: User, symbol: str, currency: str, sentence: str
) -> None:
    Instrument.objects.create(symbol="MY-TAKEN")

    with pytest.raises(FixError, match=sentence):
        create(symbol, "", currency, user)

    assert Instrument.objects.count() == 2


def test_nobodys_own_symbol_can_be_one_of_a_source(user: User) -> None:
    assert [create(symbol, "", "USD", user).symbol for symbol in ("EURUSD=X", "SPY")] == ["MY-EURUSD=X", "MY-SPY"]


def test_what_somebody_else_entered_is_not_for_others_to_name(apple: Instrument, user: User) -> None:
    other = User.objects.create_user("bob")
    create("HOUSE", "", "EUR", user)

    assert of_others(["MY-HOUSE", "AAPL", "NEW"], other.pk) == ["MY-HOUSE"]
    assert of_others(["MY-HOUSE", "AAPL"], user.pk) == []
