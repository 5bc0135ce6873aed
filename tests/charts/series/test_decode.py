from datetime import date

import numpy as np

from charts.series.decode import as_csv, decode, table_as_csv
from charts.series.encode import Series, encode


def test_what_was_encoded_comes_back() -> None:
    payload = encode(
        np.array([19_000, 19_003]),
        {"value": Series(np.array([1000.1, 990.05]), 100), "benchmark_1": Series(np.array([1.0, 1.05]), 10_000, "SPY")},
    )

    table = decode(payload)

    assert table.days == (date(2022, 1, 8), date(2022, 1, 11))
    assert table.columns["value"].values == (1000.1, 990.05)
    assert (table.columns["benchmark_1"].values, table.columns["benchmark_1"].of) == ((1.0, 1.05), "SPY")


def test_a_table_has_a_line_a_day_and_names_whose_a_column_is() -> None:
    payload = encode(
        np.array([19_000, 19_001]),
        {"index": Series(np.array([1.0, 1.5]), 10_000), "benchmark_1": Series(np.array([2.0, np.nan]), 10_000, "SPY")},
    )

    assert table_as_csv(decode(payload)) == "date,index,benchmark_1 SPY\n2022-01-08,1.0,2.0\n2022-01-09,1.5,\n"


def test_a_column_that_ends_early_is_empty_from_there_on() -> None:
    assert as_csv(["a", "b"], [[1, 2], [3]]) == "a,b\n1,3\n2,\n"
