import json
from datetime import date
from decimal import Decimal

import pytest

from portfolios.accounting.entries import Entry
from portfolios.cases.reading import Case, read_case
from portfolios.cases.rows import CaseError
from portfolios.performance.book import dates
from tests.portfolios.cases.given_cases import buy, case, row, sell

HALVED = [{"symbol": "AAPL", "date": "2024-01-04", "numerator": 2, "denominator": 1}]


def entries(read: Case) -> list[Entry]:
    return list(read.book.entries)


def test_a_case_becomes_a_book_in_the_order_of_its_days() -> None:
    read = read_case(case(sell(), buy(account="A"), tracks_cash=True, allow_short=True, risk_free=0.02))

    assert [(one.label, one.account) for one in entries(read)] == [
        ("row 2 (2024-01-02 buy AAPL)", "A"), ("row 1 (2024-01-03 sell AAPL)", ""),
    ]  # fmt: skip
    assert (read.book.rules.base, read.book.rules.tracks_cash, read.book.rules.allow_short) == ("USD", True, True)
    assert read.book.risk_free == 0.02


def test_without_a_period_it_is_everything_there_is() -> None:
    read = read_case(case(buy(day="2024-01-03")))

    assert (read.start, read.end) == (date(2024, 1, 2), date(2024, 1, 10))


def test_one_end_of_the_period_may_be_left_open() -> None:
    read = read_case(case(buy(), period=["2024-01-03", None]))

    assert (read.start, read.end) == (date(2024, 1, 3), date(2024, 1, 10))


def test_a_number_keeps_every_digit_it_was_written_with() -> None:
    text = case(buy()).replace('"quantity": 10', '"quantity": 0.10000000000000000001')

    assert entries(read_case(text))[0].quantity == Decimal("0.10000000000000000001")


def test_pence_are_pounds_and_a_rate_is_the_last_before() -> None:
    [one] = entries(read_case(case(row("buy", "2024-01-06", symbol="VOD.L", quantity=10, price=200))))

    assert (one.gross, one.currency, one.rate) == (20, "GBP", Decimal("1.25"))


def test_a_rate_stated_the_other_way_round_is_turned() -> None:
    text = case(row("buy", symbol="VOD.L", quantity=10, price=200), fx={"USDGBP": {"2024-01-02": 0.8}})

    assert entries(read_case(text))[0].rate == Decimal("1.25")


def test_a_typed_rate_wins_and_stands_in_where_no_other_is_known() -> None:
    typed = row("buy", symbol="VOD.L", quantity=10, price=200, fx_rate="1.3")

    assert entries(read_case(case(typed)))[0].rate == Decimal("1.3")
    assert read_case(case(typed, fx={})).book.rate("GBP", date(2024, 1, 9)) == Decimal("1.3")


def test_without_prices_what_was_paid_stands_in() -> None:
    listed = read_case(case(buy(5, 8, symbol="HOUSE"))).book.listed

    house = next(one for one in listed.values() if one.symbol == "HOUSE")
    assert (house.priced, house.prices.closes.tolist(), dates(house.prices.days)) == (False, [8.0], [date(2024, 1, 2)])


@pytest.mark.parametrize(("prices_are", "first"), [("adjusted", 10.0), ("as-traded", 5.0)])
def test_prices_as_traded_are_adjusted_for_the_splits_after_them(prices_are: str, first: float) -> None:
    read = read_case(case(buy(), prices_are=prices_are, splits=HALVED, period=["2024-01-01", "2024-01-03"]))

    closes = next(iter(read.book.listed.values())).prices.closes.tolist()
    assert (closes[0], closes[2]) == (first, 12.0)  # also where the period ends before the split


def test_benchmarks_have_prices_of_their_own() -> None:
    read = read_case(case(buy(), benchmarks=["VOD.L"]))

    assert [(name, own.unit, own.currency) for name, own in read.book.benchmarks.items()] == [("VOD.L", 0.01, "GBP")]
    assert list(read_case(case(buy(), benchmark="AAPL")).book.benchmarks) == ["AAPL"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "The file is not JSON"),
        ("[1]", "The file must hold one JSON object"),
        (case(), "The case has no transactions; then period must state two dates."),
        (
            case(buy(), period=["2024-01-05", "2024-01-04"]),
            "period ends on 2024-01-04, before it starts on 2024-01-05.",
        ),
        (case(buy(), period="2024"), "period must be two dates: [start, end]."),
        (case(buy(), period=["2024", "2025"]), "period: «2024» is not a date."),
        (case(buy(currency="EUR")), "row 1 (2024-01-02 buy AAPL): there is no rate from EUR to USD. Add fx «EURUSD»."),
        (case(buy(currency="EUR"), fx={"EURUSD": {"2024-01-02": 0}}), "a rate must be above zero."),
        (case(buy(), prices={"AAPL": {"2024-01-02": -1}}), "price of AAPL on 2024-01-02: -1 is below zero."),
        (case(buy(), prices={"AAPL": {"today": 1}}), "prices of AAPL: «today» is not a date."),
        (case(buy(), benchmark="SPY"), "benchmark: there are no prices of SPY."),
        (case(buy(), splits=[{**HALVED[0], "symbol": "X"}]), "split 1: X is in no transaction and has no prices."),
        (case(buy(), splits=[{**HALVED[0], "numerator": 0}]), "split 1: numerator and denominator must be above zero."),
        (case(buy(), risk_free="some"), "risk_free: «some» is not a number."),
        (case(buy(), 5), "row 2: a transaction must be an object."),
    ],
)
def test_a_case_that_is_wrong_says_where(text: str, sentence: str) -> None:
    with pytest.raises(CaseError) as error:
        read_case(text)

    assert sentence in str(error.value)


@pytest.mark.parametrize(
    "parts",
    [
        {"transactions": 5}, {"splits": ["x"]}, {"splits": 5}, {"instruments": {"AAPL": "USD"}}, {"instruments": [1]},
        {"prices": [1]}, {"prices": {"AAPL": [1]}}, {"fx": {"GBPUSD": 1.25}}, {"fx": 5},
        {"benchmark": ["AAPL"]}, {"benchmarks": "AAPL"}, {"benchmarks": 5}, {"tracks_cash": "false"},
        {"prices_are": "as traded"}, {"prices": {"AAPL": {"2024-01-02": "1e400"}}},
    ],
    ids=json.dumps,
)  # fmt: skip
def test_a_part_of_another_shape_is_refused_not_guessed(parts: dict[str, object]) -> None:
    text = json.dumps({**json.loads(case(buy())), **parts})

    with pytest.raises(CaseError):
        read_case(text)
