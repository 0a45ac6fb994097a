"""Rows written by statements that are made once: what a request of a crowd writes.

``save()`` and ``bulk_create`` build and compile their statement each time, which costs more than writing the row.
Nothing but the statement is left out: defaults, ``auto_now`` and the preparation of values are those of the fields, the
database's constraints hold. Signals are not sent; this product has none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    Model,
    TextField,
    UUIDField,
)
from django.db.transaction import TransactionManagementError

from core.prepared import LONGEST, filled_up

Convert = Callable[[Any, BaseDatabaseWrapper], Any]

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
        sql, columns = _insertion(connection.vendor, type(some[0]), len(some), tuple(update), tuple(unique))
        values = [column.value(row, connection, is_new=True) for row in some for column in columns]
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
    sql, columns = _change(connection.vendor, type(row), names)
    values = [column.value(row, connection, is_new=False) for column in columns]
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
        sql, columns = _change(connection.vendor, type(rows[0]), names)
        values = [[column.value(row, connection, is_new=False) for column in columns] for row in rows]
        with connection.cursor() as cursor:
            cursor.executemany(sql, values)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that is written. Of a value of the type ``kind`` it takes what ``convert`` gives, as its field would,
    which asks more questions; of all others what the field says.
    """

    field: "Field[Any, Any]"
    kind: type | None
    convert: Convert | None

    @classmethod
    def of(cls, field: "Field[Any, Any]", connection: BaseDatabaseWrapper) -> "_Column":
        target: Any = field
        while isinstance(target, ForeignKey):
            target = target.target_field
        is_set_by_itself = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        for base, (kind, convert) in _plain_kinds(connection).items():
            if isinstance(target, base) and not is_set_by_itself and _is_plain(target, base):
                return cls(field, kind, convert)
        return cls(field, None, None)

    def value(self, row: Model, connection: BaseDatabaseWrapper, *, is_new: bool) -> Any:
        """What is written for ``row``."""
        if self.convert is not None:
            value = getattr(row, self.field.attname)
            if type(value) is self.kind:
                return self.convert(value, connection)
        return self.field.get_db_prep_save(self.field.pre_save(row, is_new), connection)


def _plain_kinds(connection: BaseDatabaseWrapper) -> dict[type["Field[Any, Any]"], tuple[type, Convert]]:
    """Of the usual kinds of fields: the type of their values, and what the database takes of one."""
    ids = _as_it_is if connection.features.has_native_uuid_field else _hex
    return {
        UUIDField: (UUID, ids),
        CharField: (str, _as_it_is),
        TextField: (str, _as_it_is),
        BooleanField: (bool, _as_it_is),
        DateTimeField: (datetime, _moment),
    }


def _is_plain(field: "Field[Any, Any]", base: type["Field[Any, Any]"]) -> bool:
    """Whether the field prepares its values as its base does."""
    names = ("pre_save", "get_prep_value", "get_db_prep_value", "get_db_prep_save", "to_python")
    return all(getattr(type(field), name) is getattr(base, name) for name in names)


def _as_it_is(value: Any, _connection: BaseDatabaseWrapper) -> Any:
    return value


def _hex(value: UUID, _connection: BaseDatabaseWrapper) -> str:
    return value.hex


_MOMENT: "DateTimeField[Any, Any]" = DateTimeField()


def _moment(value: datetime, connection: BaseDatabaseWrapper) -> Any:
    if value.tzinfo is UTC and connection.vendor == "sqlite":
        return _in_sqlite(value)
    aware = value if value.tzinfo is not None else _MOMENT.get_prep_value(value)
    return connection.ops.adapt_datetimefield_value(aware)


@lru_cache(maxsize=64)
def _in_sqlite(moment: datetime) -> str:
    """As Django writes it there; all rows of a crowd have the same."""
    return str(moment.replace(tzinfo=None))


@cache
def _insertion(
    vendor: str, model: type[Model], number: int, changed: tuple[str, ...], unique: tuple[str, ...]
) -> tuple[str, list[_Column]]:
    quote, meta = _quote(), model._meta
    fields = [field for field in meta.concrete_fields if not (field.primary_key and field.db_returning)]
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * number)
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES {places}"  # noqa: S608 — names of our own columns
    if changed:
        target = ", ".join(_columns(model, unique))
        news = ", ".join(f"{column} = EXCLUDED.{column}" for column in _columns(model, changed))
        sql += f" ON CONFLICT ({target}) DO UPDATE SET {news}"
    return sql, _written(fields)


@cache
def _deletion(vendor: str, model: type[Model], number: int) -> tuple[str, "Field[Any, Any]"]:
    quote, meta = _quote(), model._meta
    if any(each.one_to_many or each.one_to_one for each in meta.related_objects):
        raise TypeError(f"Other rows refer to those of {meta.label}: delete them with a queryset.")
    places = ", ".join(["%s"] * number)
    sql = f"DELETE FROM {quote(meta.db_table)} WHERE {quote(meta.pk.column)} IN ({places})"  # noqa: S608 — the same
    return sql, meta.pk


@cache
def _change(vendor: str, model: type[Model], names: tuple[str, ...]) -> tuple[str, list[_Column]]:
    quote, meta = _quote(), model._meta
    news = ", ".join(f"{column} = %s" for column in _columns(model, names))
    sql = f"UPDATE {quote(meta.db_table)} SET {news} WHERE {quote(meta.pk.column)} = %s"  # noqa: S608 — the same
    return sql, _written([*_fields(model, names), meta.pk])


def _written(fields: Sequence["Field[Any, Any]"]) -> list[_Column]:
    connection = connections[DEFAULT_DB_ALIAS]
    return [_Column.of(field, connection) for field in fields]


def _columns(model: type[Model], names: Sequence[str]) -> list[str]:
    quote = _quote()
    return [quote(field.column) for field in _fields(model, names)]


def _fields(model: type[Model], names: Sequence[str]) -> list["Field[Any, Any]"]:
    known = {field.name: field for field in model._meta.concrete_fields}
    return [known[name] for name in names]


def _quote() -> Callable[[Any], str]:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name
