from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from portfolios.accounting.entries import Entry, Kind, SplitFact
from portfolios.accounting.replay import everywhere, replay
from portfolios.accounting.statement import Statement, in_cents, statement
from portfolios.performance.book import Book
from tests.portfolios.accounting.books import AAPL, CASH, NO_CASH, VOD, book, bought, paid, shares, sold
from tests.portfolios.accounting.lives import day


def stated(marks: Book, start: int, end: int) -> Statement:
    ledger = replay(marks.entries, marks.splits, marks.rules, day(end), marks, day(start))
    return statement(ledger, marks, day(start), day(end), everywhere)


def lines(found: Statement, *names: str) -> list[Decimal]:
    return [getattr(found, name) for name in names]


def one_of_each() -> Sequence[Entry]:
    return [
        paid(Kind.DEPOSIT, 0, "1000"),
        bought(0, "10", "100", fee=Decimal(1)),
        sold(3, "4", "60", fee=Decimal(2), tax=Decimal(3)),
        paid(Kind.DIVIDEND, 3, "7", instrument=AAPL, tax=Decimal(1)),
        paid(Kind.INTEREST, 4, "5"),
        paid(Kind.WITHDRAWAL, 4, "50"),
    ]


def test_every_line_of_a_period_with_cash() -> None:
    found = stated(book(one_of_each(), {0: 10.0, 2: 12.0, 5: 15.0}, CASH), 2, 5)

    assert lines(found, "value_start", "inflows", "outflows") == [899 + 120, 0, 50]
    assert lines(found, "realised_gain", "unrealised_gain") == [4 * 3, 6 * 3]  # from 12 that evening
    assert lines(found, "income", "interest", "fees", "taxes", "currency_gain") == [12, 5, 2, 4, 0]
    assert found.value_end == 1019 - 50 + found.total_gain == 899 + 55 + 6 + 5 - 50 + 90


def test_without_cash_purchases_sales_and_income_are_the_flows() -> None:
    found = stated(book(one_of_each(), {0: 10.0, 2: 12.0, 5: 15.0}), -1, 5)

    assert lines(found, "value_start", "inflows", "outflows", "value_end") == [0, 101, 55 + 6 + 5, 90]
    assert found.total_gain == 55


def test_transactions_of_the_first_day_belong_to_the_start_and_of_the_last_to_the_period() -> None:
    entries = [bought(2, "10", "90"), sold(5, "10", "130")]

    found = stated(book(entries, {0: 10.0, 5: 12.0}), 2, 5)

    assert lines(found, "value_start", "inflows", "outflows", "realised_gain", "value_end") == [100, 0, 130, 30, 0]


def test_the_exchange_rate_s_part_of_securities_and_that_of_cash_are_apart() -> None:
    entries = [
        paid(Kind.DEPOSIT, 0, "500", currency="EUR", rate=Decimal("1.1")),
        shares(Kind.BUY, 0, "10", "200", VOD, currency="EUR", rate=Decimal("1.1")),
    ]

    found = stated(book(entries, rules=CASH, euros={0: 1.1, 5: 1.3}), -1, 5)

    # 200 euros of shares, whose price stays, and 300 of cash gain 0.20 each
    assert lines(found, "unrealised_gain", "securities_gain_by_currency", "currency_gain") == [40, 40, 60]
    assert lines(found, "inflows", "value_end") == [550, 650]


def test_a_split_on_the_day_a_period_starts_changes_no_line() -> None:
    entries, halved = [bought(0, "10", "100")], {0: 10.0 / 2, 3: 6.0}
    splits = {AAPL: [SplitFact(day(2), Decimal(2), Decimal(1))]}

    found = stated(book(entries, halved, splits=splits), 2, 5)

    assert lines(found, "value_start", "unrealised_gain", "value_end") == [100, 20, 120]


def test_a_period_before_everything_or_after_everything_is_still() -> None:
    entries = [bought(10, "10", "100"), sold(12, "10", "110")]

    for start, end in ((0, 5), (20, 25), (25, 25)):
        found = stated(book(entries), start, end)
        assert lines(found, "value_start", "inflows", "outflows", "total_gain", "value_end") == [0] * 5


def test_rounded_to_cents_the_lines_still_add_up() -> None:
    third = Decimal(1) / 3
    zero = Decimal(0)
    found = Statement(zero, 3 * third, third, zero, third, third, zero, zero, zero, zero, zero, zero)

    cents = in_cents(found)

    # 0.33 + 0.33 + 0.33 would be 0.99
    assert cents["unrealised_gain"] == Decimal("0.34")
    assert (cents["realised_gain"], cents["inflows"], cents["value_end"]) == (
        Decimal("0.33"), Decimal("0.33"), Decimal("1.00"),
    )  # fmt: skip


def test_the_last_day_may_be_a_weekend_and_the_first_a_leap_day() -> None:
    leap, saturday = date(2024, 2, 29), date(2024, 3, 2)
    marks = book([bought(0, "10", "100")], {0: 10.0, 60: 12.0})

    ledger = replay(marks.entries, {}, NO_CASH, saturday, marks, leap)

    found = statement(ledger, marks, leap, saturday, everywhere)
    assert lines(found, "value_start", "value_end") == [100, 120]
