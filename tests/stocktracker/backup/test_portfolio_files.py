import io
import json
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User

from portfolios.accounting.entries import LedgerError
from portfolios.models import Portfolio
from stocktracker.backup.naming import Names
from stocktracker.backup.portable import ExportError, Files
from stocktracker.backup.portfolio_files import PortfolioFiles, folders

from .conftest import NOW

pytestmark = pytest.mark.django_db
SETTINGS = {"name": "Family", "base_currency": "USD", "tracks_cash": False, "allow_short": False, "risk_free": "0.0100"}
BOUGHT = "date,kind,symbol,quantity,price,external_id\n2024-06-03,buy,AAPL,2,100,x\n"


def files(csv: str = BOUGHT, **changes: object) -> Files:
    packed = ZipFile(io.BytesIO(), "w")
    packed.writestr("ada/portfolios/01-family/portfolio.json", json.dumps(SETTINGS | changes))
    packed.writestr("ada/portfolios/01-family/transactions.csv", csv)
    return Files(packed, "ada")


def taken(user: User, given: Files) -> Portfolio:
    made, _ = PortfolioFiles(given, "portfolios/01-family", Names(user, {}), NOW).take()
    return made


def test_a_portfolio_is_made_with_what_its_folder_says(user: User) -> None:
    given = files(benchmark="VT", more_benchmarks=["IWDA.AS"], inflation="0.0250")

    made = taken(user, given)

    assert folders(given) == ["portfolios/01-family"]
    made.refresh_from_db()
    assert str(made.benchmark) == "VT"
    assert [str(fund) for fund in made.more_benchmarks.all()] == ["IWDA.AS"]
    assert (str(made.risk_free), str(made.inflation)) == ("0.0100", "0.0250")
    assert str(made.transactions.get()) == "2024-06-03 buy AAPL"


def test_a_name_that_is_taken_gets_a_number(user: User) -> None:
    assert [taken(user, files()).name for _ in range(3)] == ["Family", "Family (2)", "Family (3)"]


def test_more_sold_than_held_is_the_ledgers_own_error(user: User) -> None:
    sold = "date,kind,symbol,quantity,price\n2024-06-03,sell,AAPL,2,100\n"

    with pytest.raises(LedgerError):
        taken(user, files(sold))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (files(BOUGHT + BOUGHT.splitlines()[1]), "external_id «x» is there twice"),
        (files(targets="many"), "targets should be a list"),
        (files(name="x" * 81), "name should be a text of 80 characters"),
        (files(more_benchmarks=["A", "B", "C", "D"]), "more_benchmarks: Name no more than three"),
    ],
)
def test_what_cannot_be_is_said_with_the_file(user: User, given: Files, sentence: str) -> None:
    with pytest.raises(ExportError, match=sentence):
        taken(user, given)
