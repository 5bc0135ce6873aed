"""Instruments people entered for themselves, named in a file."""

import pytest
from django.contrib.auth.models import User

from portfolios.models import Portfolio, Transaction
from portfolios.services.imports import check, record, upload
from pricing.services.manual import create
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db

FILE = b"""date,kind,symbol,quantity,price
2024-01-02,buy,MY-HOUSE,1,100
2024-01-02,buy,MINE,1,100
2024-01-03,sell,my-house,1,9
"""


class KnowsAll:
    """A price source that refuses nobody."""

    def unknown(self, _symbols: object) -> set[str]:
        return set()

    def splits(self, _symbol: str) -> list[tuple[object, float, float]]:
        return []


def test_a_file_that_names_somebody_elses_instrument_is_refused_with_every_row(
    portfolio: Portfolio, user: User
) -> None:
    create("MY-HOUSE", "", "EUR", User.objects.create_user("bob"))
    create("MINE", "", "EUR", user)
    batch, _ = upload(portfolio, "a.csv", FILE, user.pk)

    record(batch, check(batch, NOW, KnowsAll()))  # type: ignore[arg-type]  # it has no splits of any day

    sentence = "MY-HOUSE is somebody else's own instrument; choose another symbol."
    assert batch.state == "refused"
    assert [(row["line"], row["message"]) for row in batch.report["problems"]] == [(2, sentence), (4, sentence)]
    assert not Transaction.objects.exists()
