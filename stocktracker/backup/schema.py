"""The state of the database's tables, as a set of migrations, and how to bring them to another."""

from __future__ import annotations

from collections.abc import Collection

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg2 import sql

Name = tuple[str, str]  # (app, migration)


def applied() -> list[Name]:
    """Of this database, sorted; none of an empty one."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def known() -> set[Name]:
    """Those this version brings along."""
    return set(MigrationLoader(connection, ignore_no_migrations=True).disk_migrations)


def pending() -> list[Name]:
    """Those of this version that the database does not have yet."""
    return sorted(known() - set(applied()))


def tables_at(migrations: Collection[Name]) -> set[str]:
    """Every table that those of them make which this version knows, tables between two models included."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    state = loader.project_state(_last_of_each_app(loader, set(migrations) & set(loader.disk_migrations)))
    models = state.apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in models}  # noqa: SLF001 — Django's documented interface


def bring_to(wanted: Collection[Name]) -> None:
    """Exactly these migrations, in the caller's transaction; only for a database that is about to be filled.

    One that has others is made anew: its tables go, with all that is in them.
    """
    if set(applied()) - set(wanted):
        _drop_all()
    executor = MigrationExecutor(connection)
    executor.migrate(_last_of_each_app(executor.loader, set(wanted)))


def bring_forward() -> None:
    """To this version."""
    call_command("migrate", interactive=False, verbosity=0)


def _last_of_each_app(loader: MigrationLoader, wanted: set[Name]) -> list[Name]:
    """Where to stop: those that no other wanted one of their app follows."""
    followed = {parent for child in wanted for parent in _parents(loader, child) if parent[0] == child[0]}
    return sorted(wanted - followed)


def _parents(loader: MigrationLoader, name: Name) -> list[Name]:
    return [parent.key for parent in loader.graph.node_map[name].parents]


def _drop_all() -> None:
    """Our own tables only: a database may be shared with something else. Also those of a newer version's migrations,
    which would be in the way when that version makes them again.
    """
    own = {*connection.introspection.django_table_names(only_existing=True), "django_migrations"}
    prefixes = tuple({f"{app}_" for app, _ in applied()})
    with connection.cursor() as cursor:
        newer = {table for table in connection.introspection.table_names(cursor) if table.startswith(prefixes)}
        for table in sorted(own | newer):
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(sql.Identifier(table)))
