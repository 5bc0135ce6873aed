"""`manage.py messages` merges and compiles; with --check it changes nothing, and fails where a text is missing."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings


def test_the_committed_texts_are_complete() -> None:
    told = StringIO()

    call_command("messages", "--check", stdout=told)

    assert "Deutsch: 0 of" in told.getvalue()


def test_a_new_language_has_every_text_and_none_is_translated(settings: Settings, tmp_path: Path) -> None:
    settings.LOCALE_PATHS, settings.LANGUAGES = [tmp_path], [("en", "English"), ("fr", "Français")]
    with pytest.raises(CommandError, match="Skip to content"):
        call_command("messages", "--check", stdout=StringIO())
    assert not (tmp_path / "fr").exists()

    call_command("messages", stdout=StringIO())

    assert 'msgid "Skip to content"' in (tmp_path / "fr/LC_MESSAGES/django.po").read_text()
    assert (tmp_path / "fr/LC_MESSAGES/django.mo").exists()
