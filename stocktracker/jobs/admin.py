"""Jobs in the admin: see state and progress, retry, cancel. Rows are never typed by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from . import control
from .models import Job, KindDay
from .selectors import JobRow, job_rows, with_parts


class ShownOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that are shown, never edited; the actions change what may be changed."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


class JobChanges(ChangeList):
    """A page of jobs with their progress: one round trip to Redis, not one for each."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        for row in job_rows(self.result_list):
            row.job.progress_row = row  # type: ignore[attr-defined]  # for the column


@admin.register(Job)
class JobAdmin(ShownOnly):
    list_display = [
        "id",
        "title",
        "state",
        "progress",
        "requested_by",
        "attempts",
        "queue",
        "created_at",
        "finished_at",
    ]
    list_filter = ["state", "queue", "kind", "created_at"]
    search_fields = ["=id", "key", "kind", "subject", "error", "requested_by__username"]
    ordering = ["-id"]
    actions = ["retry", "retry_parts", "cancel"]
    list_select_related = ["requested_by"]
    raw_id_fields = ["parent"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return with_parts(super().get_queryset(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ARG002 — Django's own
        return JobChanges

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may only look may not act: an action asks for the permission to change jobs."""
        return request.user.has_perm("jobs.change_job")

    @admin.display(description="progress")
    def progress(self, job: Job) -> str:
        row: JobRow | None = getattr(job, "progress_row", None)
        return (row and row.progress) or "—"

    @admin.action(description="Retry what failed or was cancelled", permissions=["operate"])
    def retry(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        self._each(request, chosen, control.retry, "sent to the queue again", "neither failed nor cancelled")

    @admin.action(description="Retry failed parts", permissions=["operate"])
    def retry_parts(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        self._each(request, chosen, _retry_parts, "whose parts are tried again", "no part of theirs has failed")

    @admin.action(description="Cancel what waits or runs, with its parts", permissions=["operate"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        self._each(request, chosen, control.cancel, "cancelled", "ended already")

    def _each(
        self, request: HttpRequest, chosen: QuerySet[Job], act: Callable[[Job], bool], done: str, left: str
    ) -> None:
        acted = sum(act(job) for job in chosen)
        if acted:
            self.message_user(request, f"{acted} {done}.", messages.SUCCESS)
        if rest := len(chosen) - acted:
            self.message_user(request, f"{rest} left alone: {left}.", messages.WARNING)


def _retry_parts(job: Job) -> bool:
    return control.retry_parts(job) > 0


@admin.register(KindDay)
class KindDayAdmin(ShownOnly):
    list_display = ["day", "kind", "done", "failed", "cancelled", "retried", "p50_seconds", "p95_seconds"]
    list_filter = ["kind"]
    date_hierarchy = "day"
