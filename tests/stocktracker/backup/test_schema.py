import pytest
from django.db import connection, transaction

from stocktracker.backup import schema
from stocktracker.monitoring.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def test_a_migrated_database_has_all_there_are() -> None:
    assert set(schema.applied()) >= schema.known()
    assert schema.pending() == []


def test_a_database_goes_back_to_fewer_migrations_and_forward_again() -> None:
    every = set(schema.applied())
    without = {one for one in every if one[0] != "monitoring"}

    with transaction.atomic():
        schema.bring_to(without)
        fewer, pending = tables(), schema.pending()
        schema.bring_forward()

    assert Event._meta.db_table not in fewer
    assert {app for app, _ in pending} == {"monitoring"}
    assert set(schema.applied()) == every
    assert Event.objects.count() == 0
