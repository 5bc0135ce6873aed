"""Jobs in the admin: see state and progress, retry, cancel. Rows are never typed by hand."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from . import services
from .models import Job, State
from .progress import read_progress


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ["id", "title", "state", "progress", "queue", "priority", "attempts", "created_at", "finished_at"]
    list_filter = ["state", "kind", "queue"]
    search_fields = ["key", "kind", "error"]
    ordering = ["-id"]
    actions = ["retry", "cancel"]
    list_select_related = ["requested_by"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Job | None = None) -> bool:
        """Shown, never edited; the actions change what may be changed."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Job | None = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may only look may not act: an action asks for the permission to change jobs."""
        return request.user.has_perm("jobs.change_job")

    @admin.display(description="progress")
    def progress(self, job: Job) -> str:
        advance = read_progress([job.pk]).get(job.pk) if job.state == State.RUNNING else None
        return f"{advance.percent}% {advance.message}" if advance else "—"

    @admin.action(description="Retry what failed or was cancelled", permissions=["operate"])
    def retry(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        self._each(request, chosen, services.retry, "sent to the queue again", "neither failed nor cancelled")

    @admin.action(description="Cancel what is waiting", permissions=["operate"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        self._each(request, chosen, services.cancel, "cancelled", "not waiting any more")

    def _each(
        self, request: HttpRequest, chosen: QuerySet[Job], act: Callable[[Job], bool], done: str, left: str
    ) -> None:
        acted = sum(act(job) for job in chosen)
        if acted:
            self.message_user(request, f"{acted} {done}.", messages.SUCCESS)
        if rest := len(chosen) - acted:
            self.message_user(request, f"{rest} left alone: {left}.", messages.WARNING)
