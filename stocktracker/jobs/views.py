"""Pages of the jobs room: my jobs and the bar that tells of them, one job, the timetable; numbers and workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from stocktracker.monitoring.staff import StaffRequest, staff_only

from . import control, statistics
from .days import days
from .details import one_job, visible_job
from .listing import STATES, Filters, jobs_page, page_number
from .models import Job, State
from .overview import workshop
from .plan import last_runs, plan
from .selectors import my_jobs
from .titles import choices
from .watching import Watch

DAY, WEEK = timedelta(days=1), timedelta(days=7)  # rows are kept for a week


class UserRequest(HttpRequest):
    """What @login_required makes of a request."""

    user: User


def live(request: HttpRequest, page: str, poll: str, context: dict[str, Any]) -> HttpResponse:
    """The page, or what its poll gets of it."""
    watch: Watch = context["watch"]
    return watch.tell(render(request, poll if request.headers.get("HX-Request") else page, context))


@require_GET
@vary_on_headers("HX-Request")  # else «back» shows the part a poll has fetched
@login_required
def index(request: UserRequest) -> HttpResponse:
    found = jobs_page(request.user, Filters.of(request.GET))
    query = found.filters.with_page
    address = f"{reverse('jobs')}?{query}" if query else reverse("jobs")
    watch = Watch.of(request.GET, address, my_jobs(request.user), found.jobs)
    context = {"found": found, "watch": watch, "states": STATES, "kinds": choices()}
    return live(request, "jobs/index.html", "jobs/_index_poll.html", context)


@require_GET
@login_required
def bar(request: UserRequest) -> HttpResponse:
    watch = Watch.of(request.GET, reverse("jobs-bar"), my_jobs(request.user))
    return watch.tell(render(request, "jobs/_bar.html", {"watch": watch}))


@require_GET
@vary_on_headers("HX-Request")
@login_required
def detail(request: UserRequest, pk: int) -> HttpResponse:
    one = one_job(_mine(request, pk), page_number(request.GET.get("page", "")), timezone.now())
    address = f"{reverse('job', args=[pk])}?page={one.page}"
    watch = Watch.of(request.GET, address, my_jobs(request.user), one.shown)
    return live(request, "jobs/detail.html", "jobs/_detail_poll.html", {"one": one, "watch": watch})


def _mine(request: UserRequest, pk: int) -> Job:
    """Every job is reached through who asked for it; another's does not exist, but for staff."""
    job = visible_job(request.user, pk)
    if job is None:
        raise Http404
    return job


@require_POST
@login_required
def cancel(request: UserRequest, pk: int) -> HttpResponse:
    job = _mine(request, pk)
    stops = _("It stops at its next step and changes nothing any more.") if job.state == State.RUNNING else ""
    parts = _("Its parts that had not ended are cancelled with it.") if job.state == State.PARTS else ""
    done = " ".join(filter(None, [_("«%(job)s» is cancelled.") % {"job": job.title}, stops, parts]))
    left = _("«%(job)s» has ended already: nothing was cancelled.") % {"job": job.title}
    return _told(request, job, control.cancel, done, left)


@require_POST
@login_required
def retry(request: UserRequest, pk: int) -> HttpResponse:
    job = _mine(request, pk)
    done = _("«%(job)s» is tried again.") % {"job": job.title}
    left = _("«%(job)s» was left alone: it has neither failed nor been cancelled, or the same work is under way.")
    return _told(request, job, control.retry, done, left % {"job": job.title})


@require_POST
@login_required
def retry_parts(request: UserRequest, pk: int) -> HttpResponse:
    job = _mine(request, pk)
    done = _("The parts of «%(job)s» that failed are tried again.") % {"job": job.title}
    left = _("No part of «%(job)s» has failed.") % {"job": job.title}
    return _told(request, job, lambda job: control.retry_parts(job) > 0, done, left)


def _told(request: UserRequest, job: Job, act: Callable[[Job], bool], done: str, left: str) -> HttpResponse:
    """Back to the job with what was done, or why nothing was."""
    try:
        if act(job):
            messages.success(request, done)
        else:
            messages.warning(request, left)
    except OperationalError:  # somebody holds its row for longer than we wait
        told = _("«%(job)s» is being changed at this moment: try again.")
        messages.warning(request, told % {"job": job.title})
    return redirect("job", job.pk)


@require_GET
@login_required
def timetable(request: UserRequest) -> HttpResponse:
    return render(request, "jobs/timetable.html", {"plan": plan(timezone.now()), "runs": last_runs()})


@require_GET
@staff_only
def numbers(request: StaffRequest) -> HttpResponse:
    now, kind = timezone.now(), request.GET.get("kind", "")
    context = {
        "spans": [(name, statistics.recent(now - span)) for name, span in ((_("24 hours"), DAY), (_("7 days"), WEEK))],
        "days": days(now, kind if kind in dict(choices()) else ""),
        "kind": kind,
        "kinds": choices(),
    }
    return render(request, "jobs/statistics.html", context)


@require_GET
@staff_only
def workers(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    return render(request, "jobs/workers.html", {"workshop": workshop(now), "now": now})
