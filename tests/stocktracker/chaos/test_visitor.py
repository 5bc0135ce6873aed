import pytest
from django.db.models import F
from pytest_django.live_server_helper import LiveServer

from portfolios.models import Portfolio, Snapshot, Transaction
from stocktracker.chaos.visitor import Visitor, half_booked
from stocktracker.embedded.address import Address
from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visitor(live_server: LiveServer) -> Visitor:
    host, _, port = live_server.url.removeprefix("http://").partition(":")
    return Visitor(Address(host, int(port)))


def test_a_visitor_looks_and_books_and_each_deposit_asks_for_a_rebuild(visitor: Visitor) -> None:
    visitor.look()
    visitor.book()

    seen = visitor.take()

    assert (seen.answered, seen.failed, seen.booked, seen.failures) == (2, 0, 1, set())
    assert seen.slowest_look_ms > 0 < seen.slowest_booking_ms
    assert Transaction.objects.get().portfolio == visitor.portfolio
    assert Job.objects.get(kind="stocktracker.rebuild").args["portfolio"] == visitor.portfolio.pk
    assert visitor.take().answered == 0


def test_nobody_there_is_a_failure_and_not_an_error() -> None:
    visitor = Visitor(Address("127.0.0.1", 9))

    visitor.look()

    assert visitor.take().failures == {"ConnectionRefusedError"}


def test_a_deposit_is_whole_when_its_rebuild_has_come(visitor: Visitor) -> None:
    visitor.book()
    assert half_booked(visitor.portfolio) == 1

    kind_named("stocktracker.rebuild").task(Job.objects.get(kind="stocktracker.rebuild").pk)

    assert Snapshot.objects.get().ledger_revision == 1
    assert half_booked(visitor.portfolio) == 0


def test_a_revision_without_its_deposit_is_half_of_one(visitor: Visitor) -> None:
    Portfolio.objects.filter(pk=visitor.portfolio.pk).update(ledger_revision=F("ledger_revision") + 1)

    assert half_booked(visitor.portfolio) == 2
