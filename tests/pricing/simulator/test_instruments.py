"""Which instruments the simulated market knows."""

from datetime import date

import pytest

from pricing.simulator.instruments import SYMBOL, find, named, pair
from pricing.simulator.sessions import EXCHANGES


def test_there_are_enough_instruments_of_every_kind() -> None:
    kinds = {one.quote_type for one in named()}

    assert len(named()) >= 45
    assert kinds == {"EQUITY", "ETF", "INDEX", "CRYPTOCURRENCY", "CURRENCY"}
    assert {one.currency for one in named()} >= {"USD", "EUR", "GBp", "CHF", "JPY"}


def test_every_instrument_can_be_asked_for_and_has_an_exchange_and_a_price() -> None:
    for one in named():
        assert SYMBOL.match(one.symbol), one
        assert one.exchange in EXCHANGES, one
        assert one.level > 0, one
        assert find(one.symbol) == one


def test_splits_are_the_real_ones() -> None:
    apple, nvidia = find("AAPL"), find("NVDA")

    assert apple is not None
    assert nvidia is not None
    assert [(split.ex_date, split.ratio) for split in apple.splits[-1:]] == [(date(2020, 8, 31), 4.0)]
    assert [split.ratio for split in nvidia.splits] == [4.0, 10.0]


@pytest.mark.parametrize("symbol", ["NOSUCH", "NOSUCH.L", "MYUNKNOWN", "", "aapl", "A B", "X" * 16, "EURXXX=X", "=X"])
def test_what_yahoo_does_not_know_does_not_exist(symbol: str) -> None:
    assert find(symbol) is None


def test_any_other_symbol_is_invented_the_same_each_time() -> None:
    invented = find("QWERTY")

    assert invented is not None
    assert (invented.quote_type, invented.currency) == ("EQUITY", "USD")
    find.cache_clear()
    assert find("QWERTY") == invented


@pytest.mark.parametrize(
    ("symbol", "exchange", "currency"),
    [
        ("XYZ.L", "LSE", "GBp"),
        ("1234.T", "JPX", "JPY"),
        ("0700.HK", "HKG", "HKD"),
        ("SHOP.TO", "TOR", "CAD"),
        ("MC.PA", "PAR", "EUR"),
        ("NPN.JO", "JNB", "ZAc"),
        ("OPAP.AT", "ATH", "EUR"),
        ("TEVA.TA", "TLV", "ILA"),
    ],
)
def test_an_invented_symbol_with_a_known_ending_trades_there(symbol: str, exchange: str, currency: str) -> None:
    invented = find(symbol)

    assert invented is not None
    assert (invented.exchange, invented.currency) == (exchange, currency)


def test_currency_pairs_are_read_as_yahoo_writes_them() -> None:
    assert pair("EURUSD=X") == ("EUR", "USD")
    assert pair("JPY=X") == ("USD", "JPY")
    assert pair("AAPL") is None
    assert pair("EUREUR=X") is None
