"""Seeded random walks."""

import numpy as np
import pytest

from pricing.simulator.walk import DAYS, YEARS, market, noise, seeded


def test_the_same_names_draw_the_same_numbers_and_others_do_not() -> None:
    assert seeded("AAPL", "x").integers(1 << 60) == seeded("AAPL", "x").integers(1 << 60)
    assert seeded("AAPL", "x").integers(1 << 60) != seeded("AAPL", "y").integers(1 << 60)


def test_the_numbers_are_the_same_in_every_version_of_this_program() -> None:
    assert seeded("AAPL").integers(1 << 30) == 775829023


def test_noise_has_variance_one_and_no_mean() -> None:
    drawn = np.concatenate([noise(name) for name in ("A", "B", "C", "D")])

    assert len(drawn) == 4 * len(DAYS)
    assert abs(drawn.mean()) < 0.02
    assert drawn.var() == pytest.approx(1.0, abs=0.08)


def test_the_market_has_the_years_people_remember() -> None:
    years = DAYS.astype("datetime64[Y]").astype(int) + 1970
    working = np.is_busday(DAYS)

    for year in (2008, 2013, 2022):
        assert market()[(years == year) & working].sum() == pytest.approx(YEARS[year])
