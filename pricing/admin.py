"""The breakers in the admin: state, reason, transitions, force and reset; budgets, instruments and findings."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from .models import Breaker, BreakerTransition, Finding, Instrument, Upstream
from .upstream.circuit import Circuit, Forced


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object | None = None) -> bool:
        return False


class Transitions(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    model = BreakerTransition
    fields = ["at", "before", "after", "reason"]
    readonly_fields = ["at", "before", "after", "reason"]
    extra = 0
    can_delete = False

    def has_add_permission(self, _request: HttpRequest, _obj: object | None = None) -> bool:
        return False


@admin.register(Breaker)
class BreakerAdmin(ReadOnly):
    list_display = ["source", "family", "state", "forced", "reason", "open_until", "failures"]
    inlines = [Transitions]
    actions = ["force_open", "force_closed", "let_go", "reset"]

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may only look may not act: an action asks for the permission to change breakers."""
        return request.user.has_perm("pricing.change_breaker")

    @admin.action(description="Force open: ask nothing upstream", permissions=["operate"])
    def force_open(self, request: HttpRequest, chosen: QuerySet[Breaker]) -> None:
        reason = f"forced open by {request.user}"
        self._alter(request, chosen, lambda circuit: circuit.force(Forced.OPEN, reason))

    @admin.action(description="Force closed: ask whatever happens", permissions=["operate"])
    def force_closed(self, request: HttpRequest, chosen: QuerySet[Breaker]) -> None:
        reason = f"forced closed by {request.user}"
        self._alter(request, chosen, lambda circuit: circuit.force(Forced.CLOSED, reason))

    @admin.action(description="Let go: no longer forced", permissions=["operate"])
    def let_go(self, request: HttpRequest, chosen: QuerySet[Breaker]) -> None:
        self._alter(request, chosen, lambda circuit: circuit.force(None))

    @admin.action(description="Reset: closed, nothing counted", permissions=["operate"])
    def reset(self, request: HttpRequest, chosen: QuerySet[Breaker]) -> None:
        self._alter(request, chosen, Circuit.reset)

    def _alter(self, request: HttpRequest, chosen: QuerySet[Breaker], alter: Callable[[Circuit], Circuit]) -> None:
        for source, family in chosen.values_list("source", "family"):
            with transaction.atomic():
                row = Breaker.locked(source, family)
                row.move(alter(row.circuit), timezone.now())
        self.message_user(request, "Done. What changed is listed below the breaker.", messages.SUCCESS)


@admin.register(Upstream)
class UpstreamAdmin(ReadOnly):
    """The budget of each source: what was asked this hour and today."""

    list_display = ["name", "hour_count", "hour_started_at", "day_count", "day_started_at"]


@admin.register(Instrument)
class InstrumentAdmin(ReadOnly):
    list_display = ["symbol", "name", "status", "quote_type", "currency", "exchange", "calendar", "fetched_at"]
    list_filter = ["status", "quote_type", "calendar"]
    search_fields = ["symbol", "name"]


@admin.register(Finding)
class FindingAdmin(ReadOnly):
    """What looks wrong in a history: a list to read, for nothing here can be mended by hand."""

    list_display = ["instrument", "kind", "day", "message", "found_at"]
    list_filter = ["kind"]
    list_select_related = ["instrument"]
    search_fields = ["instrument__symbol", "message"]
