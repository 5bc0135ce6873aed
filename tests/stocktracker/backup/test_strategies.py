import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from charts.backtest_selectors import strategies_of
from charts.backtests.request import as_data, read
from charts.models import Asked, Backtest, Strategy
from charts.services.saving import MOST_STRATEGIES, save_strategy
from charts.tasks import strategy as bell
from portfolios.models import Portfolio
from pricing.models import Instrument
from stocktracker.backup.exporting import export
from stocktracker.backup.importing import Taken, import_all
from stocktracker.backup.portable import ExportError
from stocktracker.jobs.models import Job, State
from tests.charts.given import computed, hold, worked
from tests.portfolios.given import ran

pytestmark = pytest.mark.django_db(transaction=True)

SAVED_ON = date(2024, 6, 5)


def saved(user: User, data: dict[str, Any], name: str = "Mine") -> Strategy:
    strategy = save_strategy(user, computed(user, data), name, timezone.now())
    Strategy.objects.filter(pk=strategy.pk).update(saved_on=SAVED_ON)
    strategy.refresh_from_db()
    return strategy


def untraded(user: User, name: str) -> dict[str, Any]:
    portfolio = user.portfolios.get(name=name)
    return {"strategy": {"kind": "untraded", "portfolio": portfolio.pk, "since": "2024-06-05"}, "benchmark": ""}


def exported(user: User, tmp_path: Path, change: Callable[[Any], Any] = lambda told: told) -> Path:
    """The files, with strategies.json as `change` makes it."""
    packed, path = io.BytesIO(), tmp_path / "ada.zip"
    export([user], packed, timezone.now())
    with ZipFile(packed) as made, ZipFile(path, "w") as written:
        for name in made.namelist():
            text = made.read(name)
            told = json.dumps(change(json.loads(text))).encode() if name == "ada/strategies.json" else text
            written.writestr(name, told)
    return path


def taken(path: Path, username: str = "grace") -> Taken:
    return import_all(str(path), username, timezone.now())


def left_out(result: Taken) -> list[str]:
    """Of strategies."""
    return [told for told in result.left_out if "corrected prices" not in told]


def of(username: str) -> Strategy:
    return Strategy.objects.get(owner__username=username)


def test_a_strategy_comes_along_with_the_day_it_was_saved(owner: User, tmp_path: Path) -> None:
    mine = saved(owner, hold("AAPL", "SPY", benchmark="SPY", currency="USD"))

    result = taken(exported(owner, tmp_path))

    theirs = of("grace")
    assert (theirs.name, theirs.saved_on, theirs.request) == ("Mine", SAVED_ON, mine.request)
    assert theirs.result == mine.result  # of public prices there is one
    assert left_out(result) == []
    assert not Asked.objects.filter(user__username="grace").exists()
    job = ran(Job.objects.get(kind="charts.strategy", args={"strategy": theirs.pk}), bell)
    theirs.refresh_from_db()
    assert job.state == State.DONE
    assert theirs.divided
    assert theirs.divided["day"] == SAVED_ON.isoformat()


def test_own_instruments_have_the_names_they_got_here(owner: User, tmp_path: Path) -> None:
    saved(owner, hold("MY-HOUSE", "SPY", benchmark="MY-HOUSE", currency="EUR"))

    taken(exported(owner, tmp_path))

    theirs = of("grace")
    assert theirs.request["strategy"]["weights"] == {"MY-HOUSE-2": 0.5, "SPY": 0.5}
    assert theirs.request["benchmark"] == "MY-HOUSE-2"
    assert theirs.result.owner == User.objects.get(username="grace")


def test_what_a_portfolio_held_is_of_the_portfolio_that_came_along(owner: User, tmp_path: Path) -> None:
    for name in ("Family", ""):
        saved(owner, untraded(owner, name), name or "All")

    result = taken(exported(owner, tmp_path))

    found = {row.name: row.request["strategy"]["portfolio"] for row in Strategy.objects.filter(owner__username="grace")}
    own = {row.name: row.pk for row in Portfolio.objects.filter(owner__username="grace")}
    assert found == {"Family": own["Family"], "All": own[""]}
    assert left_out(result) == []


