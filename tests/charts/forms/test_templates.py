from typing import Any

import pytest
from django.template.loader import get_template

from charts.backtests.request import as_data, read
from charts.forms.templates import TEMPLATES, template_of


@pytest.mark.parametrize("slug", TEMPLATES)
def test_every_template_has_its_sentence(slug: str) -> None:
    assert get_template(TEMPLATES[slug].sentence) is not None


@pytest.mark.parametrize(
    ("strategy", "flows", "slug"),
    [
        ({"kind": "hold", "weights": {"A": 1}}, [], "hold"),
        ({"kind": "hold", "weights": {"A": 1}}, [{"amount": 5}], "contributions"),
        ({"kind": "hold", "weights": {"A": 1}}, [{"amount": -5}], "withdrawals"),
        ({"kind": "allocation", "weights": {"A": 1}, "every": "year"}, [], "allocation"),
        ({"kind": "crossover", "symbol": "A"}, [{"amount": 5}], "crossover"),
        ({"kind": "dual_momentum", "symbols": ["A"], "refuge": "B"}, [], "dual-momentum"),
        ({"kind": "untraded", "portfolio": 1, "since": "2020-01-01"}, [], "untraded"),
    ],
)
def test_a_request_is_said_by_its_template(strategy: dict[str, Any], flows: list[Any], slug: str) -> None:
    assert template_of(as_data(read({"strategy": strategy, "flows": flows}))).slug == slug
