from datetime import UTC, date, datetime, timedelta

import pytest

from pricing.market.bars import records
from pricing.models import Bar, Correction, Dividend, Instrument, Split
from pricing.packed import merge
from pricing.services.histories import level_moved, swap
from pricing.upstream.client import Bar as UpstreamBar
from pricing.upstream.client import History

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 16)
DAYS = [MONDAY + timedelta(days=number) for number in range(5)]
NOW = datetime(2026, 11, 20, 22, tzinfo=UTC)


def bars(*closes: float, first: date = MONDAY) -> list[UpstreamBar]:
    days = [first + timedelta(days=number) for number in range(len(closes))]
    return [UpstreamBar(day, close, close, close, close, close, 100) for day, close in zip(days, closes, strict=True)]


def history(
    stated: list[UpstreamBar],
    splits: dict[date, tuple[float, float]] | None = None,
    dividends: dict[date, float] | None = None,
) -> History:
    return History(
        "AAPL", "USD", "NMS", "America/New_York", "Apple", "EQUITY", tuple(stated), (), dividends or {}, splits or {}
    )


def swapped(
    instrument: Instrument, stated: list[UpstreamBar], splits: dict[date, tuple[float, float]] | None = None
) -> list[date]:
    return swap(instrument, history(stated, splits), stated).doubtful


def closes(instrument: Instrument) -> list[float]:
    return list(Bar.objects.filter(instrument=instrument).order_by("session").values_list("close", flat=True))


def test_the_same_history_twice_changes_nothing(apple: Instrument) -> None:
    first = swap(apple, history(bars(1, 2, 3), dividends={DAYS[1]: 0.5}), bars(1, 2, 3))
    second = swap(apple, history(bars(1, 2, 3), dividends={DAYS[1]: 0.5}), bars(1, 2, 3))

    assert (first.changed, second.changed) == (4, 0)


def test_a_bar_the_answer_leaves_out_stays(apple: Instrument) -> None:
    swapped(apple, bars(1, 2, 3))

    swapped(apple, [bars(1, 2, 3)[0], bars(1, 2, 3)[2]])

    assert closes(apple) == [1, 2, 3]


def test_with_a_new_split_bars_and_dividends_the_answer_leaves_out_are_divided_by_it(apple: Instrument) -> None:
    swapped(apple, bars(100, 102, 104, 51))
    Dividend.objects.create(instrument=apple, ex_date=DAYS[1], amount=3)
    restated = bars(50, 51, 52, 51)

    swapped(apple, [restated[0], *restated[2:]], {DAYS[3]: (2, 1)})

    assert closes(apple) == [50, 51, 52, 51]
    assert Bar.objects.get(session=DAYS[1]).volume == 200
    assert Dividend.objects.get().amount == pytest.approx(1.5)


def test_a_split_the_answer_forgets_is_kept_while_its_closes_are_divided_by_it(apple: Instrument) -> None:
    swapped(apple, bars(50, 51, 52, 51), {DAYS[3]: (2, 1)})

    doubtful = swapped(apple, bars(50, 51, 52, 51))

    assert (doubtful, Split.objects.count(), closes(apple)) == ([DAYS[3]], 1, [50, 51, 52, 51])


def test_a_split_that_is_withdrawn_with_its_closes_goes_at_once(apple: Instrument) -> None:
    swapped(apple, bars(50, 51, 52, 51), {DAYS[3]: (2, 1)})

    doubtful = swapped(apple, [bars(100, 102, 104, 51)[0], *bars(100, 102, 104, 51)[2:]])

    assert (doubtful, Split.objects.count(), closes(apple)) == ([], 0, [100, 102, 104, 51])


def test_a_split_the_answer_lacks_goes_if_a_person_says_so(apple: Instrument) -> None:
    swapped(apple, bars(50, 51, 52, 51), {DAYS[3]: (2, 1)})

    found = swap(apple, history(bars(50, 51, 52, 51)), bars(50, 51, 52, 51), trusted=True)

    assert (found.doubtful, Split.objects.count()) == ([], 0)


def test_a_short_answer_withdraws_no_split_it_does_not_reach(apple: Instrument) -> None:
    swapped(apple, bars(50, 51, 52, 51), {DAYS[3]: (2, 1)})

    swapped(apple, bars(51, 53, first=DAYS[3]))

    assert (Split.objects.count(), closes(apple)) == (1, [50, 51, 52, 51, 53])


def test_a_correction_is_laid_over_and_follows_later_splits(apple: Instrument) -> None:
    Correction.objects.create(instrument=apple, session=DAYS[1], close=77.0, entered_at=NOW)

    swapped(apple, bars(100, 5, 104, 105))
    before = closes(apple)
    swapped(apple, bars(50, 2.5, 52, 52.5), {DAYS[4]: (2, 1)})

    assert (before, closes(apple)) == ([100, 77, 104, 105], [50, 38.5, 52, 52.5])


def test_a_correction_adds_the_day_that_is_missing_with_its_neighbours_dividends(apple: Instrument) -> None:
    Correction.objects.create(instrument=apple, session=DAYS[1], close=80.0, entered_at=NOW)
    stated = [
        UpstreamBar(DAYS[0], 100, 100, 100, 100, 90, 1),
        UpstreamBar(DAYS[2], 100, 100, 100, 100, 95, 1),
    ]

    swapped(apple, stated)

    added = Bar.objects.get(session=DAYS[1])
    assert (added.close, added.adjusted_close) == (80, 76)


def test_a_correction_entered_after_a_split_is_of_its_scale(apple: Instrument) -> None:
    Correction.objects.create(instrument=apple, session=DAYS[1], close=38.5, shares=2, entered_at=NOW)

    swapped(apple, bars(50, 2.5, 52, 52.5), {DAYS[4]: (2, 1)})

    assert closes(apple) == [50, 38.5, 52, 52.5]


def test_shares_of_splits_count_once_however_often_their_history_comes(apple: Instrument) -> None:
    apple.checked_to = DAYS[2]
    swapped(apple, bars(100, 102, 104))

    factors = [swap(apple, history(bars(50, 51, 52), {DAYS[3]: (2, 1)}), bars(50, 51, 52)).split for _ in range(2)]

    assert factors == [2.0, 1.0]


@pytest.mark.parametrize(
    ("stated", "splits", "factor"),
    [
        ((1, 2, 3), {}, None),
        ((100, 200, 300), {}, 100),
        ((0.5, 1, 1.5), {}, 0.5),  # divided as by a split that is not listed
        ((1.01, 2.02, 3.03), {}, None),  # a correction
        ((0.01, 0.02, 0.03), {}, 0.01),
        ((0.1, 0.2, 3), {DAYS[2]: (10.0, 1.0)}, None),  # ten for one, restated
        ((10, 20, 30), {DAYS[2]: (10.0, 1.0)}, 100),  # a split, and another unit besides
        ((), {}, None),
    ],
)
def test_a_history_of_another_unit_is_told_from_one_after_a_split(
    apple: Instrument, stated: tuple[float, ...], splits: dict[date, tuple[float, float]], factor: float | None
) -> None:
    merge(records(apple.pk, bars(1, 2, 3)))

    moved = level_moved(apple, history(bars(*stated), splits), bars(*stated))

    assert moved == (pytest.approx(factor) if factor else None)
