from datetime import timedelta

import pytest

from stocktracker.perf import week as weeks
from stocktracker.perf.result import as_text

pytestmark = pytest.mark.django_db(transaction=True)


def test_three_days_of_a_market_with_a_split_cost_few_requests_and_end_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(weeks, "PORTFOLIOS", 2)
    monkeypatch.setattr(weeks, "QUIET_STEP", timedelta(hours=1))

    lived = weeks.week(count=12, days=3, step=timedelta(minutes=30))

    print(*map(as_text, lived.results()), sep="\n")
    assert (lived.missing, lived.wrong, lived.refused, lived.split) == (0, 0, 0, True)
    assert all(day.sent <= 30 for day in lived.days)
    assert all(day.database_rate is not None and day.database_rate > 0.99 for day in lived.days)
    assert lived.dividends[0] == lived.dividends[1]
    assert all(result.met for result in lived.results())
