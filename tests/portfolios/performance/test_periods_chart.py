"""The chart in the browser measures its ranges from the same evening as the figures above it."""

import json
import re
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from portfolios.performance.book import day_number
from portfolios.performance.periods import CHART_RANGES, range_start

CHART = Path(__file__).parents[3] / "charts/static/charts/chart.js"
NODE = shutil.which("node")
CALENDARS = [
    [date(2023, 1, 3) + timedelta(days=n) for n in range(0, 520, 3)],
    [date(2019, 2, 28), date(2024, 2, 29)],
    [date(2024, 3, 29), date(2024, 3, 30), date(2024, 3, 31)],
    [date(2023, 12, 29), date(2024, 1, 2)],
    [date(2024, 2, 1), date(2024, 3, 5)],
    [date(2024, 2, 3), date(2024, 2, 28), date(2024, 3, 3)],
    [date(2024, 2, 1)],
]


@pytest.mark.skipif(NODE is None, reason="node runs the chart's own code, and there is none here")
def test_the_chart_starts_where_the_figures_start() -> None:
    function = re.search(r"function start\(\) \{.*?\n  \}\n", CHART.read_text(), re.DOTALL)
    assert function is not None
    days = [[day_number(day) for day in calendar] for calendar in CALENDARS]
    program = f"""
    const DAY = 86_400_000; let data, range;
    {function[0]}
    const found = {json.dumps(days)}.map((days) => {json.dumps(CHART_RANGES)}.map((name) => {{
      data = {{ days }}; range = name; return start(); }}));
    console.log(JSON.stringify(found));"""

    answer = subprocess.run([str(NODE), "-e", program], capture_output=True, text=True, check=True)

    assert json.loads(answer.stdout) == [[_position(calendar, name) for name in CHART_RANGES] for calendar in CALENDARS]


def _position(calendar: list[date], name: str) -> int:
    """−1 where everything since the first purchase counts."""
    start = range_start(name, calendar)
    on_or_before = int(np.searchsorted([day_number(day) for day in calendar], day_number(start), side="right")) - 1
    return -1 if start == calendar[0] else on_or_before
