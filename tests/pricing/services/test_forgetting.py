from datetime import UTC, datetime

import pytest

from pricing.models import Bar, Dividend, Finding, Instrument, Quote, Split
from pricing.services.forgetting import NotFromFilesError, forget
from pricing.services.market_data import import_market_data
from stocktracker.jobs.models import Job

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 6, 30, 12, tzinfo=UTC)
FILES = (
    b"symbol,date,close,currency\nHOUSE,2024-06-03,100,EUR\nHOUSE,2024-06-04,10000,EUR\nFUND,2024-06-03,7,EUR",
    b"symbol,ex_date,dividend\nHOUSE,2024-06-04,1",
    b"symbol,ex_date,numerator,denominator\nHOUSE,2024-06-03,2,1",
)


def test_all_that_files_said_of_a_symbol_goes_and_its_history_is_asked_for() -> None:
    for content in FILES:
        import_market_data(content, NOW)
    assert Finding.objects.exists()

    forgotten = forget(" house ")

    house = Instrument.objects.get(symbol="HOUSE")
    assert (forgotten, house.status, house.currency, house.calendar, house.revision) == (house, "new", "", "", 4)
    left = [table.objects.filter(instrument=house).count() for table in (Bar, Quote, Dividend, Split, Finding)]
    assert (left, Bar.objects.count(), Quote.objects.count()) == ([0, 0, 0, 0, 0], 1, 1)
    assert [(job.kind, job.args) for job in Job.objects.all()] == [("stocktracker.backfill", {"symbol": "HOUSE"})]


def test_it_can_be_imported_anew_in_another_currency() -> None:
    import_market_data(FILES[0], NOW)
    forget("HOUSE")

    import_market_data(FILES[0].replace(b"EUR\nFUND,2024-06-03,7,EUR", b"EUR").replace(b"EUR", b"USD"), NOW)

    assert (Instrument.objects.get(symbol="HOUSE").currency, Bar.objects.count()) == ("USD", 3)


@pytest.mark.parametrize("symbol", ["AAPL", "NOSUCH"])
def test_what_is_not_priced_from_files_is_refused(apple: Instrument, symbol: str) -> None:
    with pytest.raises(NotFromFilesError, match=f"^{symbol} is not priced from files, so there is nothing to forget"):
        forget(symbol)

    assert (Instrument.objects.get(), Job.objects.count()) == (apple, 0)
