import pytest
from django.test import RequestFactory
from pytest_django import Settings

from stocktracker.context import SHEETS, product


@pytest.mark.parametrize(("market", "simulated"), [("simulated", True), ("live", False)])
def test_every_template_knows_the_version_and_whether_prices_are_real(
    settings: Settings, rf: RequestFactory, market: str, *, simulated: bool
) -> None:
    settings.MARKET = market

    assert product(rf.get("/")) == {
        "version": settings.VERSION,
        "simulated": simulated,
        "sheets": SHEETS,
    }
