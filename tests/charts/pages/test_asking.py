import pytest
from django.contrib.auth.models import User

from charts.backtests.request import read
from charts.pages.asking import in_words, known_to, missing_of, portfolios_of
from portfolios.models import Portfolio
from tests.charts.given import hold
from tests.portfolios.given import listed

pytestmark = pytest.mark.django_db


def test_a_request_in_words_and_what_it_lacks() -> None:
    listed("AAA")
    request = read(hold("AAA", "BBB"))

    assert in_words(request).strategy == "50% AAA, 50% BBB, bought once and held"
    assert missing_of(request) == ["BBB"]


def test_one_chooses_from_ones_own_portfolios_and_known_securities(portfolio: Portfolio) -> None:
    bob = User.objects.create(username="bob")
    listed("AAA")
    listed("EURUSD=X", calendar="24/7")
    listed("HIS", entered_by=bob)

    assert portfolios_of(portfolio.owner) == [(str(portfolio.pk), "Family")]
    assert known_to(portfolio.owner) == [("AAA", "AAA plc")]
