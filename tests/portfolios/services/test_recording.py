from datetime import timedelta

import pytest
from django.utils import timezone

from portfolios.accounting.entries import Kind
from portfolios.models import Change, ImportBatch, Portfolio
from portfolios.services.recording import KEPT, forget, record, record_import
from tests.portfolios.given import listed, typed

pytestmark = pytest.mark.django_db


def test_a_change_keeps_rows_as_they_were_and_as_they_are(portfolio: Portfolio) -> None:
    row = typed(portfolio, Kind.BUY, "2024-01-02", listed("KO"), "10", price="60")

    change = record(portfolio, portfolio.owner_id, Change.Kind.EDITED, [{"id": 7}], [row.pk])

    assert (change.before, [after["quantity"] for after in change.after]) == ([{"id": 7}], ["10"])


def test_an_import_keeps_how_many_rows_there_were_and_their_digest(portfolio: Portfolio) -> None:
    batch = ImportBatch.objects.create(portfolio=portfolio, filename="a.csv", content=b"")
    typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="5", batch=batch)

    change = record_import(batch, portfolio.owner_id)

    assert (change.kind, change.batch, change.after[0]["rows"]) == (Change.Kind.IMPORTED, batch, 1)


def test_changes_are_forgotten_after_ninety_days(portfolio: Portfolio) -> None:
    now = timezone.now()
    old, young = (Change.objects.create(portfolio=portfolio, kind=Change.Kind.CREATED) for _ in range(2))
    Change.objects.filter(pk=old.pk).update(made_at=now - KEPT - timedelta(hours=1))
    Change.objects.filter(pk=young.pk).update(made_at=now - KEPT + timedelta(hours=1))

    assert (forget(now), list(Change.objects.all())) == (1, [young])
