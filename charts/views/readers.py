"""What every view of backtests begins with: a request of somebody who is logged in, and a result he may see."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from charts import backtest_selectors as selectors
from charts.models import Backtest

NOT_FOUND, UNPROCESSABLE, SEE_OTHER = 404, 422, 303
Page: TypeAlias = HttpResponse


class UserRequest(HttpRequest):
    """What @login_required makes of a request."""

    user: User


def there(request: UserRequest, key: str) -> Backtest:
    """A result that was computed. Raises Http404."""
    row = selectors.result_of(request.user, key)
    if row is None or not row.is_there:
        raise Http404(_("There is no such result."))
    return row


def unknown(request: HttpRequest, template: str, **context: Any) -> Page:
    """A page that says why there is nothing here."""
    return render(request, template, context, status=NOT_FOUND)


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of the page."""
    return bool(request.headers.get("HX-Request"))
