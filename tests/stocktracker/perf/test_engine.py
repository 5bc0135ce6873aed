import numpy as np
import pytest

from stocktracker.perf.engine import Given, engine, measurement, with_pandas
from stocktracker.perf.scenario import Size

SMALL = Size(4, 60, 1)


def test_peers_compute_what_the_engine_computes() -> None:
    given = Given.of(SMALL)
    daily, frame = engine(given), with_pandas(given)

    for name in ("value", "invested", "income", "index"):
        assert np.allclose(getattr(daily, name), frame[name].to_numpy())


def test_the_measurement_names_its_peers_and_its_limit() -> None:
    one = measurement(SMALL)

    assert set(one.peers) >= {"pandas", "pandas from the same steps"}
    assert one.limit is not None
    assert one.limit() == pytest.approx(engine(Given.of(SMALL)).value)
