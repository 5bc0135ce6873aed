import numpy as np
import pytest

from charts.backtests.crosscheck import SESSIONS, crosscheck, is_installed, synthetic


def test_synthetic_prices_are_the_same_each_time() -> None:
    first, again = synthetic(("A", "B")), synthetic(("A", "B"))

    assert len(first["A"].days) == SESSIONS
    assert (first["B"].closes == again["B"].closes).all()
    assert not np.allclose(first["A"].closes, first["B"].closes)


@pytest.mark.skipif(not is_installed(), reason="bt is no part of this program; installed beside it, it is compared")
def test_bt_finds_the_same_curves() -> None:
    for check in crosscheck():
        assert check.difference < (1e-4 if check.name.startswith("monthly") and "%" in check.name else 1e-9)
