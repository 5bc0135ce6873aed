import io
import json
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from portfolios.models import Snapshot
from pricing.services.manual import create
from stocktracker.backup.exporting import export, stored_report

from .reported import reports

pytestmark = pytest.mark.django_db(transaction=True)


def exported(user: User) -> ZipFile:
    file = io.BytesIO()
    export([user], file, timezone.now())
    return ZipFile(file)


def told(packed: ZipFile, name: str) -> Any:
    return json.loads(packed.read(f"ada/{name}"))


def test_everything_of_one_person_is_there_to_be_read(owner: User) -> None:
    packed = exported(owner)

    assert sorted(packed.namelist()) == [
        "ada/about.json", "ada/alerts.json", "ada/corrections.json", "ada/instruments.json", "ada/labels.json",
        "ada/portfolios/01-family/portfolio.json", "ada/portfolios/01-family/report.json",
        "ada/portfolios/01-family/transactions.csv", "ada/portfolios/02-trading-short/portfolio.json",
        "ada/portfolios/02-trading-short/report.json", "ada/portfolios/02-trading-short/transactions.csv",
        "ada/portfolios/03-all/portfolio.json", "ada/portfolios/03-all/report.json",
        "ada/preferences.json", "ada/prices/MY-HOUSE.csv", "ada/strategies.json", "ada/watchlist.json",
    ]  # fmt: skip
    assert told(packed, "watchlist.json") == [{"note": "cheap?", "symbol": "VOD.L"}]
    assert told(packed, "labels.json") == [{"dimension": "sector", "name": "Fruit", "symbol": "AAPL"}]
    assert told(packed, "corrections.json") == [{"close": 70.0, "day": "2024-06-03", "symbol": "VOD.L"}]
    assert packed.read("ada/prices/MY-HOUSE.csv").decode().splitlines()[:2] == ["date,close", "2024-06-03,1000.0"]
    settings = told(packed, "portfolios/01-family/portfolio.json")
    assert (settings["benchmark"], settings["risk_free"], settings["accounts"]) == ("SPY", "0.0200", ["Bank"])


def test_a_report_is_what_the_command_prints(owner: User) -> None:
    report = told(exported(owner), "portfolios/01-family/report.json")

    assert report == reports("ada")["Family"]


def test_a_portfolio_without_figures_has_no_report(owner: User) -> None:
    Snapshot.objects.all().delete()

    assert all(stored_report(one) is None for one in owner.portfolios.all())
    assert "ada/portfolios/01-family/report.json" not in exported(owner).namelist()


def test_nothing_of_anybody_else_is_in_it(owner: User) -> None:
    eve = User.objects.create_user("eve")
    create("SECRET", "Eve's", "EUR", eve)

    packed = exported(owner)

    assert not any(b"SECRET" in packed.read(name) for name in packed.namelist())
    assert all(name.startswith("ada/") for name in packed.namelist())
