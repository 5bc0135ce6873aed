import io
import re
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from portfolios.models import Alert, Label, Portfolio, ProposedDividend, Target, Watched
from portfolios.services.rebuilds import request_rebuilds_of
from pricing.models import Correction, Instrument
from stocktracker.backup.exporting import export
from stocktracker.backup.importing import Taken, import_all
from stocktracker.backup.portable import ExportError
from stocktracker.preferences.models import Preferences

from .conftest import work
from .reported import reports

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(owner: User, tmp_path: Path) -> Path:
    path, packed = tmp_path / "ada.zip", io.BytesIO()
    export([owner], packed, timezone.now())
    path.write_bytes(packed.getvalue())
    return path


def taken(path: Path, username: str, whose: str = "") -> Taken:
    return import_all(str(path), username, timezone.now(), whose=whose)


def changed(path: Path, name: str, change: Callable[[str], str]) -> Path:
    other = path.with_name("changed.zip")
    with ZipFile(path) as packed, ZipFile(other, "w") as written:
        for one in packed.namelist():
            text = packed.read(one).decode()
            written.writestr(one, change(text) if one == f"ada/{name}" else text)
    return other


def without_numbers(reported: dict[str, dict[str, object]]) -> str:
    """As if the own instrument were called as before, and without the numbers of portfolios."""
    return re.sub(r"(Family|short») \(\d+\)", r"\1", str(reported).replace("MY-HOUSE-2", "MY-HOUSE"))


def test_a_fresh_account_reports_the_same_after_its_rebuild(file: Path, owner: User) -> None:
    before = reports("ada")

    result = taken(file, "grace")
    work()

    assert (len(result.portfolios), result.transactions) == (2, 7)
    assert without_numbers(reports("grace")) == without_numbers(before)
    grace = User.objects.get(username="grace")
    assert (grace.email, grace.has_usable_password()) == ("ada@example.org", False)
    assert Instrument.objects.get(symbol="MY-HOUSE-2").entered_by == grace


def test_wishes_come_along(file: Path) -> None:
    result = taken(file, "grace")

    mine = {"user__username": "grace"}
    assert Watched.objects.get(**mine).note == "cheap?"
    assert str(Alert.objects.get(**mine).threshold.normalize()) == "99.5"
    assert Label.objects.get(**mine).name == "Fruit"
    assert Preferences.objects.get(**mine).currency == "EUR"
    family = Portfolio.objects.get(owner__username="grace", name="Family")
    assert str(Target.objects.get(portfolio=family).weight) == "0.60000"
    assert ProposedDividend.objects.get(portfolio=family).state == "dismissed"
    assert result.left_out == ["1 corrected prices were left out: others would see them too, so only staff enter such."]


def test_into_the_same_account_names_get_a_number_and_what_is_there_stays(file: Path, owner: User) -> None:
    prices = Correction.objects.count()

    taken(file, "ada")
    taken(file, "ada")

    names = sorted(owner.portfolios.filter(is_combined=False).values_list("name", flat=True))
    short = "Trading, «short»"
    assert names == ["Family", "Family (2)", "Family (3)", short, f"{short} (2)", f"{short} (3)"]
    assert Alert.objects.filter(user=owner).count() == Watched.objects.filter(user=owner).count() == 1
    assert Instrument.objects.filter(entered_by=owner).count() == 1
    assert Correction.objects.count() == prices


def test_on_another_machine_every_symbol_is_asked_for(file: Path, owner: User) -> None:
    owner.portfolios.all().delete()
    owner.delete()
    Instrument.objects.all().delete()

    taken(file, "ada")

    status = dict(Instrument.objects.values_list("symbol", "status"))
    assert status["AAPL"] == "new"
    assert status["MY-HOUSE"] == "manual"
    assert request_rebuilds_of(Portfolio.objects.values_list("pk", flat=True)) == []  # they are asked for already


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("portfolios/01-family/transactions.csv", ",buy,", ",bye,", r"transactions\.csv, line 3: «bye» is not a kind"),
        ("portfolios/01-family/transactions.csv", "sell,AAPL,1", "sell,AAPL,9", "more than|only"),
        ("portfolios/01-family/portfolio.json", '"USD"', '"dollars"', "base_currency should be a text of 3"),
        ("portfolios/01-family/portfolio.json", '"SPY"', '"S PY"', "benchmark: Write a ticker"),
        ("portfolios/01-family/portfolio.json", '"0.60000"', '"1.5"', "weight should be from 0 to 1"),
        ("prices/MY-HOUSE.csv", "1001.0", "free", r"prices/MY-HOUSE\.csv, line 3: close should be a number"),
        ("alerts.json", "above", "often", r"alerts\.json, entry 1: "),
        ("labels.json", "sector", "taste", "«taste» is no dimension"),
        ("about.json", '"format": 1', '"format": 9', "Its format is 9; this version reads 1"),
        ("preferences.json", '"EUR"', '"EU1"', r"preferences\.json: currency: Write a currency"),
    ],
)
def test_one_mistake_anywhere_and_nothing_is_stored(file: Path, name: str, old: str, new: str, sentence: str) -> None:
    wrong = changed(file, name, lambda text: text.replace(old, new))

    with pytest.raises(ExportError, match=sentence):
        taken(wrong, "grace")

    assert not User.objects.filter(username="grace").exists()
    assert Portfolio.objects.count() == 3


def test_somebody_elses_own_instrument_cannot_be_named(file: Path, owner: User) -> None:
    from pricing.services.manual import create

    create("VAULT", "Eve's", "EUR", User.objects.create_user("eve"))
    wrong = changed(file, "watchlist.json", lambda text: text.replace("VOD.L", "MY-VAULT"))

    with pytest.raises(ExportError, match="MY-VAULT is somebody else's own instrument"):
        taken(wrong, "grace")


def test_of_several_people_one_must_be_named(owner: User, tmp_path: Path) -> None:
    eve, path, packed = User.objects.create_user("eve"), tmp_path / "two.zip", io.BytesIO()
    export([owner, eve], packed, timezone.now())
    path.write_bytes(packed.getvalue())

    with pytest.raises(ExportError, match="say with --from whose files to take: ada, eve"):
        taken(path, "grace")
    with pytest.raises(ExportError, match="There is nobody called «bob»"):
        taken(path, "grace", "bob")
    assert taken(path, "grace", "eve").portfolios == []


def test_any_other_file_is_called_so(tmp_path: Path) -> None:
    text, other = tmp_path / "a.zip", tmp_path / "b.zip"
    text.write_text("hello")
    with ZipFile(other, "w") as packed:
        packed.writestr("readme", "")

    with pytest.raises(ExportError, match="cannot be read"):
        taken(text, "grace")
    with pytest.raises(ExportError, match="not made by export_all"):
        taken(other, "grace")
    with pytest.raises(ExportError, match="cannot be read"):
        taken(tmp_path / "missing.zip", "grace")
