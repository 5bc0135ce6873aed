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


@job("portfolios.mail_alert", queue="interactive", priority=4, title="Mail of an alert")
def mail_alert(run: Run, alert: int) -> None:
    from portfolios.models import Alert
    from portfolios.services.alerts import mail

    row = Alert.objects.select_related("instrument", "user").filter(pk=alert).first()
    sent = row is not None and mail(row)
    with run.commit({"sent": sent}):
        if sent:
            Alert.objects.filter(pk=alert).update(mailed_at=timezone.now())


@job("portfolios.forget_changes", queue="housekeeping", priority=9, title="Forget old changes")
def forget_changes(run: Run) -> None:
    from portfolios.services.recording import forget

    with run.commit({"forgotten": forget(timezone.now())}):
        pass


@job("portfolios.demo", queue="interactive", priority=1, title="Making the demo portfolio")
def demo(run: Run, user: int) -> None:
    from django.contrib.auth.models import User
    from django.db import transaction

    from portfolios.services.demo import add_demo

    owner = User.objects.filter(pk=user).first()
    with transaction.atomic(), run.commit():
        if owner is not None:
            add_demo(owner, timezone.now().date())
