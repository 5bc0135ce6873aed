"""What every template may use: the product's version, its style sheets, and where its prices come from."""

from django.conf import settings
from django.http import HttpRequest

SHEETS = (
    "stocktracker/tokens.css",
    "stocktracker/layout.css",
    "stocktracker/parts.css",
    "stocktracker/pages.css",
    "charts/charts.css",
    "charts/backtests.css",
    "portfolios/portfolios.css",
)


def product(_request: HttpRequest) -> dict[str, object]:
    return {"version": settings.VERSION, "simulated": settings.MARKET == "simulated", "sheets": SHEETS}
