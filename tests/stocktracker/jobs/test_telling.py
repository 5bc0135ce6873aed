from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from stocktracker.formats import STYLES, written_as
from stocktracker.jobs.telling import between, lasted, of_parts, result_as_facts, result_in_words

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""), (0, "1 ms"), (0.0421, "42 ms"), (1, "1.0 s"), (1.84, "1.8 s"), (45.4, "45 s"), (60, "1 min 00 s"),
        (125, "2 min 05 s"), (3600, "1 h 00 min"), (11_100, "3 h 05 min"), (86_400, "1 day"), (180_000, "2 days"),
    ],
)  # fmt: skip
def test_how_long_something_took(seconds: float | None, words: str) -> None:
    assert lasted(seconds) == words


def test_between_two_moments_and_nothing_where_they_do_not_belong_together() -> None:
    later = NOON + timedelta(seconds=90)

    assert between(NOON, later) == "1 min 30 s"
    assert [between(None, later), between(NOON, None), between(later, NOON)] == ["", "", ""]


def test_parts_and_how_many_came_to_nothing() -> None:
    assert of_parts(37, 120, 2) == "37 of 120 parts, 2 failed"
    assert of_parts(0, 1, 0) == "0 of 1 part"


def test_a_result_on_one_line() -> None:
    stored = {"gaps": 2, "missing": ["A", "B"], "refused": {}, "why_not": "", "none": None, "current": True}

    assert result_in_words(stored) == "gaps 2 · missing 2 · refused 0 · current yes"


def test_a_result_fact_by_fact() -> None:
    stored = {"failed parts": 1, "missing": ["A", "B"], "refused": {"C": 3}, "empty": [], "current": False, "note": ""}

    assert result_as_facts(stored) == [
        ("Failed parts", "1"), ("Missing", "2: A, B"), ("Refused", "1: C 3"), ("Empty", "0"), ("Current", "no"),
    ]  # fmt: skip


def test_of_a_long_list_the_first_are_named() -> None:
    assert result_as_facts({"symbols": list("ABCDEFGHIJ")}) == [("Symbols", "10: A, B, C, D, E, F, G, H and 2 more")]


@pytest.mark.parametrize("stored", [None, 3, [1, 2], "text"])
def test_a_result_of_another_version_is_no_error(stored: object) -> None:
    assert (result_in_words(stored), result_as_facts(stored)) == ("", [])


def test_all_of_it_is_told_in_the_readers_language() -> None:
    with override("de"), written_as(STYLES["de"]):
        assert (lasted(1.84), lasted(180_000)) == ("1,8 s", "2 Tage")
        assert of_parts(37, 120, 2) == "37 von 120 Teilen, 2 fehlgeschlagen"
        assert result_as_facts({"gaps": 2, "sent": True}) == [("Lücken", "2"), ("Verschickt", "ja")]
