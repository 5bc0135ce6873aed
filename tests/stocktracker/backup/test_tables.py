import io

import pytest
from django.db import connection

from pricing.models import Split
from stocktracker.backup.tables import columns_of, copy_in, copy_out, empty, go_on_counting, names
from tests.portfolios.given import bars, listed, split

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_table_is_backed_up_but_who_is_signed_in() -> None:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    there = {table for table in tables if not table.startswith("chaos_")}  # what tests of chaos make and leave

    assert there - set(names()) == {"django_session", "django_migrations"}
    assert {"portfolios_portfolio_more_benchmarks", "django_celery_beat_periodictask"} <= set(names())


def test_a_table_comes_back_as_it_was_and_goes_on_counting() -> None:
    split(listed("AAPL"), "2020-08-31", 4)
    file, columns = io.BytesIO(), columns_of("pricing_split")
    before = Split.objects.values().get()

    copied = copy_out("pricing_split", columns, file, with_prices=True)
    empty(["pricing_split"])
    stored = copy_in("pricing_split", columns, io.BytesIO(file.getvalue()))
    go_on_counting("pricing_split", columns)

    assert (copied, stored) == (1, 1)
    assert Split.objects.values().get() == before
    split(listed("TSLA"), "2020-08-31", 5)
    assert Split.objects.latest("pk").pk == before["id"] + 1


def test_without_prices_the_bars_of_what_no_source_prices_are_kept() -> None:
    bars(listed("AAPL"), {"2024-06-03": 190.0})
    house = listed("MY-HOUSE", status="manual")
    bars(house, {"2024-06-03": 1000.1})
    file = io.BytesIO()

    copied = copy_out("pricing_bar", ["instrument_id", "close"], file, with_prices=False)

    assert copied == 1
    assert file.getvalue().decode() == f"instrument_id,close\n{house.pk},1000.1\n"
