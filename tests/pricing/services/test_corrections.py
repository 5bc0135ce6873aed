from datetime import UTC, date, datetime

import pytest

from pricing.market.bars import records
from pricing.models import Bar, Correction, Instrument
from pricing.packed import merge
from pricing.services.corrections import apply_corrections
from pricing.upstream.client import Bar as UpstreamBar

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 22, tzinfo=UTC)


def test_what_was_entered_replaces_a_bar_and_adds_one_without_asking_anybody(apple: Instrument) -> None:
    stated = [UpstreamBar(date(2026, 11, day), 9, 9, 9, 9, 9, 5) for day in (16, 18)]
    merge(records(apple.pk, stated))
    for day, close in ((16, 10.0), (17, 11.0), (20, 12.0)):
        Correction.objects.create(instrument=apple, session=date(2026, 11, day), close=close, entered_at=NOW)

    changed = apply_corrections(apple)

    assert changed == 3
    assert dict(Bar.objects.values_list("session__day", "close")) == {16: 10, 17: 11, 18: 9, 20: 12}
    assert Instrument.objects.get().revision == 1
    assert apply_corrections(apple) == 0
    assert Instrument.objects.get().revision == 1
