"""`manage.py crosscheck`: our engine and bt."""

from io import StringIO

import pytest
from django.core.management import call_command

from charts.backtests.crosscheck import is_installed


@pytest.mark.skipif(is_installed(), reason="bt is there")
def test_it_says_how_to_install_what_it_compares_with() -> None:
    said = StringIO()

    call_command("crosscheck", stdout=said)

    assert "pip install --target DIR bt" in said.getvalue()


@pytest.mark.skipif(not is_installed(), reason="bt is no part of this program; installed beside it, it is compared")
def test_it_prints_how_far_they_are_apart() -> None:
    said = StringIO()

    call_command("crosscheck", stdout=said)

    assert said.getvalue().count("apart") == 5
