import io
import json
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User

from pricing.models import Correction, Instrument
from pricing.services.manual import create
from stocktracker.backup.owning import take_own
from stocktracker.backup.portable import ExportError, Files
from stocktracker.jobs.models import Job

from .conftest import NOW

pytestmark = pytest.mark.django_db


def files(symbol: str = "MY-HOUSE", prices: str = "date,close\n2024-06-03,1000\n") -> Files:
    packed = ZipFile(io.BytesIO(), "w")
    told = [{"symbol": symbol, "name": "Our house", "currency": "EUR"}]
    packed.writestr("ada/instruments.json", json.dumps(told))
    packed.writestr(f"ada/prices/{symbol}.csv", prices)
    return Files(packed, "ada")


def test_it_is_made_with_its_prices_and_one_job_lays_them_out(user: User) -> None:
    renamed = take_own(files(), user, NOW)

    house = Instrument.objects.get()
    assert renamed == {"MY-HOUSE": "MY-HOUSE"}
    assert (house.status, house.currency, house.entered_by) == ("manual", "EUR", user)
    assert Correction.objects.get().close == 1000
    assert Job.objects.get().kind == "stocktracker.correct"


def test_a_symbol_that_is_somebody_elses_gets_a_number(user: User) -> None:
    eve = User.objects.create_user("eve")
    create("HOUSE", "Eve's", "EUR", eve)
    create("HOUSE-2", "Eve's second", "EUR", eve)

    assert take_own(files(), user, NOW) == {"MY-HOUSE": "MY-HOUSE-3"}


def test_ones_own_is_used_again_with_the_prices_it_has(user: User) -> None:
    house = create("HOUSE", "Ours", "EUR", user)
    Correction.objects.create(instrument=house, session="2024-06-03", close=7, entered_at=NOW, entered_by=user)

    take_own(files(), user, NOW)

    assert Correction.objects.get().close == 7


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (files("AAPL"), "no symbol of one's own"),
        (files(prices="date,close\n2024-06-03,0\n"), "line 2: close should be above zero"),
        (files(prices="date,close\n2124-06-03,1\n"), "line 2: 2124-06-03 has not come yet"),
        (files(prices="day,close\n2024-06-03,1\n"), "line 2: date should be a date"),
    ],
)
def test_what_cannot_be_is_said(user: User, given: Files, sentence: str) -> None:
    with pytest.raises(ExportError, match=sentence):
        take_own(given, user, NOW)
