"""Doorbells of the portfolios app."""

from __future__ import annotations

from django.utils import timezone

from stocktracker.jobs.kinds import job
from stocktracker.jobs.running import PostponedError, Run


@job("portfolios.check_import", queue="interactive", priority=1, title="Checking the file")
def check_import(run: Run, batch: int) -> None:
    from portfolios.models import ImportBatch
    from portfolios.services.imports import check, record
    from pricing.gateway import RefusedError
    from pricing.services.identify import PriceSource

    row = ImportBatch.objects.select_related("portfolio").filter(pk=batch, state=ImportBatch.State.CHECKING).first()
    if row is None:
        return
    run.progress(0, 2, "Reading the file")
    try:
        checked = check(row, timezone.now(), PriceSource())
    except RefusedError as refusal:
        raise PostponedError(str(refusal), refusal.seconds) from refusal
    run.progress(1, 2, "Storing the preview")
    with run.commit({"new": len(checked.new), "problems": len(checked.problems)}):
        record(row, checked)
