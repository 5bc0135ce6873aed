"""Who may see and do what: everything belongs to one owner, and only a form of ours changes anything."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.accounting.entries import Kind
from portfolios.models import ImportBatch, Portfolio, ProposedDividend, Snapshot, Transaction
from tests.portfolios.given import bars, listed, proposed, quote, rebuilt, typed

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
READ = {
    "dashboard": "", "activity": "activity/", "jobs": "jobs/", "import": "import/{batch}/", "quality": "quality/",
    "dividends": "dividends/", "export": "activity/export.csv",
}  # fmt: skip
FORMS = {"add": "transactions/new/", "edit": "transactions/{row}/", "upload": "import/", "settings": "settings/"}
WRITE = {
    "delete": "transactions/{row}/delete/", "apply": "import/{batch}/apply/", "refresh": "refresh/",
    "book": "dividends/{dividend}/book/", "dismiss": "dividends/{dividend}/dismiss/",
    "again": "dividends/{dividend}/again/", "book all": "dividends/book/", "delete portfolio": "delete/",
}  # fmt: skip
ALL = READ | FORMS | WRITE

Address = Callable[[str], str]


@pytest.fixture
def address(portfolio: Portfolio) -> Address:
    """Of a page of a portfolio with a transaction, a file that is ready and a proposed dividend."""
    row = typed(portfolio, Kind.FEE, "2024-01-02", amount="5")
    batch = ImportBatch.objects.create(portfolio=portfolio, filename="a.csv", content=b"date,kind\n", state="ready")
    dividend = proposed(portfolio, listed("KO"))
    numbers = {"row": row.pk, "batch": batch.pk, "dividend": dividend.pk}
    return lambda page: f"/portfolios/{portfolio.pk}/" + ALL[page].format(**numbers)


def assert_untouched() -> None:
    assert (Transaction.objects.count(), ProposedDividend.objects.get().state) == (1, "open")


@pytest.mark.parametrize("page", [*READ, *FORMS])
def test_the_owner_sees_it(signed_in: Client, address: Address, page: str) -> None:
    assert signed_in.get(address(page)).status_code == 200


@pytest.mark.parametrize("page", ALL)
def test_for_anybody_else_it_does_not_exist(client: Client, address: Address, page: str) -> None:
    client.force_login(User.objects.create_user("eve", is_staff=True))

    answers = [client.get(address(page)).status_code, client.post(address(page)).status_code]

    assert answers == ([405, 404] if page in WRITE else [404, 405 if page in READ else 404])
    assert_untouched()


@pytest.mark.parametrize("page", ALL)
def test_a_stranger_is_sent_to_the_login(client: Client, address: Address, page: str) -> None:
    answer = client.post(address(page)) if page in WRITE else client.get(address(page))

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/")


@pytest.mark.parametrize("page", ALL)
def test_what_a_portfolio_does_not_have_is_404_in_any_spelling(signed_in: Client, address: Address, page: str) -> None:
    huge = "9" * 30
    known = address(page).split("/")

    for place in (2, 4):
        if len(known) > place and known[place].isdigit():
            wrong = "/".join([*known[:place], huge, *known[place + 1 :]])
            answer = signed_in.post(wrong) if page in WRITE else signed_in.get(wrong)
            assert answer.status_code == 404, wrong


@pytest.mark.parametrize("page", WRITE)
def test_nothing_changes_by_a_link(signed_in: Client, address: Address, page: str) -> None:
    assert signed_in.get(address(page)).status_code == 405


@pytest.mark.parametrize("page", READ)
def test_what_only_shows_takes_no_form(signed_in: Client, address: Address, page: str) -> None:
    assert signed_in.post(address(page)).status_code == 405


@pytest.mark.parametrize("page", [*FORMS, *WRITE])
def test_no_form_of_another_site_is_accepted(user: User, address: Address, page: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)

    assert client.post(address(page), {"kind": "fee"}).status_code == 403
    assert_untouched()


def test_my_file_is_not_reached_through_my_other_portfolio(signed_in: Client, user: User, address: Address) -> None:
    other = Portfolio.objects.create(owner=user, name="Other")
    batch, row, dividend = ImportBatch.objects.get(), Transaction.objects.get(), ProposedDividend.objects.get()

    answers = [
        signed_in.get(f"/portfolios/{other.pk}/import/{batch.pk}/"),
        signed_in.post(f"/portfolios/{other.pk}/import/{batch.pk}/apply/"),
        signed_in.get(f"/portfolios/{other.pk}/transactions/{row.pk}/"),
        signed_in.post(f"/portfolios/{other.pk}/transactions/{row.pk}/delete/"),
        signed_in.post(f"/portfolios/{other.pk}/dividends/{dividend.pk}/book/"),
        signed_in.post(f"/portfolios/{other.pk}/dividends/{dividend.pk}/dismiss/"),
        signed_in.post(f"/portfolios/{other.pk}/dividends/{dividend.pk}/again/"),
    ]
    signed_in.post(f"/portfolios/{other.pk}/dividends/book/", {"row": dividend.pk})

    assert [answer.status_code for answer in answers] == [404] * 7
    assert_untouched()


def test_what_people_type_is_never_a_tag(signed_in: Client, portfolio: Portfolio, address: Address) -> None:
    share = listed("AAPL", name=SCRIPT, currency="USD")
    bars(share, {"2024-06-03": 1.0})
    quote(share, "1")
    row = typed(portfolio, Kind.BUY, "2024-06-03", share, "1", price="1", note=SCRIPT, account=SCRIPT)
    portfolio.name, portfolio.benchmark = SCRIPT, listed('"><script>')
    portfolio.save()
    rebuilt(portfolio)
    finding = {"kind": SCRIPT, "day": "2024-06-03", "message": SCRIPT}
    Snapshot.objects.update(problem=SCRIPT, findings=[finding])
    ProposedDividend.objects.update(account=SCRIPT)
    Portfolio.objects.create(owner=portfolio.owner, name=SCRIPT)
    problem = {"line": 2, "message": SCRIPT}
    ImportBatch.objects.update(filename=SCRIPT, state="refused", report={"problems": [problem]})

    shown = [page for page in READ if page != "export"]  # a text file, for no browser to read
    pages = [signed_in.get(address(page)).content.decode() for page in [*shown, "edit", "settings"]]
    pages.append(signed_in.get(f"/portfolios/{portfolio.pk}/transactions/{row.pk}/").content.decode())

    assert all(SCRIPT not in page and '"><script>' not in page for page in pages)
    assert "&lt;script&gt;" in pages[0]
    assert sum("alert(1)" in page for page in pages) >= 7


def test_no_template_switches_escaping_off() -> None:
    root = Path(__file__).parents[3]

    written = [path.read_text() for app in ("portfolios", "charts") for path in (root / app).rglob("*.html")]

    assert len(written) > 8
    assert [page for page in written if "|safe" in page or "autoescape" in page] == []
