"""What the header of every page of a portfolio shows: the other ones."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

# Pages every portfolio has: the switch leads to the same one of another portfolio.
EVERYWHERE = {"dashboard", "holdings", "activity", "performance", "income", "allocation"}


def portfolios(request: HttpRequest) -> dict[str, Any]:
    """One query where a page shows the switch."""
    match = request.resolver_match
    here = match.url_name if match and match.url_name in EVERYWHERE else "dashboard"
    return {"my_portfolios": SimpleLazyObject(lambda: _mine(request)), "switch_to": here}


def _mine(request: HttpRequest) -> list[Any]:
    return list(request.user.portfolios.only("owner", "name", "is_combined")) if request.user.is_authenticated else []
