"""Files somebody has edited, damaged or made up: a sentence each time, and nothing stored."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from portfolios.models import Portfolio
from pricing.models import Instrument
from stocktracker.backup.exporting import export
from stocktracker.backup.importing import import_all
from stocktracker.backup.portable import ExportError

pytestmark = pytest.mark.django_db(transaction=True)
FAMILY = "portfolios/01-family/portfolio.json"


@pytest.fixture
def file(owner: User, tmp_path: Path) -> Path:
    path, packed = tmp_path / "ada.zip", io.BytesIO()
    export([owner], packed, timezone.now())
    path.write_bytes(packed.getvalue())
    return path


def stored() -> tuple[int, int, int]:
    return User.objects.count(), Portfolio.objects.count(), Instrument.objects.count()


def edited(path: Path, name: str, content: str) -> Path:
    other = path.with_name("edited.zip")
    with ZipFile(path) as packed, ZipFile(other, "w", ZIP_DEFLATED) as written:
        for one in packed.namelist():
            written.writestr(one, content if one == f"ada/{name}" else packed.read(one))
    return other


def with_fields(path: Path, **changes: Any) -> Path:
    with ZipFile(path) as packed:
        told = json.loads(packed.read(f"ada/{FAMILY}"))
    return edited(path, FAMILY, json.dumps(told | changes))


DIVIDEND = {"symbol": "AAPL", "account": "", "ex_date": "2024-06-05", "quantity": "1", "per_share": "1", "amount": "1",
            "currency": "USD"}  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"risk_free": "1e999998"},
        {"risk_free": "-1e-999998"},
        {"inflation": [1]},
        {"dismissed_dividends": [DIVIDEND | {"quantity": "1e16"}]},
        {"dismissed_dividends": [DIVIDEND | {"amount": "12345678901234567"}]},
        {"dismissed_dividends": [DIVIDEND, DIVIDEND]},
        {"targets": [{"dimension": "class", "name": "x", "weight": "1e99"}]},
        {"benchmark": {"a": 1}},
        {"name": "\0"},
    ],
)
def test_a_wrong_setting_is_a_sentence(file: Path, changes: dict[str, Any]) -> None:
    before = stored()

    with pytest.raises(ExportError, match=FAMILY):
        import_all(str(with_fields(file, **changes)), "grace", timezone.now())

    assert stored() == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("preferences.json", json.dumps({"email": "nobody"})),
        ("preferences.json", json.dumps({"email": "a" * 300 + "@example.org"})),
        ("preferences.json", json.dumps({"email": {"a": 1}})),
        ("watchlist.json", "[" * 100_000),
        ("alerts.json", json.dumps([{"symbol": "AAPL", "kind": "above", "threshold": "1e300"}])),
        ("prices/MY-HOUSE.csv", "date,close\n2024-06-03," + "1" * 200_000),
        ("prices/MY-HOUSE.csv", "date,close\n2024-06-03,1e999"),
    ],
)
def test_a_wrong_file_is_named(file: Path, name: str, content: str) -> None:
    before = stored()

    with pytest.raises(ExportError, match=name):
        import_all(str(edited(file, name, content)), "grace", timezone.now())

    assert stored() == before


def test_a_file_with_a_password_is_a_sentence(file: Path) -> None:
    """The bit that says so is set by hand: Python reads such files, and does not write them."""
    packed = bytearray(file.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = packed.find(signature)
        while at >= 0:
            packed[at + offset] |= 1
            at = packed.find(signature, at + 1)
    file.write_bytes(packed)

    with pytest.raises(ExportError, match=r"cannot be read: File .* is encrypted"):
        import_all(str(file), "grace", timezone.now())


def test_any_bit_that_turned_is_a_sentence_or_harmless(file: Path) -> None:
    whole, dice, before = file.read_bytes(), random.Random(3), stored()
    damaged = file.with_name("damaged.zip")
    refused = 0

    for number in range(40):
        changed = bytearray(whole)
        changed[dice.randrange(len(whole) // 2)] ^= 1 << dice.randrange(8)
        damaged.write_bytes(changed)
        try:
            import_all(str(damaged), f"user{number}", timezone.now())
        except ExportError:
            refused += 1
            assert not User.objects.filter(username=f"user{number}").exists()

    assert refused > 10
    assert stored() >= before


def test_ones_own_instrument_in_another_currency_is_another_one(file: Path, owner: User) -> None:
    Instrument.objects.filter(symbol="MY-HOUSE").update(currency="USD")

    import_all(str(file), "ada", timezone.now())

    assert dict(Instrument.objects.filter(status="manual").values_list("symbol", "currency")) == {
        "MY-HOUSE": "USD", "MY-HOUSE-2": "EUR",
    }  # fmt: skip
