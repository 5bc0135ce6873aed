"""Sentences of calculations, which know no languages, in the reader's: of their templates and their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from portfolios.accounting.sentences import Sentence


def said(text: object) -> str:
    """Of a sentence, of an error that was raised with one, or of what JSON keeps of it; any other text is as it is."""
    if isinstance(text, Exception) and text.args:
        text = text.args[0]
    if isinstance(text, Sentence):
        return _filled(text.template, text.values)
    if isinstance(text, Mapping):
        return _filled(text["template"], text["values"]) if "template" in text else str(text.get("message", ""))
    return str(text)


def _filled(template: str, values: Mapping[str, Any]) -> str:
    return gettext(template).format(**{name: said(value) for name, value in values.items()})
