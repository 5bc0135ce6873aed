from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from pricing import closes as module
from pricing.closes import Shelf, closes, histories, shelf
from pricing.market.bars import records
from pricing.models import Instrument
from pricing.packed import NO_BARS, Pack, merge
from pricing.upstream.client import Bar as UpstreamBar

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    shelf.clear()
    yield
    shelf.clear()


def store(instrument: Instrument, *prices: float) -> None:
    """As every write does: bars and revision in one transaction."""
    days = [MONDAY + timedelta(days=index) for index in range(len(prices))]
    merge(records(instrument.pk, [UpstreamBar(d, p, p, p, p, p / 2, 0) for d, p in zip(days, prices, strict=True)]))
    Instrument.objects.filter(pk=instrument.pk).update(revision=F("revision") + 1)
    instrument.refresh_from_db()


def read(*instruments: Instrument, adjusted: bool = False) -> tuple[list[list[float]], int]:
    """Closes of each, and how many queries they took."""
    with CaptureQueriesContext(connection) as queries:
        found = closes([(row.pk, row.revision) for row in instruments], adjusted=adjusted)
    return [found[row.pk].closes.tolist() for row in instruments], len(queries)


def pack(length: int) -> Pack:
    return Pack(np.zeros(length, dtype=np.int32), np.zeros(length))


def test_what_was_read_once_is_not_read_again(apple: Instrument) -> None:
    store(apple, 10.0, 11.0)

    assert [read(apple), read(apple)] == [([[10.0, 11.0]], 1), ([[10.0, 11.0]], 0)]


def test_a_new_revision_is_read_again(apple: Instrument) -> None:
    store(apple, 10.0)
    read(apple)
    store(apple, 12.0)

    assert read(apple) == ([[12.0]], 1)


def test_only_what_is_missing_is_read_in_one_query(apple: Instrument) -> None:
    others = [Instrument.objects.create(symbol=symbol) for symbol in ("MSFT", "KO")]
    for row in (apple, *others):
        store(row, float(row.pk))
    read(apple)

    assert read(apple, *others) == ([[float(row.pk)] for row in (apple, *others)], 1)


def test_closes_and_adjusted_closes_are_two_things(apple: Instrument) -> None:
    store(apple, 10.0)
    read(apple)

    assert read(apple, adjusted=True) == ([[5.0]], 1)
    assert read(apple) == ([[10.0]], 0)


def test_without_bars_or_deleted_is_an_empty_pack(apple: Instrument) -> None:
    assert len(closes([(apple.pk, apple.revision), (0, 0)])[0].days) == 0
    assert read(apple) == ([[]], 0)


def test_what_is_kept_cannot_be_written_to(apple: Instrument) -> None:
    store(apple, 10.0)

    kept = closes([(apple.pk, apple.revision)])[apple.pk]

    with pytest.raises(ValueError, match="read-only"):
        kept.closes[0] = 0.0


def test_closes_read_while_the_revision_moved_are_kept_under_their_own(apple: Instrument) -> None:
    store(apple, 10.0)
    before = apple.revision
    store(apple, 12.0)  # after somebody has read the revision, before he reads the closes

    assert closes([(apple.pk, before)])[apple.pk].closes.tolist() == [12.0]

    assert shelf.get((apple.pk, before, "closes")) is None
    assert read(apple) == ([[12.0]], 0)


@pytest.mark.django_db(transaction=True)
def test_a_writer_in_another_connection_never_leaves_closes_under_a_wrong_revision() -> None:
    apple = Instrument.objects.create(symbol="AAPL")
    store(apple, 1.0)

    def write() -> None:
        try:
            for price in range(2, 40):
                write_one(apple.pk, float(price))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        while not writing.done():
            apple.refresh_from_db()
            closes([(apple.pk, apple.revision)])
        writing.result()

    kept = {key[1]: found.closes.tolist() for key, found in shelf._packs.items()}
    assert len(kept) > 1
    assert kept == {revision: [float(revision)] for revision in kept}


def write_one(pk: int, price: float) -> None:
    from django.db import transaction

    with transaction.atomic():
        merge(records(pk, [UpstreamBar(MONDAY, price, price, price, price, price, 0)]))
        Instrument.objects.filter(pk=pk).update(revision=F("revision") + 1)


def test_what_was_not_used_for_longest_makes_room() -> None:
    small = Shelf(most=2 * 12 * 100)
    small.put((1, 1, "closes"), pack(100))
    small.put((2, 1, "closes"), pack(100))
    small.get((1, 1, "closes"))
    small.put((3, 1, "closes"), pack(100))

    assert [small.get((pk, 1, "closes")) is not None for pk in (1, 2, 3)] == [True, False, True]
    assert small.bytes == 2 * 12 * 100


def test_the_same_pack_again_is_counted_once_and_one_too_large_is_not_kept() -> None:
    small = Shelf(most=12 * 100)
    small.put((1, 1, "closes"), pack(50))
    small.put((1, 1, "closes"), pack(50))
    assert small.bytes == 12 * 50

    small.put((2, 1, "closes"), pack(101))

    assert (len(small), small.bytes) == (0, 0)


def test_the_bound_holds_a_few_hundred_instruments() -> None:
    assert module.KEPT_BYTES // (12 * 7560) > 500


def test_whole_bars_are_read_once_and_say_where_they_came_from(apple: Instrument) -> None:
    store(apple, 10.0, 11.0)

    first, again = (histories([(apple.pk, apple.revision)]) for _ in range(2))

    assert (first.from_memory, first.from_database) == (0, 1)
    assert (again.from_memory, again.from_database) == (1, 0)
    assert again.bars[apple.pk].adjusted.tolist() == [5.0, 5.5]
    assert first.revisions == again.revisions == {apple.pk: apple.revision}


def test_bars_and_closes_of_one_instrument_lie_side_by_side(apple: Instrument) -> None:
    store(apple, 10.0)

    assert histories([(apple.pk, apple.revision)]).bars[apple.pk].closes.tolist() == [10.0]
    assert read(apple) == ([[10.0]], 1)
    assert read(apple, adjusted=True) == ([[5.0]], 1)


def test_bars_say_of_which_revision_they_are_and_whoever_is_gone_has_none(apple: Instrument) -> None:
    store(apple, 10.0)

    found = histories([(apple.pk, apple.revision - 1), (apple.pk + 1, 7)])

    assert found.revisions == {apple.pk: apple.revision, apple.pk + 1: 0}
    assert found.bars[apple.pk + 1] is NO_BARS


def test_nobody_can_change_bars_that_are_kept(apple: Instrument) -> None:
    store(apple, 10.0)
    opens = histories([(apple.pk, apple.revision)]).bars[apple.pk].opens

    with pytest.raises(ValueError, match="read-only"):
        opens[0] = 1.0
