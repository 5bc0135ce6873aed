from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest

from portfolios.accounting.entries import Kind, LedgerError
from portfolios.models import ImportBatch, Portfolio, Transaction
from portfolios.services.imports import SHOWN, apply, check, record, upload
from pricing.models import Instrument
from stocktracker.jobs.models import Job
from tests.portfolios.given import NOW, listed, typed

pytestmark = pytest.mark.django_db

HEADER = "date,kind,symbol,quantity,price,amount,currency,account,external_id\n"


class Knows:
    """A price source in memory, for files: it knows these symbols and splits, and notes what it was asked."""

    def __init__(self, *symbols: str, splits: Iterable[tuple[date, float, float]] = ()) -> None:
        self.symbols, self.facts, self.asked = set(symbols), list(splits), list[str]()

    def unknown(self, symbols: Iterable[str]) -> set[str]:
        wanted = sorted(symbols)
        self.asked += wanted
        return set(wanted) - self.symbols

    def splits(self, symbol: str) -> list[tuple[date, float, float]]:
        self.asked.append(f"splits of {symbol}")
        return self.facts


def uploaded(portfolio: Portfolio, *rows: str) -> ImportBatch:
    content = HEADER + "".join(f"{row}\n" for row in rows)
    return upload(portfolio, "trades.csv", content.encode(), portfolio.owner_id)[0]


def checked(portfolio: Portfolio, source: Knows, *rows: str) -> ImportBatch:
    batch = uploaded(portfolio, *rows)
    record(batch, check(batch, NOW, source))
    return ImportBatch.objects.get(pk=batch.pk)


def problems(batch: ImportBatch) -> list[tuple[int, str]]:
    return [(problem["line"], problem["message"]) for problem in batch.report["problems"]]


def test_an_uploaded_file_waits_for_its_check_and_stores_no_transaction(portfolio: Portfolio) -> None:
    batch, job = upload(portfolio, "x" * 300, b"date,kind\n", portfolio.owner_id)

    assert (batch.state, len(batch.filename), bytes(batch.content)) == ("checking", 200, b"date,kind\n")
    assert (job.kind, job.args, job.portfolio_id) == ("portfolios.check_import", {"batch": batch.pk}, portfolio.pk)
    assert Transaction.objects.count() == 0


def test_a_good_file_is_shown_before_anything_is_stored(portfolio: Portfolio) -> None:
    batch = checked(portfolio, Knows("AAPL"), "2024-01-02,buy,aapl,10.50,190.5,,,,T-1")

    assert (batch.state, batch.report["new"], batch.report["problems"]) == ("ready", 1, [])
    assert batch.report["rows"] == [
        {
            "line": 2, "date": "2024-01-02", "kind": "buy", "symbol": "AAPL", "currency": "", "quantity": "10.5",
            "price": "190.5", "amount": "", "fee": "", "tax": "",
        }
    ]  # fmt: skip
    assert (Transaction.objects.count(), Instrument.objects.count()) == (0, 0)


def test_a_long_file_shows_its_first_rows_only(portfolio: Portfolio) -> None:
    batch = checked(portfolio, Knows(), *["2024-01-02,deposit,,,,5,,,"] * (SHOWN + 1))

    assert (batch.report["new"], len(batch.report["rows"])) == (SHOWN + 1, SHOWN)


def test_every_row_of_an_unknown_symbol_is_named_and_the_file_forgotten(portfolio: Portfolio) -> None:
    source = Knows("AAPL")

    batch = checked(
        portfolio, source, "2024-01-02,buy,AAPL,1,1,,,,", "2024-01-02,buy,NOSUCH,1,1,,,,", "x,buy,A,1,1,,,,",
        "2024-01-03,buy,NOSUCH,1,1,,,,",
    )  # fmt: skip

    assert [line for line, _ in problems(batch)] == [3, 4, 5]
    assert "does not know the symbol NOSUCH" in problems(batch)[0][1]
    assert (batch.state, bytes(batch.content), source.asked) == ("refused", b"", ["AAPL", "NOSUCH"])
    assert Transaction.objects.count() == 0


@pytest.mark.parametrize("symbol", ["BRK B", "A&B", "<SCRIPT>", "ÄPFEL", "-A"])
def test_what_is_no_ticker_is_not_even_asked_for(portfolio: Portfolio, symbol: str) -> None:
    source = Knows()

    batch = checked(portfolio, source, f"2024-01-02,buy,{symbol},1,1,,,,")

    assert (len(problems(batch)), source.asked) == (1, [])


def test_a_currency_without_a_rate_is_named(portfolio: Portfolio) -> None:
    source = Knows("EURUSD=X", "GBPUSD=X")

    batch = checked(
        portfolio, source, "2024-01-02,deposit,,,,5,EUR,,", "2024-01-02,deposit,,,,5,XYZ,,",
        "2024-01-02,deposit,,,,5,usd,,", "2024-01-02,deposit,,,,5,GBp,,",
    )  # fmt: skip

    assert problems(batch) == [(3, "the price source knows no exchange rate of XYZ. Use a code like EUR or GBp.")]
    assert source.asked == ["EURUSD=X", "GBPUSD=X", "XYZUSD=X"]


