from datetime import UTC, date, datetime, timedelta

import pytest

from pricing.market.quality import Finding, Kind
from pricing.models import Finding as FindingRow
from pricing.models import Instrument
from pricing.services.findings import add_finding, judge, known_flip, quotes_are_right, replace_findings
from pricing.upstream.client import Bar, History

NOW = datetime(2024, 6, 30, 12, tzinfo=UTC)
SINCE = date(2023, 1, 1)
MONDAY = date(2024, 6, 3)


def history(exchange: str, *days: date) -> History:
    bars = tuple(Bar(day, 10.0, 10.0, 10.0, 10.0, 10.0, 0) for day in days)
    return History("A", "USD", exchange, "UTC", "A", "EQUITY", bars, (), {}, {})


def judged(exchange: str, *days: date) -> list[tuple[Kind, date]]:
    asked = history(exchange, *days)
    return [(found.kind, found.day) for found in judge(asked, asked.bars, SINCE)]


def test_gaps_are_told_by_the_exchanges_own_calendar() -> None:
    """The 19th of June is a holiday in New York, and none in London."""
    days = [date(2024, 6, 18), date(2024, 6, 20)]

    assert judged("NMS", *days) == []
    assert judged("LSE", *days) == [(Kind.GAP, date(2024, 6, 19))]


def test_a_rate_has_five_days_and_an_unknown_exchange_or_a_coin_is_not_accused() -> None:
    days = [MONDAY, MONDAY + timedelta(days=10)]

    assert judged("CCY", *days) == [(Kind.RATE_GAP, MONDAY)]
    assert judged("???", *days) == judged("CCC", *days) == judged("NMS") == []


def found(*days: date, message: str = "Wrong.") -> list[Finding]:
    return [Finding(Kind.JUMP, day, message) for day in days]


@pytest.mark.django_db
def test_the_whole_set_is_replaced_and_what_stays_keeps_its_time(apple: Instrument) -> None:
    tuesday, later = MONDAY + timedelta(days=1), NOW + timedelta(days=1)
    replace_findings(apple, found(MONDAY, tuesday), NOW)

    replace_findings(apple, [*found(MONDAY, message="Still wrong."), *found(tuesday + timedelta(days=1))], later)

    assert list(FindingRow.objects.values_list("day", "message", "found_at")) == [
        (MONDAY, "Still wrong.", NOW),
        (date(2024, 6, 5), "Wrong.", later),
    ]


@pytest.mark.django_db
def test_nothing_found_and_nothing_is_left_but_of_others(apple: Instrument) -> None:
    other = Instrument.objects.create(symbol="KO")
    for row in (apple, other):
        replace_findings(row, found(MONDAY), NOW)

    replace_findings(apple, [], NOW)

    assert FindingRow.objects.get().instrument == other


@pytest.mark.django_db
def test_a_currency_that_has_changed_stays_told_until_it_changes_back(apple: Instrument) -> None:
    flip = known_flip(apple, "CAD", MONDAY)
    replace_findings(apple, flip, NOW)
    apple.currency = "CAD"

    assert flip[0].before == "USD"
    assert known_flip(apple, "CAD", MONDAY + timedelta(days=9)) == flip
    assert known_flip(apple, "USD", MONDAY + timedelta(days=9)) == []


@pytest.mark.django_db
def test_a_history_says_nothing_about_quotes(apple: Instrument) -> None:
    for kind in (Kind.QUOTE, Kind.DELISTED, Kind.BAR):
        add_finding(apple, Finding(kind, MONDAY, "Wrong."), NOW)

    replace_findings(apple, [], NOW)
    after_a_history = set(apple.findings.values_list("kind", flat=True))
    quotes_are_right([apple.pk])

    assert after_a_history == {"quote", "delisted"}
    assert not apple.findings.exists()


@pytest.mark.django_db
def test_a_first_history_changes_no_currency() -> None:
    assert known_flip(Instrument.objects.create(symbol="NEW"), "USD", MONDAY) == []
