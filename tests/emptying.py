"""What a test with transactions of its own leaves in the database is taken out again, from the tables that have rows.

Django's way empties every table and then makes the content types and permissions of all models anew, which takes longer
than most of these tests do. They are the same in every test: here they stay.
"""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

STAY = {ContentType._meta.db_table, Permission._meta.db_table}


def empty_tables(_case: object = None) -> None:
    """In place of ``TransactionTestCase._fixture_teardown``."""
    with transaction.atomic(), connection.cursor() as cursor:  # what refers to what is looked at when it ends
        for table in tables_with_rows(cursor):
            if table not in STAY:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def tables_with_rows(cursor: Any) -> list[str]:
    """Of those that belong to models, in the order of their names."""
    name = connection.ops.quote_name
    tables = sorted({*connection.introspection.django_table_names()})
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name(table)})" for table in tables)
    cursor.execute(" UNION ALL ".join(asked))
    return sorted(table for (table,) in cursor.fetchall())
