"""What was changed in a ledger, by whom, and how it was before: enough to take it back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .portfolio import ImportBatch, Portfolio


class Change(models.Model):
    """Written in the transaction of the change itself. A file's rows are not repeated: `after` is their digest."""

    class Kind(models.TextChoices):
        CREATED = "created", _("Added")
        EDITED = "edited", _("Edited")
        DELETED = "deleted", _("Deleted")
        IMPORTED = "imported", _("Imported")

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="changes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    before = models.JSONField(default=list, help_text="rows as they were")
    after = models.JSONField(default=list, help_text="rows as they became; of an import: how many, and their digest")
    batch = models.ForeignKey(ImportBatch, models.CASCADE, null=True, related_name="changes")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["portfolio", "-id"], name="change_latest")]
