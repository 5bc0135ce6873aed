"""The page about the speed of the product, as manage.py perf --save found it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from . import speed as measurements
from .staff import StaffRequest, staff_only


@require_GET
@staff_only
def speed(request: StaffRequest) -> HttpResponse:
    return render(request, "monitoring/speed.html", {"speed": measurements.speed()})