def test_what_is_of_a_portfolio_that_is_gone_is_left_out(owner: User, tmp_path: Path) -> None:
    saved(owner, untraded(owner, "Family"))

    result = taken(exported(owner, tmp_path, lambda told: [{**one, "portfolio": None} for one in told]))

    assert left_out(result) == ["The strategy «Mine» was left out: the portfolio it is of is not among these files."]
    assert not Strategy.objects.filter(owner__username="grace").exists()


def test_prices_that_are_not_here_yet_are_waited_for(owner: User, tmp_path: Path) -> None:
    request = as_data(read(hold("COLD")))
    path = exported(owner, tmp_path, lambda _: [{"name": "Cold", "saved_on": "2024-06-05", "request": request}])

    taken(path)

    theirs = of("grace")
    assert theirs.result.is_waiting
    assert theirs.result.report is None
    assert Job.objects.filter(kind="stocktracker.backfill", args={"symbol": "COLD"}).exists()
    assert [row.name for row in strategies_of(theirs.owner)] == ["Cold"]
    job = ran(Job.objects.get(kind="charts.strategy"), bell)
    assert (job.state, job.result) == (State.DONE, {"waiting_for": ["COLD"]})
    Instrument.objects.filter(symbol="COLD").update(status=Instrument.Status.UNKNOWN)
    Job.objects.filter(kind="stocktracker.backfill").delete()
    row = worked(theirs.result)
    assert row.problem
    assert of("grace").result == row


def test_taken_twice_it_is_there_once_and_another_of_its_name_gets_a_number(owner: User, tmp_path: Path) -> None:
    saved(owner, hold("SPY"))
    path = exported(owner, tmp_path)

    taken(path, "ada")
    assert Strategy.objects.count() == 1

    Strategy.objects.update(request=as_data(read(hold("AAPL"))))
    taken(path, "ada")
    assert sorted(Strategy.objects.values_list("name", flat=True)) == ["Mine", "Mine (2)"]


def test_nobody_keeps_more_than_the_pages_allow(owner: User, tmp_path: Path) -> None:
    request = as_data(read(hold("SPY")))
    many = [
        {"name": f"{number}", "saved_on": "2024-06-05", "request": request} for number in range(MOST_STRATEGIES + 1)
    ]

    result = taken(exported(owner, tmp_path, lambda _: many))

    assert Strategy.objects.count() == MOST_STRATEGIES
    assert left_out(result) == ["The strategy «50» was left out: nobody keeps more than 50."]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": " "}, "strategies.json, entry 1: name is empty."),
        ({"name": "x" * 81}, "strategies.json, entry 1: name should be a text of 80 characters at most."),
        ({"request": None}, "strategies.json, entry 1: This must be a JSON object."),
        ({"request": {"strategy": {"kind": "hold", "weights": {"SPY": 2}}}},
         "strategies.json, entry 1: strategy.weights: The parts add up to 200 %"),
        ({"request": {"strategy": {"kind": "hold", "weights": {"EVE": 1}}}}, "entry 1: EVE is somebody"),
        ({"saved_on": (timezone.now() + timedelta(days=2)).date().isoformat()}, "has not come yet."),
        ({"saved_on": "never"}, "strategies.json, entry 1: saved_on should be a date like 2024-03-28."),
    ],
)  # fmt: skip
def test_what_is_wrong_stores_nothing_and_is_told(
    owner: User, tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    eve = User.objects.create_user("eve")
    Instrument.objects.create(symbol="EVE", status=Instrument.Status.MANUAL, entered_by=eve, currency="EUR")
    saved(owner, hold("SPY"))
    path = exported(owner, tmp_path, lambda found: [{**found[0], **change}])

    with pytest.raises(ExportError) as refused:
        taken(path)

    assert told in str(refused.value)
    assert not User.objects.filter(username="grace").exists()
    assert Backtest.objects.count() == 1
