"""Queries whose SQL is made once and run with other values each time.

Building and compiling a query costs Django ten times what the database needs to answer it. What a request asks again
and again is declared here instead::

    @prepared
    def roles_in(session_id: UUID, user_ids: list[UUID]) -> QuerySet[SessionRole]:
        return SessionRole.objects.filter(session=session_id, user__in=user_ids)

    roles_in.all(session_id=…, user_ids=…)  # a list of what the queryset gives: rows, or tuples of ``values_list``

The function is called once for each database and length of lists, with stand-ins for the values, which must reach the
SQL as they are: it may filter by them, and decide nothing by them. A list takes up to :data:`LONGEST` values.
"""

import uuid
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery
from django.db.transaction import TransactionManagementError

from core.row_reader import Read, reader

Row = TypeVar("Row")

_LENGTHS = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # a statement for each: shorter lists are filled up
#: How many values a list may have.
LONGEST = _LENGTHS[-1]

_numbers = count(1)


class _Declared:
    """A function that builds something from values of known types, and what is made of it once."""

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._kinds: dict[str, Any] = {name: kind for name, kind in get_type_hints(build).items() if name != "return"}
        self.__doc__ = build.__doc__

    def _built(
        self, connection: BaseDatabaseWrapper, values: dict[str, Any]
    ) -> tuple[Any, dict[Any, tuple[str, int | None]]]:
        """What the function builds of stand-ins, and which parameter each of them, as it comes to the SQL, stands for.

        ``values`` say how long lists are.
        """
        if values.keys() != self._kinds.keys():
            raise TypeError(f"{self._build.__qualname__} takes {', '.join(self._kinds)}.")
        stand_ins: dict[str, Any] = {}
        places: dict[Any, tuple[str, int | None]] = {}
        for name, kind in self._kinds.items():
            if get_origin(kind) is list:
                (inner,) = get_args(kind)
                stand_ins[name] = [_stand_in(inner) for _value in values[name]]
                places |= {_adapted(connection, one): (name, index) for index, one in enumerate(stand_ins[name])}
            else:
                stand_ins[name] = _stand_in(kind)
                places[_adapted(connection, stand_ins[name])] = (name, None)
        return self._build(**stand_ins), places


