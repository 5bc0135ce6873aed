import csv
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.models import Portfolio

pytestmark = pytest.mark.django_db
FILES = ("performance/export.csv", "performance/drops.csv", "income/export.csv", "allocation/class/export.csv")


def read(client: Client, portfolio: Portfolio, file: str) -> list[dict[str, str]]:
    answer = client.get(f"/portfolios/{portfolio.pk}/{file}")
    assert answer["Content-Disposition"].startswith('attachment; filename="family-')
    return list(csv.DictReader(StringIO(answer.content.decode())))


def test_periods_come_with_all_digits_and_plain_dates(signed_in: Client, invested: Portfolio) -> None:
    rows = {row["period"]: row for row in read(signed_in, invested, "performance/export.csv")}

    stored = invested.snapshot.figures["periods"]["Max"]
    assert (rows["Max"]["start"], float(rows["Max"]["gain"])) == (stored["start"], stored["gain"])
    assert {"2024", "2024-06"} <= set(rows)


def test_groups_come_with_what_is_in_them(signed_in: Client, invested: Portfolio) -> None:
    rows = read(signed_in, invested, "allocation/class/export.csv")

    assert sum(float(row["weight"]) for row in rows) == pytest.approx(1, abs=1e-5)
    assert any("AAPL" in row["symbols"] for row in rows)
    assert signed_in.get(f"/portfolios/{invested.pk}/allocation/colour/export.csv").status_code == 404


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_nothing_is_empty_and_anothers_does_not_exist(
    signed_in: Client, portfolio: Portfolio, file: str
) -> None:
    his = Portfolio.objects.create(owner=User.objects.create(username="bob"), name="His")

    assert read(signed_in, portfolio, file) == []
    assert signed_in.get(f"/portfolios/{his.pk}/{file}").status_code == 404
