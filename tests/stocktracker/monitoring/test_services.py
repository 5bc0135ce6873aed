import pytest

from pricing.models import Instrument
from stocktracker.monitoring.services import FixError, choose_second_source

from .conftest import Listed

pytestmark = pytest.mark.django_db


def test_a_second_source_is_chosen_and_given_up_and_nothing_else_changes(with_bars: Listed) -> None:
    row = with_bars("AAPL")
    Instrument.objects.update(revision=7)  # meanwhile

    choose_second_source(row, "stooq")
    chosen = Instrument.objects.get()
    choose_second_source(row, "")

    assert (chosen.second_source, chosen.revision) == ("stooq", 7)
    assert Instrument.objects.get().second_source == ""


def test_what_no_source_prices_has_no_second_one(with_bars: Listed) -> None:
    row = with_bars("HOUSE", status=Instrument.Status.MANUAL)

    with pytest.raises(FixError, match="HOUSE is priced by hand or from files"):
        choose_second_source(row, "stooq")
