"""Rows written by statements that are made once: what a request of a crowd writes.

``save()`` and ``bulk_create`` build and compile their statement each time, which costs more than writing the row.
Nothing but the statement is left out: defaults, ``auto_now`` and the preparation of values are those of the fields, the
database's constraints hold. Signals are not sent; this product has none.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model
from django.db.transaction import TransactionManagementError

from core.prepared import LONGEST, filled_up

#: How many rows one statement inserts at most.
AT_ONCE = 20


def insert(*rows: Model, update: Sequence[str] = (), unique: Sequence[str] = ()) -> None:
    """Insert ``rows``, all of one model, in one statement for each :data:`AT_ONCE`. Raises IntegrityError as ``save()``
    does. ``bulk_create`` resolves every value of every row as an expression, which costs several times as much.

    With ``update``, a row that is there already by the fields ``unique`` gets these fields instead; no two of ``rows``
    are alike in those. A key that the database makes is not read back; those of later rows are higher.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        sql, fields = _insertion(connection.vendor, type(some[0]), len(some), tuple(update), tuple(unique))
        values = [value for row in some for value in _values(row, fields, is_new=True)]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
        for row in some:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def delete(model: type[Model], keys: Sequence[Any]) -> None:
    """Delete the rows with these keys, of a model that no other refers to; one statement for each 500."""
    connection = connections[DEFAULT_DB_ALIAS]
    for start in range(0, len(keys), LONGEST):
        filled, length = filled_up(keys[start : start + LONGEST])
        sql, prepared = _deletion(connection.vendor, model, length)
        with connection.cursor() as cursor:
            cursor.execute(sql, [prepared.get_db_prep_value(key, connection) for key in filled])


def update(row: Model, *names: str) -> None:
    """Write these fields of ``row``, which exists."""
    connection = connections[DEFAULT_DB_ALIAS]
    sql, fields = _change(connection.vendor, type(row), names)
    values = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def update_all(rows: Sequence[Model], *names: str) -> None:
    """As :func:`update`, for many rows in their order.

    Raises TransactionManagementError outside a transaction, where each row would be one of its own.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if not connection.in_atomic_block:
        raise TransactionManagementError("Many rows are written in a transaction.")
    if rows:
        sql, fields = _change(connection.vendor, type(rows[0]), names)
        with connection.cursor() as cursor:
            cursor.executemany(sql, [_values(row, fields, is_new=False) for row in rows])


def _values(row: Model, fields: list["Field[Any, Any]"], *, is_new: bool) -> list[Any]:
    connection = connections[DEFAULT_DB_ALIAS]
    return [field.get_db_prep_save(field.pre_save(row, is_new), connection) for field in fields]


@cache
def _insertion(
    vendor: str, model: type[Model], number: int, changed: tuple[str, ...], unique: tuple[str, ...]
) -> tuple[str, list["Field[Any, Any]"]]:
    quote, meta = _quote(), model._meta
    fields = [field for field in meta.concrete_fields if not (field.primary_key and field.db_returning)]
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * number)
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES {places}"  # noqa: S608 — names of our own columns
    if changed:
        target = ", ".join(_columns(model, unique))
        news = ", ".join(f"{column} = EXCLUDED.{column}" for column in _columns(model, changed))
        sql += f" ON CONFLICT ({target}) DO UPDATE SET {news}"
    return sql, fields


@cache
def _deletion(vendor: str, model: type[Model], number: int) -> tuple[str, "Field[Any, Any]"]:
    quote, meta = _quote(), model._meta
    if any(each.one_to_many or each.one_to_one for each in meta.related_objects):
        raise TypeError(f"Other rows refer to those of {meta.label}: delete them with a queryset.")
    places = ", ".join(["%s"] * number)
    sql = f"DELETE FROM {quote(meta.db_table)} WHERE {quote(meta.pk.column)} IN ({places})"  # noqa: S608 — the same
    return sql, meta.pk


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
