import pytest

from pricing.market.symbols import SYMBOL


@pytest.mark.parametrize("symbol", ["AAPL", "BRK-B", "VOD.L", "7203.T", "^GSPC", "EURUSD=X", "BTC-USD", "A" * 32])
def test_tickers_as_the_source_writes_them_are_symbols(symbol: str) -> None:
    assert SYMBOL.fullmatch(symbol)


@pytest.mark.parametrize("text", ["", "aapl", "A B", "-A", ".L", "A" * 33, "A/B", "A,B", "Ä", "A\n", "A?x=1", "=X"])
def test_what_could_not_be_a_ticker_is_no_symbol(text: str) -> None:
    assert SYMBOL.fullmatch(text) is None
