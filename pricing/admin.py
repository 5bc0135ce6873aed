"""The price source's breaker in the admin: state, reason, transitions, force and reset; instruments and findings."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from .models import Finding, Instrument, Upstream, UpstreamTransition
from .upstream.circuit import Circuit, Forced


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object | None = None) -> bool:
        return False


class Transitions(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    model = UpstreamTransition
    fields = ["at", "before", "after", "reason"]
    readonly_fields = ["at", "before", "after", "reason"]
    extra = 0
    can_delete = False

    def has_add_permission(self, _request: HttpRequest, _obj: object | None = None) -> bool:
        return False


@admin.register(Upstream)
class UpstreamAdmin(ReadOnly):
    list_display = ["name", "state", "forced", "reason", "open_until", "failures", "hour_count", "day_count"]
    inlines = [Transitions]
    actions = ["force_open", "force_closed", "let_go", "reset"]

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may only look may not act: an action asks for the permission to change price sources."""
        return request.user.has_perm("pricing.change_upstream")

    @admin.action(description="Force open: ask nothing upstream", permissions=["operate"])
    def force_open(self, request: HttpRequest, chosen: QuerySet[Upstream]) -> None:
        reason = f"forced open by {request.user}"
        self._alter(request, chosen, lambda circuit: circuit.force(Forced.OPEN, reason))

    @admin.action(description="Force closed: ask whatever happens", permissions=["operate"])
    def force_closed(self, request: HttpRequest, chosen: QuerySet[Upstream]) -> None:
        reason = f"forced closed by {request.user}"
        self._alter(request, chosen, lambda circuit: circuit.force(Forced.CLOSED, reason))

    @admin.action(description="Let go: no longer forced", permissions=["operate"])
    def let_go(self, request: HttpRequest, chosen: QuerySet[Upstream]) -> None:
        self._alter(request, chosen, lambda circuit: circuit.force(None))

    @admin.action(description="Reset: closed, nothing counted", permissions=["operate"])
    def reset(self, request: HttpRequest, chosen: QuerySet[Upstream]) -> None:
        self._alter(request, chosen, Circuit.reset)

    def _alter(self, request: HttpRequest, chosen: QuerySet[Upstream], alter: Callable[[Circuit], Circuit]) -> None:
        for name in chosen.values_list("pk", flat=True):
            with transaction.atomic():
                row = Upstream.locked(name)
                row.move(alter(row.circuit), timezone.now())
        self.message_user(request, "Done. What changed is listed below the price source.", messages.SUCCESS)


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
