import pytest
from django.contrib.auth.models import User

from portfolios.forms.watchlist import AlertForm, WatchForm
from portfolios.models import Alert
from pricing.models import Instrument
from tests.portfolios.given import quote

pytestmark = pytest.mark.django_db


def test_a_symbol_is_watched_in_capitals(user: User) -> None:
    form = WatchForm({"symbol": " vod.l "}, user_id=user.pk)

    assert form.is_valid()
    assert form.cleaned_data["symbol"] == "VOD.L"


def test_what_is_no_symbol_or_somebody_elses_is_refused(user: User) -> None:
    other = User.objects.create(username="bob")
    Instrument.objects.create(symbol="HOUSE", status="manual", entered_by=other)

    errors = [WatchForm({"symbol": text}, user_id=user.pk).errors for text in ("a b", "HOUSE", "")]

    assert ["ticker" in str(errors[0]), "somebody else" in str(errors[1]), "required" in str(errors[2])] == [True] * 3
    assert WatchForm({"symbol": "HOUSE"}, user_id=other.pk).is_valid()


def alert(apple: Instrument, user: User, kind: str, threshold: str) -> AlertForm:
    return AlertForm({"kind": kind, "threshold": threshold}, instance=Alert(user=user, instrument=apple))


@pytest.mark.parametrize(
    ("kind", "threshold", "wrong"),
    [
        ("above", "201", ""), ("below", "199", ""), ("move", "5", ""),
        ("above", "200", "there already"), ("below", "250", "there already"), ("move", "5000", "5 is 5"),
        ("above", "0", "above zero"), ("above", "-1", "above zero"), ("above", "much", "number"),
    ],
)  # fmt: skip
def test_an_alert_that_would_go_off_at_once_or_never_is_refused(
    user: User, apple: Instrument, kind: str, threshold: str, wrong: str
) -> None:
    quote(apple, "200")

    form = alert(apple, user, kind, threshold)

    assert (form.is_valid(), wrong in str(form.errors)) == (not wrong, True)


def test_without_a_price_any_threshold_may_be_waited_for(user: User, apple: Instrument) -> None:
    assert alert(apple, user, "below", "250").is_valid()
