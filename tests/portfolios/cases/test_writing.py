import json

import pytest

from portfolios.cases.evaluation import evaluate
from portfolios.cases.reading import read_case
from portfolios.cases.writing import write_case
from tests.portfolios.accounting.lives import DAYS, day
from tests.portfolios.accounting.random_lives import random_life
from tests.portfolios.cases.given_cases import buy, case, row, sell

SAME = ("twr", "xirr", "volatility", "sharpe")


@pytest.mark.parametrize("seed", range(20))
def test_a_written_case_has_the_report_of_the_portfolio_it_was_written_from(seed: int) -> None:
    book = random_life(seed).book()

    first = evaluate(json.dumps(write_case(book, day(3), day(DAYS - 1))))

    again = read_case(json.dumps(write_case(book, day(3), day(DAYS - 1))))
    second = evaluate(json.dumps(write_case(again.book, again.start, again.end)))
    assert second["value_end"] == pytest.approx(first["value_end"], rel=1e-9, abs=1e-6)
    assert second["total_gain"] == pytest.approx(first["total_gain"], rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("anonymise", [False, True])
def test_returns_and_weights_survive_and_names_only_where_nobody_is_anonymous(anonymise: bool) -> None:
    text = case(
        buy(account="Mine", fee=1), sell(4), row("dividend", "2024-01-04", symbol="AAPL", amount=3, tax=1),
        row("buy", "2024-01-03", symbol="VOD.L", quantity=7, price=210),
    )  # fmt: skip
    text = text.replace(
        '"date": "2024-01-03", "kind": "sell"', '"account": "Mine", "date": "2024-01-03", "kind": "sell"'
    )
    read, before = read_case(text), evaluate(text)

    written = json.dumps(write_case(read.book, read.start, read.end, anonymise=anonymise))

    after = evaluate(written)
    for name in SAME:
        assert after[name] == pytest.approx(before[name])
    assert [one["weight"] for one in after["holdings"]] == pytest.approx([one["weight"] for one in before["holdings"]])
    for secret in ("AAPL", "VOD.L", "Mine"):
        assert (secret in written) is not anonymise
