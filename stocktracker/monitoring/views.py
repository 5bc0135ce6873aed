"""Pages of the monitoring room: the health of market data, one instrument, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from portfolios.forms.prices import PriceForm
from pricing.models import Correction, Finding, Instrument
from stocktracker.jobs.selectors import JobList, my_jobs
from stocktracker.jobs.watching import Watch

from . import selectors, services
from .coverage import Filters, coverage
from .forms import RenameForm, SecondSourceForm
from .instruments import jobs_of, one_instrument
from .staff import StaffRequest, staff_only

UNPROCESSABLE = 422  # a form comes back with its errors
NOTHING_WORKS = gettext_lazy("Nothing works on it, and nothing did in the last minutes.")

LONGEST_NUMBER = 18  # digits of an address that are worth reading


@require_GET
@staff_only
def prices(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "breakers": selectors.breakers(now),
        "budgets": selectors.budgets(now),
        "layers": selectors.cache_layers(now.astimezone(UTC).date()),
        "coverage": coverage(Filters.of(request.GET), now),
        "statuses": Instrument.Status.choices,
    }
    return render(request, "monitoring/prices.html", context)


@require_GET
@staff_only
def instrument(request: StaffRequest, symbol: str) -> HttpResponse:
    """A finding named in the address fills the form of a price with its day and its value."""
    row = _instrument(symbol)
    finding = request.GET.get("finding", "")
    named = (
        row.findings.filter(pk=finding).first()
        if finding.isascii() and finding.isdecimal() and len(finding) < LONGEST_NUMBER
        else None
    )
    price = PriceForm(initial={"day": named.day, "close": named.value} if named else None)
    return _page(request, row, price=price, named=named)


def _instrument(symbol: str) -> Instrument:
    rows = Instrument.objects.select_related("entered_by")
    return get_object_or_404(rows, symbol=symbol.replace("\0", ""))  # PostgreSQL takes no such character


def _page(request: StaffRequest, row: Instrument, **forms: BaseForm | Finding | None) -> HttpResponse:
    """Forms that are not given are empty."""
    sent = any(isinstance(form, BaseForm) and form.errors for form in forms.values())
    one = one_instrument(row, timezone.now())
    context = {
        "one": one,
        "watch": _watch(request, row, one.jobs),
        "nothing": NOTHING_WORKS,
        "price": PriceForm(),
        "rename": RenameForm(),
        "second_source": SecondSourceForm(initial={"source": row.second_source}),
        **forms,
    }
    return render(request, "monitoring/instrument.html", context, status=UNPROCESSABLE if sent else 200)


@require_GET
@staff_only
def jobs(request: StaffRequest, symbol: str) -> HttpResponse:
    """The bar with the card; tells the page when the last job of either has ended."""
    row = _instrument(symbol)
    watch = _watch(request, row, jobs_of(row, timezone.now()))
    return watch.tell(render(request, "jobs/_card_poll.html", {"watch": watch, "nothing": NOTHING_WORKS}))


def _watch(request: StaffRequest, row: Instrument, shown: JobList) -> Watch:
    return Watch.of(request.GET, reverse("monitoring-jobs", args=[row.symbol]), my_jobs(request.user), shown)


@require_POST
@staff_only
def refetch(request: StaffRequest, symbol: str) -> HttpResponse:
    row = _instrument(symbol)
    return _done(request, row, lambda: services.refetch(row, request.user), _fetching(row))


def _fetching(row: Instrument) -> str:
    return _("The history of %(symbol)s is being fetched again: the job says how far it is.") % {"symbol": row}


@require_POST
@staff_only
def take(request: StaffRequest, symbol: str, finding: int) -> HttpResponse:
    row, found = _finding(symbol, finding)
    said = f"{_fetching(row)} {_('What was refused will be taken.')}"
    return _done(request, row, lambda: services.take(found, request.user), said)


@require_POST
@staff_only
def ignore(request: StaffRequest, symbol: str, finding: int) -> HttpResponse:
    row, found = _finding(symbol, finding)
    return _done(
        request, row, lambda: services.ignore(found, timezone.now()), _("Ignored, as long as the same is found.")
    )


@require_POST
@staff_only
def heed(request: StaffRequest, symbol: str, finding: int) -> HttpResponse:
    row, found = _finding(symbol, finding)
    return _done(request, row, lambda: services.heed(found), _("No longer ignored."))


def _finding(symbol: str, pk: int) -> tuple[Instrument, Finding]:
    row = _instrument(symbol)
    return row, get_object_or_404(row.findings, pk=pk)


@require_POST
@staff_only
def withdraw(request: StaffRequest, symbol: str, correction: int) -> HttpResponse:
    row = _instrument(symbol)
    entered: Correction = get_object_or_404(row.corrections.select_related("instrument"), pk=correction)
    said = _("The price of %(day)s is withdrawn.") % {"day": entered.session}
    return _done(request, row, lambda: services.withdraw_price(entered, request.user), said)


def _done(request: StaffRequest, row: Instrument, act: Callable[[], object], said: str) -> HttpResponse:
    """Back to the instrument with what was done, or why it cannot be."""
    try:
        act()
    except services.FixError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("monitoring-instrument", row.symbol)


@require_POST
@staff_only
def enter(request: StaffRequest, symbol: str) -> HttpResponse:
    row, form = _instrument(symbol), PriceForm(request.POST)
    if form.is_valid():
        day, close = form.cleaned_data["day"], float(form.cleaned_data["close"])
        try:
            services.enter(row, day, close, request.user, timezone.now())
        except services.FixError as error:
            form.add_error("day", str(error))
        else:
            told = _("The price of %(day)s is stored; the job lays it over the history.")
            messages.success(request, told % {"day": day})
            return redirect("monitoring-instrument", symbol)
    return _page(request, row, price=form)


@require_POST
@staff_only
def rename(request: StaffRequest, symbol: str) -> HttpResponse:
    row, form = _instrument(symbol), RenameForm(request.POST)
    if form.is_valid():
        try:
            services.rename(row, form.cleaned_data["symbol"], request.user)
        except services.FixError as error:
            form.add_error("symbol", str(error))
        else:
            told = _("%(symbol)s is %(row)s from now on.") % {"symbol": symbol, "row": row}
            messages.success(request, f"{told} {_fetching(row)}")
            return redirect("monitoring-instrument", row.symbol)
    return _page(request, row, rename=form)


@require_POST
@staff_only
def second_source(request: StaffRequest, symbol: str) -> HttpResponse:
    row, form = _instrument(symbol), SecondSourceForm(request.POST)
    if not form.is_valid():
        return _page(request, row, second_source=form)
    name = form.cleaned_data["source"]
    said = _("%(name)s is its second source.") % {"name": name.capitalize()} if name else _("It has no second source.")
    return _done(request, row, lambda: services.choose_second_source(row, name), said)
