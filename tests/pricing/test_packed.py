import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pytest
from django.db import connection, transaction

from pricing.market.bars import RECORD, day_number, records
from pricing.models import Bar, Instrument
from pricing.packed import NO_BARS, merge, packs, revised_bars, revised_packs
from pricing.upstream.client import Bar as UpstreamBar

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


def bar(day: date, close: float) -> UpstreamBar:
    return UpstreamBar(day, close, close + 1, close - 1, close, close / 2, 100)


def test_merged_bars_are_stored_to_the_last_bit(apple: Instrument) -> None:
    merge(records(apple.pk, [bar(MONDAY, 0.1 + 0.2)]))

    stored = Bar.objects.get()
    assert (stored.session, stored.close, stored.adjusted_close, stored.volume) == (
        MONDAY,
        0.1 + 0.2,
        0.15000000000000002,
        100,
    )
    assert (stored.open, stored.high, stored.low) == (0.1 + 0.2, 1.3, -0.7)


def test_merging_tells_how_many_rows_were_new_or_differed(apple: Instrument) -> None:
    first = merge(records(apple.pk, [bar(MONDAY, 10.0), bar(TUESDAY, 11.0)]))
    again = merge(records(apple.pk, [bar(MONDAY, 10.0), bar(TUESDAY, 12.0)]))

    assert (first, again) == ({apple.pk: 2}, {apple.pk: 1})
    assert list(Bar.objects.order_by("session").values_list("close", flat=True)) == [10.0, 12.0]


def test_nothing_to_merge_is_nothing_done() -> None:
    assert merge(np.empty(0, dtype=RECORD)) == {}


def test_a_session_stated_twice_is_stored_once(apple: Instrument) -> None:
    merge(records(apple.pk, [bar(MONDAY, 10.0), bar(MONDAY, 10.0)]))

    assert Bar.objects.count() == 1


def test_a_first_history_is_stored_whole_whatever_its_order(apple: Instrument) -> None:
    first = merge(records(apple.pk, [bar(TUESDAY, 11.0), bar(MONDAY, 10.0)]))

    assert first == {apple.pk: 2}
    assert packs([apple.pk])[apple.pk].closes.tolist() == [10.0, 11.0]


def test_a_session_stated_twice_in_a_first_history_spoils_nothing_of_the_callers_transaction(apple: Instrument) -> None:
    with transaction.atomic():
        Instrument.objects.filter(pk=apple.pk).update(revision=7)
        merge(records(apple.pk, [bar(MONDAY, 10.0), bar(MONDAY, 10.0)]))

    assert (Bar.objects.count(), Instrument.objects.get().revision) == (1, 7)


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_first_history_take_turns() -> None:
    apple = Instrument.objects.create(symbol="AAPL")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            merge(records(apple.pk, [bar(MONDAY, 10.0), bar(TUESDAY, 11.0)]))
            slower = pool.submit(merge_elsewhere, records(apple.pk, [bar(MONDAY, 10.0), bar(TUESDAY, 12.0)]))
            wait_until_somebody_waits_for_a_lock()

        assert slower.result() == {apple.pk: 1}
    assert packs([apple.pk])[apple.pk].closes.tolist() == [10.0, 12.0]


def merge_elsewhere(bars: np.ndarray) -> dict[int, int]:
    try:
        return merge(bars)
    finally:
        connection.close()


def wait_until_somebody_waits_for_a_lock() -> None:
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


def test_two_merges_in_one_transaction_do_not_see_each_others_rows(apple: Instrument) -> None:
    with transaction.atomic():
        merge(records(apple.pk, [bar(MONDAY, 10.0)]))
        second = merge(records(apple.pk, [bar(TUESDAY, 11.0)]))

    assert second == {apple.pk: 1}


def test_a_merge_that_is_rolled_back_leaves_nothing(apple: Instrument) -> None:
    with transaction.atomic():
        merge(records(apple.pk, [bar(MONDAY, 10.0)]))
        transaction.set_rollback(True)

    assert Bar.objects.count() == 0
    assert merge(records(apple.pk, [bar(MONDAY, 10.0)])) == {apple.pk: 1}


def test_packs_are_the_closes_in_order_of_their_days(apple: Instrument) -> None:
    merge(records(apple.pk, [bar(TUESDAY, 11.0), bar(MONDAY, 10.0)]))

    pack = packs([apple.pk])[apple.pk]

    assert pack.days.tolist() == [day_number(MONDAY), day_number(TUESDAY)]
    assert pack.closes.tolist() == [10.0, 11.0]
    assert packs([apple.pk], adjusted=True)[apple.pk].closes.tolist() == [5.0, 5.5]


def test_an_instrument_without_bars_is_an_empty_pack(apple: Instrument) -> None:
    assert len(packs([apple.pk])[apple.pk].closes) == 0


def test_many_packs_are_one_query(apple: Instrument, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with django_assert_num_queries(1):
        packs([apple.pk, apple.pk + 1, apple.pk + 2])


def test_the_primary_key_carries_the_close() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'pricing_bar'")
        definitions = [row[0] for row in cursor.fetchall()]

    assert len(definitions) == 1
    assert "INCLUDE (close)" in definitions[0]


def test_a_pack_comes_with_the_revision_it_is_of(apple: Instrument) -> None:
    merge(records(apple.pk, [bar(MONDAY, 10.0)]))
    Instrument.objects.update(revision=7)
    empty = Instrument.objects.create(symbol="KO")

    found = revised_packs([apple.pk, empty.pk, 0])

    assert {pk: (revision, pack.closes.tolist()) for pk, (revision, pack) in found.items()} == {
        apple.pk: (7, [10.0]),
        empty.pk: (0, []),
    }


def test_bars_are_packed_whole_with_opens_on_the_scale_of_adjusted_closes(apple: Instrument) -> None:
    merge(records(apple.pk, [UpstreamBar(MONDAY, 9, 11, 8, 10, 5, 1), UpstreamBar(TUESDAY, 0, 13, 11, 12, 12, 1)]))

    revision, bars = revised_bars([apple.pk])[apple.pk]

    assert revision == apple.revision
    assert bars.days.tolist() == [day_number(MONDAY), day_number(TUESDAY)]
    assert bars.opens.tolist() == [9, 12]  # without an open the close stands for it
    assert bars.adjusted_opens.tolist() == [4.5, 12]


def test_an_instrument_without_bars_has_empty_ones(apple: Instrument) -> None:
    assert revised_bars([apple.pk, apple.pk + 1]) == {apple.pk: (apple.revision, NO_BARS)}