class Prepared(_Declared, Generic[Row]):
    """A declared query: see :func:`prepared`."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        super().__init__(build)
        self._statements: dict[tuple[str, tuple[int, ...]], _Statement] = {}

    def all(self, **values: Any) -> list[Row]:
        """Every row. One statement."""
        return self._rows(values)

    def first(self, **values: Any) -> Row | None:
        """The first row, None without one. All rows are read: for queries that give few."""
        rows = self._rows(values)
        return rows[0] if rows else None

    def more_than(self, number: int, **values: Any) -> bool:
        """Whether there are more than ``number`` rows; no more than that many are looked at."""
        return number < 0 or bool(self._rows(values, f" LIMIT 1 OFFSET {int(number)}"))

    def page(self, start: int, end: int, **values: Any) -> list[Row]:
        """The rows from ``start`` up to, but without, ``end``."""
        return self._rows(values, f" LIMIT {int(end - start)} OFFSET {int(start)}")

    def count(self, **values: Any) -> int:
        """How many rows there are."""
        connection = connections[DEFAULT_DB_ALIAS]
        return self._statement(connection, values).count(connection, values)

    def _rows(self, values: dict[str, Any], ending: str = "") -> list[Row]:
        connection = connections[DEFAULT_DB_ALIAS]
        return self._statement(connection, values).rows(connection, values, ending)

    def _statement(self, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> "_Statement":
        """The statement for lists of these lengths, to which those in ``values`` are filled up."""
        lengths = []
        for name, value in values.items():
            if isinstance(value, (list, tuple)):
                values[name], length = filled_up(value)
                lengths.append(length)
        key = (connection.vendor, tuple(lengths))
        statement = self._statements.get(key)
        if statement is None:
            rows, places = self._built(connection, values)
            statement = self._statements[key] = _Statement.of(rows, connection, places)
        return statement


class PreparedUpdate(_Declared):
    """A declared update: see :func:`prepared_update`."""

    def __init__(self, build: Callable[..., tuple[QuerySet[Any, Any], dict[str, Any]]]) -> None:
        super().__init__(build)
        self._made: dict[str, tuple[str, list[Any]]] = {}

    def run(self, **values: Any) -> int:
        """Write; how many rows. One statement."""
        connection = connections[DEFAULT_DB_ALIAS]
        made = self._made.get(connection.vendor)
        if made is None:
            (rows, new), places = self._built(connection, values)
            query: Any = rows.query.chain(UpdateQuery)
            query.add_update_values(new)
            sql, params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
            made = self._made[connection.vendor] = (sql, _with_places(params, places))
        sql, params = made
        with connection.cursor() as cursor:
            cursor.execute(sql, _filled_in(connection, params, values))
            return cursor.rowcount


def prepared_update(build: Callable[..., tuple[QuerySet[Any, Any], dict[str, Any]]]) -> PreparedUpdate:
    """Declares an update: ``build`` returns the rows and what their fields get. Parameters are as in :func:`prepared`,
    without lists."""
    return PreparedUpdate(build)


def prepared(build: Callable[..., QuerySet[Any, Row]]) -> Prepared[Row]:
    """Declares a query. Parameters are of type UUID, datetime, str or int, or lists of these; all are given by name."""
    return Prepared(build)


@dataclass(frozen=True, slots=True)
class _Statement:
    """``params`` are constants, or (name, index) of the value that goes there, wrapped in :class:`_Place`."""

    sql: str
    params: list[Any]
    locks: bool
    read: Read

    @classmethod
    def of(
        cls, rows: QuerySet[Any, Any], connection: BaseDatabaseWrapper, places: dict[Any, tuple[str, int | None]]
    ) -> "_Statement":
        if rows._prefetch_related_lookups:  # type: ignore[attr-defined]  # Django's own name; a test watches it
            raise TypeError("A prepared query is one statement: use select_related.")
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        return cls(
            sql,
            _with_places(params, places),
            rows.query.select_for_update and connection.features.has_select_for_update,
            reader(rows, compiler),
        )

    def rows(self, connection: BaseDatabaseWrapper, values: dict[str, Any], ending: str) -> list[Any]:
        return self.read(connection, self._fetched(connection, self.sql + ending, values))

    def count(self, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> int:
        ((number,),) = self._fetched(connection, f"SELECT COUNT(*) FROM ({self.sql}) counted", values)  # noqa: S608 — ours
        return int(number)

    def _fetched(self, connection: BaseDatabaseWrapper, sql: str, values: dict[str, Any]) -> Sequence[Sequence[Any]]:
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        with connection.cursor() as cursor:
            cursor.execute(sql, _filled_in(connection, self.params, values))
            return cursor.fetchall()


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    index: int | None


def _with_places(params: Sequence[Any], places: dict[Any, tuple[str, int | None]]) -> list[Any]:
    """``params`` with the places of parameters where stand-ins are. Raises TypeError where one is missing."""
    filled = [_Place(*places[param]) if _is_plain(param) and param in places else param for param in params]
    if missing := set(places.values()) - {(param.name, param.index) for param in filled if isinstance(param, _Place)}:
        raise TypeError(f"These values do not reach the SQL as they are: {sorted({name for name, _i in missing})}.")
    return filled


def _filled_in(connection: BaseDatabaseWrapper, params: list[Any], values: dict[str, Any]) -> list[Any]:
    """``params`` with ``values`` in their places; a value may have many, and is adapted once."""
    adapted = {
        name: [_adapted(connection, one) for one in value] if isinstance(value, list) else _adapted(connection, value)
        for name, value in values.items()
    }
    return [
        (adapted[param.name] if param.index is None else adapted[param.name][param.index])
        if type(param) is _Place
        else param
        for param in params
    ]


def filled_up(values: Sequence[Any]) -> tuple[list[Any], int]:
    """``values``, the last one again and again up to the next length that has a statement; that length."""
    if len(values) > LONGEST:
        raise ValueError(f"A prepared query takes lists of up to {LONGEST} values.")
    length = _LENGTHS[bisect_left(_LENGTHS, max(len(values), 1))]
    last = values[-1] if values else None
    return [*values, *[last] * (length - len(values))], length


def _stand_in(kind: Any) -> Any:
    """A value of this type that no other parameter of any query has."""
    number = next(_numbers)
    if kind is uuid.UUID:
        return uuid.uuid4()
    if kind is datetime:
        return datetime(1, 1, 2, tzinfo=UTC) + timedelta(microseconds=number)
    if kind is str:
        return f"stand-in {number} {uuid.uuid4()}"
    if kind is int:
        return 1_900_000_000 + number
    raise TypeError(f"A prepared query takes no {kind}.")


def _is_plain(value: Any) -> bool:
    return isinstance(value, (uuid.UUID, datetime, str, int)) and not isinstance(value, bool)


def _adapted(connection: BaseDatabaseWrapper, value: Any) -> Any:
    """``value`` as fields of its type write it."""
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
