"""Pages of the jobs room: the list of my jobs."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from . import selectors


@require_GET
@vary_on_headers("HX-Request")  # else «back» shows the part a poll has fetched
@login_required
def index(request: HttpRequest) -> HttpResponse:
    jobs = selectors.visible_jobs(request.user)
    template = "jobs/_list.html" if request.headers.get("HX-Request") else "jobs/index.html"
    return render(request, template, {"jobs": jobs})
