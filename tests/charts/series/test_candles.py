import json
from itertools import accumulate

from charts.series.candles import Candle, Mark, candles_as_csv, encode_candles

BARS = [Candle(19_000, 10.0, 11.5, 9.25, 11.0, 1_000), Candle(19_003, 11.0, 12.0, 10.9999, 11.1, 900)]


def column(payload: bytes, name: str) -> list[float]:
    one = json.loads(payload)["series"][name]
    return [whole / one["scale"] for whole in accumulate(one["d"])]


def test_bars_come_back_and_trades_with_them() -> None:
    payload = encode_candles(BARS, [Mark(19_000, "buy", 60.0)])

    assert json.loads(payload)["t"] == [19_000, 3]
    assert [column(payload, name) for name in "ohlcv"] == [
        [10, 11],
        [11.5, 12],
        [9.25, 10.9999],
        [11, 11.1],
        [1000, 900],
    ]
    assert json.loads(payload)["trades"] == [{"day": 19_000, "kind": "buy", "quantity": 60.0}]


def test_a_price_far_below_one_keeps_its_digits() -> None:
    payload = encode_candles([Candle(1, 0.00001234, 0.00001300, 0.00001200, 0.00001250, 5)], [])

    assert column(payload, "c") == [0.0000125]


def test_without_bars_there_is_an_empty_chart() -> None:
    answer = json.loads(encode_candles([], []))

    assert (answer["t"], answer["series"]["c"]["d"], answer["series"]["v"]["d"]) == ([], [], [])
    assert candles_as_csv([]) == "date,open,high,low,close,volume\n"


def test_a_table_has_a_line_a_session() -> None:
    assert candles_as_csv(BARS).splitlines()[1] == "2022-01-08,10.0,11.5,9.25,11.0,1000"
