"""What every template may use: the product's version and where its prices come from."""

from django.conf import settings
from django.http import HttpRequest


def product(_request: HttpRequest) -> dict[str, object]:
    return {"version": settings.VERSION, "simulated": settings.MARKET == "simulated"}
