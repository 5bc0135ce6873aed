"""Sentences of calculations in the reader's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import override

from portfolios.accounting.entries import Entry, Kind, oversold_error
from portfolios.accounting.sentences import Sentence
from stocktracker.sentences import said

DAY = date(2024, 6, 3)
SALE = Entry(
    "row 3", DAY, Kind.SELL, 1, Decimal(5), Decimal(500), Decimal(0), Decimal(0), "USD", Decimal(1), symbol="AAPL"
)


def test_an_error_of_the_ledger_is_said_in_the_readers_language() -> None:
    error = oversold_error(SALE, Decimal(3))

    with override("de"):
        told = said(error)

    assert told.startswith("verkauft am 2024-06-03 5 AAPL, dann sind aber nur 3 im Bestand.")
    assert said(error) == str(error)


def test_what_json_keeps_is_said_in_it_too_and_what_is_in_it() -> None:
    stored = Sentence(
        "Together with this file, the portfolio {why}", why=oversold_error(SALE, Decimal(1)).sentence
    ).stored

    with override("de"):
        told = said(stored)

    assert told.startswith("Zusammen mit dieser Datei gilt: Das Portfolio verkauft am 2024-06-03 5 AAPL, dann ist")


def test_any_other_text_and_what_was_stored_before_is_as_it_is() -> None:
    assert said("Whatever.") == "Whatever."
    assert said({"line": 3, "message": "has columns twice: date."}) == "has columns twice: date."
    assert said(ValueError("Why not?")) == "Why not?"
