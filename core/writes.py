"""Single rows written by statements that are made once: what a request of a crowd writes.

``save()`` and ``bulk_create`` build and compile their statement each time, which costs more than writing the row.
Nothing but the statement is left out: defaults, ``auto_now`` and the preparation of values are those of the fields, the
database's constraints hold. Signals are not sent; this product has none.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model


def insert(*rows: Model, update: Sequence[str] = (), unique: Sequence[str] = ()) -> None:
    """Insert ``rows``, all of one model, one statement each. Raises IntegrityError as ``save()`` does.

    With ``update``, a row that is there already by the fields ``unique`` gets these fields instead. A key that the
    database makes is not read back.
    """
    for row in rows:
        connection = connections[DEFAULT_DB_ALIAS]
        sql, fields = _insertion(connection.vendor, type(row), tuple(update), tuple(unique))
        values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def update(row: Model, *names: str) -> None:
    """Write these fields of ``row``, which exists."""
    connection = connections[DEFAULT_DB_ALIAS]
    sql, fields = _change(connection.vendor, type(row), names)
    values = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@cache
def _insertion(
    vendor: str, model: type[Model], changed: tuple[str, ...], unique: tuple[str, ...]
) -> tuple[str, list["Field[Any, Any]"]]:
    quote, meta = _quote(), model._meta
    fields = [field for field in meta.concrete_fields if not (field.primary_key and field.db_returning)]
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 — names of our own columns
    if changed:
        target = ", ".join(_columns(model, unique))
        news = ", ".join(f"{column} = EXCLUDED.{column}" for column in _columns(model, changed))
        sql += f" ON CONFLICT ({target}) DO UPDATE SET {news}"
    return sql, fields


@cache
def _change(vendor: str, model: type[Model], names: tuple[str, ...]) -> tuple[str, list["Field[Any, Any]"]]:
    quote, meta = _quote(), model._meta
    news = ", ".join(f"{column} = %s" for column in _columns(model, names))
    sql = f"UPDATE {quote(meta.db_table)} SET {news} WHERE {quote(meta.pk.column)} = %s"  # noqa: S608 — the same
    return sql, [*_fields(model, names), meta.pk]


def _columns(model: type[Model], names: Sequence[str]) -> list[str]:
    quote = _quote()
    return [quote(field.column) for field in _fields(model, names)]


def _fields(model: type[Model], names: Sequence[str]) -> list["Field[Any, Any]"]:
    known = {field.name: field for field in model._meta.concrete_fields}
    return [known[name] for name in names]


def _quote() -> Callable[[Any], str]:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name
