import io
import json
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

import pytest

from stocktracker.backup import portable
from stocktracker.backup.portable import ExportError, Fields, Files, as_json, folder_of, folder_of_portfolio, objects


def files(**contents: str) -> Files:
    packed = ZipFile(io.BytesIO(), "w")
    for name, text in contents.items():
        packed.writestr(f"ada/{name.replace('_', '.')}", text)
    return Files(packed, "ada")


def test_folders_have_names_every_system_can_store() -> None:
    assert folder_of("ada.l@example.org", 7) == "ada.l@example.org"
    assert [folder_of(name, 7) for name in ("../ada", ".", "a/b", "")] == ["user~7"] * 4
    assert folder_of_portfolio(3, "Familie & Söhne") == "portfolios/03-familie-sohne"
    assert folder_of_portfolio(4, "日本") == "portfolios/04-portfolio"


def test_many_transactions_are_several_files_of_what_an_import_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portable, "ROWS_AT_MOST", 2)

    assert [name for name, _ in portable.parts_of(5)] == [
        "transactions.csv",
        "transactions-2.csv",
        "transactions-3.csv",
    ]
    assert [list(range(5))[which] for _, which in portable.parts_of(5)] == [[0, 1], [2, 3], [4]]


def test_numbers_keep_every_digit() -> None:
    assert json.loads(as_json({"weight": Decimal("0.600000000000000001")})) == {"weight": "0.600000000000000001"}


def test_what_is_missing_or_unreadable_is_named() -> None:
    some = files(alerts_json="[", labels_json="{}")

    with pytest.raises(ExportError, match=r"watchlist\.json is missing"):
        some.json("watchlist.json", list)
    with pytest.raises(ExportError, match=r"alerts\.json is not readable"):
        some.json("alerts.json", list)
    with pytest.raises(ExportError, match=r"labels\.json should be a JSON list"):
        some.json("labels.json", list)
    assert some.json("watchlist.json", list, missing=[]) == []


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"name": 5}, "name should be a text of 3 characters at most"),
        ({"name": "abcd"}, "name should be a text of 3 characters at most"),
        ({"name": "a", "weight": "NaN"}, "weight should be a number"),
        ({"name": "a", "weight": "a lot"}, "weight should be a number"),
        ({"name": "a", "weight": 1, "day": "tomorrow"}, "day should be a date like 2024-03-28"),
    ],
)
def test_a_wrong_value_is_said_with_its_place(told: dict[str, Any], sentence: str) -> None:
    fields = Fields("alerts.json, entry 2", told)

    with pytest.raises(ExportError, match=rf"alerts\.json, entry 2: {sentence}"):
        print(fields.text("name", 3), fields.number("weight"), fields.day("day"))


def test_entries_must_be_objects() -> None:
    assert [one.where for one in objects("alerts.json", [{}, {}])] == ["alerts.json, entry 1", "alerts.json, entry 2"]
    with pytest.raises(ExportError, match="entry 2 should be a JSON object"):
        objects("alerts.json", [{}, 5])
