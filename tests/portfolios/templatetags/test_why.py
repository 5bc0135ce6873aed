from django.template import Context, Template

from portfolios.models import Portfolio

TEXT = '{% load why %}{% why "twr" label %}'


def test_a_label_leads_to_its_explanation_and_is_escaped() -> None:
    made = Template(TEXT).render(Context({"portfolio": Portfolio(pk=3), "label": "<b>"}))

    assert made == (
        '<a class="why-link" href="/portfolios/3/explain/twr/" hx-get="/portfolios/3/explain/twr/" hx-target="#why" '
        'hx-swap="innerHTML">&lt;b&gt;</a>'
    )


def test_without_a_portfolio_it_is_only_a_label() -> None:
    assert Template(TEXT).render(Context({"label": "<b>"})) == "&lt;b&gt;"
