from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail as outbox
from django.utils import timezone

from portfolios.models import Alert, Change, ImportBatch, Portfolio
from portfolios.services.imports import upload
from portfolios.tasks import check_import, forget_changes, mail_alert
from pricing.models import Instrument
from pricing.simulator.control import Market
from stocktracker.jobs.models import State
from stocktracker.jobs.services import enqueue
from tests.portfolios.given import ran

pytestmark = pytest.mark.django_db(transaction=True)

FILE = b"date,kind,symbol,quantity,price\n2024-01-02,buy,AAPL,1,190\n"


def test_the_preview_is_stored_together_with_the_end_of_the_job(portfolio: Portfolio, market: Market) -> None:
    batch, job = upload(portfolio, "a.csv", FILE, portfolio.owner_id)

    done = ran(job, check_import)

    batch.refresh_from_db()
    assert (done.state, done.result) == (State.DONE, {"new": 1, "problems": 0})
    assert batch.state == ImportBatch.State.READY


def test_a_throttled_market_postpones_the_check_and_loses_nothing(portfolio: Portfolio, market: Market) -> None:
    market.throttle()
    batch, job = upload(portfolio, "a.csv", FILE, portfolio.owner_id)

    seen = []
    for _ in range(3):  # the first 429 opens the breaker, and from then on nothing is sent at all
        ran(job, check_import)
        seen.append((job.max_attempts - job.attempts, len(market.requests())))

    batch.refresh_from_db()
    assert (batch.state, bytes(batch.content)) == (ImportBatch.State.CHECKING, FILE)
    assert job.state == State.QUEUED
    assert seen == [(4, seen[0][1])] * 3


def test_a_file_that_was_checked_already_is_left_as_it_is(portfolio: Portfolio, market: Market) -> None:
    batch, job = upload(portfolio, "a.csv", FILE, portfolio.owner_id)
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.APPLIED, content=b"")

    done = ran(job, check_import)

    batch.refresh_from_db()
    assert (done.state, batch.state) == (State.DONE, ImportBatch.State.APPLIED)
    assert market.requests() == []


def test_a_mail_of_an_alert_is_sent_once(user: User, apple: Instrument) -> None:
    User.objects.update(email="ada@example.org")
    row = Alert.objects.create(
        user=user, instrument=apple, threshold=1, active=False, triggered_at=timezone.now(), triggered_price=2
    )

    results = [ran(enqueue("portfolios.mail_alert", alert=row.pk), mail_alert).result for _ in range(2)]

    row.refresh_from_db()
    assert (results, len(outbox.outbox)) == ([{"sent": True}, {"sent": False}], 1)
    assert row.mailed_at is not None


def test_an_alert_that_is_gone_is_not_mailed(db: None) -> None:
    assert ran(enqueue("portfolios.mail_alert", alert=0), mail_alert).result == {"sent": False}


def test_old_changes_are_forgotten(portfolio: Portfolio) -> None:
    Change.objects.create(portfolio=portfolio, kind=Change.Kind.CREATED)
    Change.objects.update(made_at=timezone.now() - timedelta(days=91))

    assert ran(enqueue("portfolios.forget_changes"), forget_changes).result == {"forgotten": 1}
