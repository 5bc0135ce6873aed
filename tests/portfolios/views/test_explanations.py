import pytest
from django.test import Client

from portfolios.models import Portfolio

pytestmark = pytest.mark.django_db


def test_an_explanation_is_a_sheet_or_a_page(signed_in: Client, invested: Portfolio) -> None:
    address = f"/portfolios/{invested.pk}/explain/twr/"

    page = signed_in.get(address)
    sheet = signed_in.get(address, headers={"hx-request": "true"})

    assert "<html" in page.content.decode()
    assert "<html" not in sheet.content.decode()
    assert "Time-weighted return" in sheet.content.decode()
    assert "HX-Request" in sheet["Vary"]


def test_what_there_is_not_is_not_found(signed_in: Client, invested: Portfolio) -> None:
    assert signed_in.get(f"/portfolios/{invested.pk}/explain/fortune/").status_code == 404
