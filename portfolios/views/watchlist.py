"""The watchlist: what is watched, the alerts, and what became of them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from portfolios.forms.watchlist import AlertForm, NoteForm, WatchForm
from portfolios.models import Alert, Watched
from portfolios.pages.watchlist import watchlist as read
from portfolios.services import alerts
from portfolios.services import watchlist as service

from .owned import Page, UserRequest, form_page, sent

LONGEST_MOMENT = 40  # characters of a time that are worth reading


@require_http_methods(["GET", "POST"])
@login_required
def watchlist(request: UserRequest) -> Page:
    form = WatchForm(sent(request), user_id=request.user.pk)
    if form.is_valid():
        row, new = service.watch(request.user, form.cleaned_data["symbol"])
        if form.cleaned_data["note"]:
            service.note(row, form.cleaned_data["note"])
        told = _("%(symbol)s is on your watchlist.") if new else _("%(symbol)s is on your watchlist already.")
        messages.success(request, told % {"symbol": row})
        return redirect("watchlist")
    return form_page(request, "portfolios/watchlist.html", form, page=read(request.user, timezone.now()))


@require_POST
@login_required
def watched_note(request: UserRequest, watched: int) -> Page:
    row = _watched(request, watched)
    form = NoteForm(request.POST, instance=row)
    if form.is_valid():
        service.note(row, form.cleaned_data["note"])
    else:
        messages.error(request, _("The note is too long."))
    return redirect("watchlist")


@require_POST
@login_required
def watched_remove(request: UserRequest, watched: int) -> Page:
    row = _watched(request, watched)
    gone = service.unwatch(row)
    told = [_("%(symbol)s is off your watchlist.") % {"symbol": row}]
    if gone:
        told += [ngettext("%(count)d alert went with it.", "%(count)d alerts went with it.", gone) % {"count": gone}]
    messages.success(request, " ".join(told))
    return redirect("watchlist")


@require_http_methods(["GET", "POST"])
@login_required
def alert_new(request: UserRequest, watched: int) -> Page:
    row = _watched(request, watched)
    form = AlertForm(sent(request), instance=Alert(user=request.user, instrument=row.instrument))
    if form.is_valid():
        form.save()
        messages.success(request, _("The alert is set: %(alert)s.") % {"alert": form.instance})
        return redirect("watchlist")
    return form_page(request, "portfolios/alert_form.html", form, row=row)


@require_POST
@login_required
def alert_arm(request: UserRequest, alert: int) -> Page:
    row = _alert(request, alert)
    alerts.arm(row, timezone.now())
    messages.success(request, _("The alert is set: %(alert)s.") % {"alert": row})
    return redirect("watchlist")


@require_POST
@login_required
def alert_remove(request: UserRequest, alert: int) -> Page:
    _alert(request, alert).delete()
    messages.success(request, _("The alert is gone."))
    return redirect("watchlist")


@require_POST
@login_required
def alerts_seen(request: UserRequest) -> Page:
    """From any page: the notice goes and the page stays."""
    until = parse_datetime(request.POST.get("until", "")[:LONGEST_MOMENT])
    if until is not None and is_aware(until):
        alerts.see(request.user, until)
    if request.headers.get("HX-Request"):
        return render(request, "portfolios/_alerts.html", {"alerts": {}})
    return redirect("watchlist")


def _watched(request: UserRequest, pk: int) -> Watched:
    return get_object_or_404(Watched.objects.select_related("instrument__quote"), pk=pk, user=request.user)


def _alert(request: UserRequest, pk: int) -> Alert:
    return get_object_or_404(Alert.objects.select_related("instrument"), pk=pk, user=request.user)
