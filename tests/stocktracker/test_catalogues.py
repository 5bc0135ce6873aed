"""Every text is collected, is there in every language, keeps its placeholders, and the compiled file is of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog
from django.conf import settings
from pytest_django import Settings

from stocktracker import catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|</?\w+")
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """(source, translation) of every text; a plural is two."""
    for message in catalogues.stored(language):
        if isinstance(message.id, tuple | list):
            yield from zip(message.id, message.string or (), strict=True)
        elif message.id:
            yield message.id, str(message.string)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_without_a_translation(language: str) -> None:
    assert catalogues.missing(language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_source_and_no_others(language: str) -> None:
    other = [
        (source, told)
        for source, told in pairs(language)
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(told))
    ]

    assert other == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_of_the_committed_texts(language: str) -> None:
    compiled = (catalogues.folder(language) / "django.mo").read_bytes()

    assert compiled == catalogues.compiled(catalogues.stored(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_kept_that_nobody_says_any_more(language: str) -> None:
    said = {(message.context, message.id) for message in catalogues.collected()}

    assert [message.id for message in catalogues.stored(language) if (message.context, message.id) not in said] == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Skip to content", "stocktracker/templates/base.html"),
        ("Saved. The figures are being computed.", "portfolios/views/activity.py"),
        (
            "«{text}» is not a date. Write it as YYYY-MM-DD, like 2024-03-28.",
            "portfolios/accounting/importers/native.py",
        ),
        ("Reading the file", "portfolios/tasks.py"),
        ("History of {symbol}", "jobs"),
        ("Return of capital", "portfolios/accounting/entries.py"),
        ("Time-weighted return (TWR)", "portfolios/figures.py"),
    ],
)
def test_texts_of_templates_code_and_data_are_collected(text: str, where: str) -> None:
    found = catalogues.collected().get(text)

    assert found is not None
    assert where in {place for place, _ in found.locations}


def test_texts_are_merged_and_compiled_and_what_is_not_said_any_more_goes(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    said = Catalog()
    said.add("Good morning", string="")
    monkeypatch.setattr(catalogues, "collected", lambda: said)

    assert catalogues.update("de") == ["Good morning"]

    (tmp_path / "de/LC_MESSAGES/django.po").write_text(
        'msgid "Good morning"\nmsgstr "Guten Morgen"\n\nmsgid "Good night"\nmsgstr "Gute Nacht"\n'
    )
    assert catalogues.update("de") == catalogues.missing("de") == []
    assert [message.id for message in catalogues.stored("de") if message.id] == ["Good morning"]
    assert b"Guten Morgen" in (tmp_path / "de/LC_MESSAGES/django.mo").read_bytes()
