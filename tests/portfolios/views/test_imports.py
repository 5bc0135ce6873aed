import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portfolios.models import ImportBatch, Portfolio, Transaction
from portfolios.tasks import check_import
from pricing.models import Instrument
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job, State
from tests.portfolios.given import ran

pytestmark = pytest.mark.django_db(transaction=True)

FILE = b"date,kind,symbol,quantity,price\n2024-01-02,buy,AAPL,10,190\n2024-02-01,sell,AAPL,4,200\n"


def test_a_file_is_uploaded_checked_previewed_and_applied(
    signed_in: Client, portfolio: Portfolio, market: Market
) -> None:
    uploaded = signed_in.post(f"/portfolios/{portfolio.pk}/import/", {"file": SimpleUploadedFile("t.csv", FILE)})
    waiting = signed_in.get(uploaded["Location"]).content.decode()
    ran(Job.objects.get(kind="portfolios.check_import"), check_import)
    ready = signed_in.get(uploaded["Location"], headers={"hx-request": "true"}).content.decode()
    applied = signed_in.post(f"{uploaded['Location']}apply/", follow=True).content.decode()
    twice = signed_in.post(f"{uploaded['Location']}apply/")

    assert ("Checking the file" in waiting, 'hx-trigger="load delay:1s"' in waiting) == (True, True)
    assert "Import 2 transactions" in ready
    assert ("<html" in ready, 'hx-trigger="load' in ready) == (False, False)
    assert "Imported 2 transactions. The figures are being computed." in applied
    assert twice["Location"] == uploaded["Location"]
    assert "in your portfolio" in signed_in.get(uploaded["Location"]).content.decode()
    assert (Transaction.objects.count(), Instrument.objects.count()) == (2, 1)


def test_a_refused_file_lists_its_problems_by_row(signed_in: Client, portfolio: Portfolio, market: Market) -> None:
    wrong = FILE.replace(b"2024-01-02", b"02.01.2024")
    uploaded = signed_in.post(f"/portfolios/{portfolio.pk}/import/", {"file": SimpleUploadedFile("t.csv", wrong)})

    ran(Job.objects.get(kind="portfolios.check_import"), check_import)

    page = signed_in.get(uploaded["Location"]).content.decode()
    assert "Nothing was imported" in page
    assert '<td class="num">Row 2</td><td>«02.01.2024» is not a date. Write it as YYYY-MM-DD' in page
    assert Transaction.objects.count() == 0


@pytest.mark.parametrize(
    ("state", "shown", "polls"),
    [(State.FAILED, "The file could not be checked", False), (State.QUEUED, "It waits: The budget is spent.", True)],
)
def test_a_check_that_waits_or_has_failed_says_why(
    signed_in: Client, portfolio: Portfolio, state: State, shown: str, polls: bool
) -> None:  # fmt: skip
    uploaded = signed_in.post(f"/portfolios/{portfolio.pk}/import/", {"file": SimpleUploadedFile("t.csv", FILE)})
    Job.objects.filter(kind="portfolios.check_import").update(state=state, error="The budget is spent.")

    page = signed_in.get(uploaded["Location"]).content.decode()

    assert shown in page
    assert ("The budget is spent." in page, "load delay:1s" in page) == (True, polls)


def test_a_portfolio_that_changed_meanwhile_is_said_in_a_sentence(signed_in: Client, portfolio: Portfolio) -> None:
    content = b"date,kind,symbol,quantity,price\n2024-01-02,sell,AAPL,1,190\n"
    batch = ImportBatch.objects.create(portfolio=portfolio, filename="a.csv", content=content, state="ready")

    page = signed_in.post(f"/portfolios/{portfolio.pk}/import/{batch.pk}/apply/", follow=True).content.decode()

    assert "Nothing was imported: the portfolio has changed meanwhile, and now it sells 1 AAPL on 2024-01-02" in page
