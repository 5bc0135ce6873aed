"""An empty database after a test that commits: rows are deleted where there are any, tables are not made anew.

Django's flush truncates every table and writes content types and permissions again, an eighth of a second each time.
It is still asked where a table has grown, and where those two are not what it left.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase

GROWN = 2**20  # bytes of a table; deleted rows stay in its file
KEPT = {"django_content_type", "auth_permission"}
ROWS_KEPT = """
SELECT (SELECT string_agg(row::text, ',' ORDER BY row.id) FROM django_content_type AS row),
       (SELECT string_agg(row::text, ',' ORDER BY row.id) FROM auth_permission AS row)
"""

_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # its stubs leave out what is private
_left: dict[str, object] = {}  # by database: the rows it keeps, as the last flush left them


def empty(case: TransactionTestCase) -> None:
    """Like the flush it stands for, waits for whoever still writes."""
    name = connection.settings_dict["NAME"]
    if not (name in _left and _rows_deleted(_left[name])):
        _flush(case)
        _left[name] = _rows_kept()


def _rows_deleted(left: object) -> bool:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    if not set(names) >= KEPT or _rows_kept() != left:
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE")
        looks = (f"SELECT '{name}', pg_relation_size('{name}') WHERE EXISTS (SELECT FROM {name})" for name in names)  # noqa: S608 — our own tables
        cursor.execute(" UNION ALL ".join(looks))
        filled = {name: size for name, size in cursor.fetchall() if name not in KEPT}
        if any(size > GROWN for size in filled.values()):
            return False
        for name in filled:
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608 — foreign keys are looked at in the end
    return True


def _rows_kept() -> object:
    with connection.cursor() as cursor:
        cursor.execute(ROWS_KEPT)
        return cursor.fetchone()
