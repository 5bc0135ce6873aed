"""`{% why "twr" label %}`: the label of a figure, leading to how it came about."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def why(context: dict[str, Any], figure: str, label: str) -> SafeString | str:
    """A link that works alone; with JavaScript it opens over the page."""
    portfolio = context.get("portfolio")
    if portfolio is None:
        return label
    address = reverse("explain", args=[portfolio.pk, figure])
    return format_html(
        '<a class="why-link" href="{}" hx-get="{}" hx-target="#why" hx-swap="innerHTML">{}</a>', address, address, label
    )
