"""Who may come in: staff. Others are told so, strangers are sent to the login."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """What @staff_only makes of a request."""

    user: User


def staff_only(view: View) -> View:
    """The view, for staff; 403 for whoever is somebody else."""

    @wraps(view)
    def checked(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(checked)