def test_what_is_known_already_is_not_asked_for_again(portfolio: Portfolio) -> None:
    listed("AAPL")
    listed("FRESHIPO", status=Instrument.Status.UNKNOWN)  # it may be listed by now
    source = Knows("FRESHIPO")

    batch = checked(portfolio, source, "2024-01-02,buy,AAPL,1,1,,,,", "2024-01-02,buy,FRESHIPO,1,1,,,,")

    assert (problems(batch), source.asked) == ([], ["FRESHIPO"])


def test_an_oversale_is_judged_together_with_what_is_there(portfolio: Portfolio) -> None:
    typed(portfolio, Kind.BUY, "2024-01-02", listed("AAPL"), "10", price="1")

    fine = checked(portfolio, Knows(), "2024-01-03,sell,AAPL,10,1,,,,")
    too_much = checked(portfolio, Knows(), "2024-01-03,sell,AAPL,10,1,,,,", "2024-01-04,sell,AAPL,1,1,,,,")

    assert (fine.state, too_much.state) == ("ready", "refused")
    assert problems(too_much)[0][0] == 3
    assert "sells 1 AAPL on 2024-01-04, but only 0 are held then." in problems(too_much)[0][1]


def test_a_sale_that_is_there_and_that_the_file_uncovers_is_named(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="1")
    typed(portfolio, Kind.SELL, "2024-01-05", share, "10", price="1")

    batch = checked(portfolio, Knows(), "2024-01-03,sell,AAPL,4,1,,,,")

    [(line, message)] = problems(batch)
    assert line == 0
    assert message.startswith("Together with this file, the portfolio sells 10 AAPL on 2024-01-05, but only 6 are held")


def test_splits_are_asked_for_only_where_a_sale_needs_them(portfolio: Portfolio) -> None:
    source = Knows("AAPL", "MSFT", splits=[(date(2020, 8, 31), 4.0, 1.0)])

    batch = checked(
        portfolio, source, "2020-01-02,buy,AAPL,10,1,,,,", "2020-01-02,buy,MSFT,10,1,,,,",
        "2024-01-03,sell,AAPL,40,1,,,,", "2024-01-03,sell,MSFT,10,1,,,,",
    )  # fmt: skip

    assert (batch.state, source.asked) == ("ready", ["AAPL", "MSFT", "splits of AAPL"])


def test_an_oversale_is_not_invented_where_a_row_was_not_understood(portfolio: Portfolio) -> None:
    batch = checked(
        portfolio, Knows("AAPL", "MSFT"), "02.01.2024,buy,AAPL,10,1,,,,", "2024-01-03,sell,AAPL,10,1,,,,",
        "2024-01-03,sell,MSFT,10,1,,,,",
    )  # fmt: skip

    assert [line for line, _ in problems(batch)] == [2, 4]


def test_a_broker_s_number_is_imported_once(portfolio: Portfolio) -> None:
    rows = ["2024-01-02,deposit,,,,5,,ISA,T-1", "2024-01-02,deposit,,,,5,,ISA,T-2", "2024-01-02,deposit,,,,5,,ISA,T-2"]
    typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="5", account="ISA", external_id="T-1")

    batch = checked(portfolio, Knows(), *rows, "2024-01-02,deposit,,,,5,,other,T-1", "2024-01-02,deposit,,,,5,,,")

    assert (batch.report["new"], batch.report["duplicates"]) == (3, 2)
    assert apply(batch, NOW, portfolio.owner_id) == 3
    assert portfolio.transactions.count() == 4


def test_applying_stores_everything_with_its_jobs_and_forgets_the_file(portfolio: Portfolio) -> None:
    batch = checked(portfolio, Knows("VOD.L", "GBPUSD=X"), "2024-01-02,buy,VOD.L,10,71.2,,GBp,ISA,T-1")

    stored = apply(batch, NOW, portfolio.owner_id)

    row = Transaction.objects.get()
    batch.refresh_from_db()
    assert (stored, batch.state, bytes(batch.content)) == (1, "applied", b"")
    assert (str(row), row.gross, row.batch, row.account) == ("2024-01-02 buy VOD.L", Decimal("7.12"), batch, "ISA")
    kinds = set(Job.objects.values_list("kind", flat=True))
    assert kinds == {"portfolios.check_import", "stocktracker.backfill", "stocktracker.rebuild"}


def test_a_file_is_applied_once_and_only_when_it_is_ready(portfolio: Portfolio) -> None:
    waiting = uploaded(portfolio, "2024-01-02,deposit,,,,5,,,")
    refused = checked(portfolio, Knows(), "2024-01-02,deposit,,,,0,,,")
    ready = checked(portfolio, Knows(), "2024-01-02,deposit,,,,5,,,")

    stored = [apply(batch, NOW, portfolio.owner_id) for batch in (waiting, refused, ready, ready)]

    assert stored == [None, None, 1, None]
    assert portfolio.transactions.count() == 1


def test_a_portfolio_that_changed_meanwhile_stores_nothing_of_the_file(portfolio: Portfolio) -> None:
    row = typed(portfolio, Kind.BUY, "2024-01-02", listed("AAPL"), "10", price="1")
    batch = checked(portfolio, Knows(), "2024-01-02,deposit,,,,5,,,", "2024-01-03,sell,AAPL,10,1,,,,")
    row.delete()

    with pytest.raises(LedgerError, match="sells 10 AAPL"):
        apply(batch, NOW, portfolio.owner_id)

    batch.refresh_from_db()
    assert (batch.state, portfolio.transactions.count()) == ("ready", 0)
