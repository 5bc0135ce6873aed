from portfolios.cases.reading import read_case
from portfolios.cases.text import as_text
from portfolios.performance.report import report
from tests.portfolios.cases.given_cases import buy, case, row


def shown(text: str) -> str:
    read = read_case(text)
    return as_text(report(read.book, read.start, read.end))


def test_a_report_for_reading_has_every_line_with_its_sign() -> None:
    text = shown(case(buy(fee=1, account="ISA")))

    for line in ("2024-01-01 to 2024-01-10, USD", "Inflows", "101.00", "− Fees", "1.00", "AAPL (ISA)", "140.00"):
        assert line in text


def test_what_does_not_exist_is_said_so_and_cash_is_listed() -> None:
    text = shown(case(row("deposit", amount=9), tracks_cash=True, period=["2024-01-01", "2024-01-02"]))

    assert "n/a" in text
    assert "cash USD" in text
