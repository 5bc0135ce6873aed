"""A sentence is its English text, and knows what it is made of."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date

from portfolios.accounting.sentences import Sentence

SOLD = Sentence("sells {n} on {day}.", n=5, day=date(2024, 6, 3))


def test_a_sentence_is_its_english_text() -> None:
    assert SOLD == "sells 5 on 2024-06-03."
    assert (SOLD.template, SOLD.values) == ("sells {n} on {day}.", {"n": 5, "day": "2024-06-03"})


def test_json_keeps_what_it_is_made_of_and_a_sentence_in_a_sentence_too() -> None:
    stored = json.loads(json.dumps(Sentence("The portfolio {why}", why=SOLD).stored))

    assert stored["message"] == "The portfolio sells 5 on 2024-06-03."
    assert stored["values"]["why"]["template"] == "sells {n} on {day}."


def test_a_copy_is_a_sentence_too() -> None:
    assert deepcopy(SOLD).values == SOLD.values
