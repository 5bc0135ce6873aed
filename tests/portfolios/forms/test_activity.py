from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict

from portfolios.accounting.entries import Kind
from portfolios.forms.activity import FilterForm, RowForm
from portfolios.models import Portfolio
from portfolios.pages.activity import Choices, Filter
from tests.portfolios.given import listed, typed

KNOWN = Choices(years=[2024, 2023], accounts=["ISA"])


def read(query: str) -> FilterForm:
    return FilterForm(QueryDict(query), known=KNOWN)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", Filter()),
        ("q=+ko+&kind=buy&sort=amount", Filter(text="ko", kind="buy", sort="amount")),
        ("account=ISA", Filter(account="ISA")),
        ("account=-", Filter(account="")),
        ("year=2024", Filter(first=date(2024, 1, 1), last=date(2024, 12, 31))),
        ("first=2024-02-03&last=2024-04-05", Filter(first=date(2024, 2, 3), last=date(2024, 4, 5))),
        ("year=2024&first=2023-02-03&last=2024-04-05", Filter(first=date(2024, 1, 1), last=date(2024, 4, 5))),
        ("q=%00ko", Filter()),
    ],
)
def test_an_address_says_what_is_wanted(query: str, wanted: Filter) -> None:
    assert read(query).wanted == wanted


@pytest.mark.parametrize("query", ["kind=theft", "year=1800", "first=yesterday", "account=nobody%27s", "sort=-id"])
def test_what_it_cannot_mean_is_said_and_the_rest_counts(query: str) -> None:
    form = read(f"{query}&q=ko")

    assert form.wanted == Filter(text="ko")
    assert form.errors


def test_the_next_address_says_the_same() -> None:
    form = read("q=ko&first=2024-02-03&year=&page=7")

    assert form.query == {"q": "ko", "first": "2024-02-03"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (Kind.BUY, {"date", "quantity", "price", "fee", "tax", "note"}),
        (Kind.DIVIDEND, {"date", "amount", "fee", "tax", "note"}),
        (Kind.FEE, {"date", "amount", "note"}),
        (Kind.DEPOSIT, {"date", "amount", "fee", "tax", "note"}),
        (Kind.SPLIT, {"date", "quantity", "note"}),
        (Kind.TRANSFER_IN, {"date", "quantity", "price", "amount", "fee", "tax", "note"}),
    ],
)
def test_a_row_shows_the_fields_of_its_kind(portfolio: Portfolio, kind: Kind, shown: set[str]) -> None:
    row = typed(portfolio, kind, "2024-01-02", listed("KO"), "4", amount="1", price="2")

    assert {field.name for field in RowForm(None, instance=row).shown_fields} == shown


@pytest.mark.django_db
def test_what_a_row_does_not_show_stays_whatever_is_sent(portfolio: Portfolio) -> None:
    row = typed(
        portfolio, Kind.BUY, "2024-01-02", listed("KO"), "4", price="2", currency="USD", account="ISA", fx_rate="1.5"
    )
    sent = {"date": "2024-01-03", "quantity": "5", "price": "2.5", "kind": "sell", "symbol": "PEP", "account": "mine"}

    form = RowForm(sent, instance=row)

    assert form.is_valid(), form.errors
    assert (form.cleaned_data["symbol"], row.kind, row.account) == ("KO", Kind.BUY, "ISA")
    assert (row.quantity, row.price, row.fx_rate, row.fee) == (5, Decimal("2.5"), Decimal("1.5"), 0)
