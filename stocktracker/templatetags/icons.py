"""`{% icon "moon" %}`: a drawing of stocktracker/icons.svg, by name. A tag, as a page holds dozens of them."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Hidden from screen readers: the text beside it says the same."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css,
        static("stocktracker/icons.svg"),
        name,
    )
