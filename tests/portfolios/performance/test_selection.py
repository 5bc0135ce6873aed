import pytest

from portfolios.accounting.entries import Place
from portfolios.performance.book import Listed
from portfolios.performance.selection import EVERYTHING, Selection
from tests.portfolios.accounting.books import AAPL, VOD, book, closes
from tests.portfolios.accounting.lives import BASE

PLACES = [Place("A", AAPL), Place("B", AAPL), Place("A", VOD), Place("A", None, BASE)]


@pytest.mark.parametrize(
    ("chosen", "inside"),
    [
        (EVERYTHING, PLACES),
        (Selection(account="A"), [PLACES[0], PLACES[2], PLACES[3]]),
        (Selection(symbol="AAPL"), PLACES[:2]),
        (Selection(account="A", symbol="AAPL"), PLACES[:1]),
        (Selection(group="fund"), [PLACES[2]]),
        (Selection(symbol="AAPL", group="fund"), []),
        (Selection(account=""), []),
    ],
)
def test_a_selection_includes_what_fits_all_of_it(chosen: Selection, inside: list[Place]) -> None:
    listed = {
        AAPL: Listed("AAPL", closes({0: 1.0}), 1.0, BASE, group="share"),
        VOD: Listed("VOD", closes({0: 1.0}), 1.0, BASE, group="fund"),
    }

    found = [place for place in PLACES if chosen.includes(place, book(listed=listed))]

    assert found == inside
