"""What comes from the database, made into objects: of prepared queries, whose columns are always the same."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import Col
from django.db.models.fields.files import FileDescriptor
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

#: Makes of rows, as they come from the database of this connection, what the queryset gives.
Read = Callable[[BaseDatabaseWrapper, Sequence[Sequence[Any]]], list[Any]]


def reader(rows: QuerySet[Any, Any], compiler: Any) -> Read:
    """How what comes from the database becomes what ``rows`` gives. Raises TypeError for what it cannot make."""
    kind = rows._iterable_class  # Django's own name; a test watches it
    if kind is ModelIterable:
        return _Maker.of_query(compiler).make_all
    columns = _Columns.of(compiler, 0, compiler.col_count)
    if kind is FlatValuesListIterable:
        return lambda connection, found: [columns.one(connection, row) for row in found]
    if kind is ValuesListIterable:
        return lambda connection, found: [tuple(columns.converted(connection, row)) for row in found]
    raise TypeError("A prepared query gives rows, or tuples of values_list.")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Some columns of a row, and what makes Python's values of the database's.

    ``quick`` are those of the usual kinds, which need the value alone and leave NULL as it is.
    """

    start: int
    end: int
    quick: list[tuple[int, Callable[[Any], Any]]]
    others: list[tuple[int, list[Callable[..., Any]], Any]]

    @classmethod
    def of(cls, compiler: Any, start: int, end: int) -> "_Columns":
        quick: list[tuple[int, Callable[[Any], Any]]] = []
        others: list[tuple[int, list[Callable[..., Any]], Any]] = []
        found = compiler.get_converters([column[0] for column in compiler.select[start:end]])
        for place, (converters, expression) in found.items():
            convert = _quick(compiler.connection, converters)
            if convert is None:
                others.append((place, converters, expression))
            elif not (convert is bool and _is_bool_already(compiler.connection, expression)):
                quick.append((place, convert))
        return cls(start, end, quick, others)

    def one(self, connection: BaseDatabaseWrapper, row: Sequence[Any]) -> Any:
        """The value of a single column."""
        return self.converted(connection, row)[0] if self.quick or self.others else row[self.start]

    def converted(self, connection: BaseDatabaseWrapper, row: Sequence[Any]) -> list[Any]:
        values = list(row[self.start : self.end])
        for place, convert in self.quick:
            value = values[place]
            if value is not None:
                values[place] = convert(value)
        for place, converters, expression in self.others:
            value = values[place]
            for convert in converters:
                value = convert(value, expression, connection)
            values[place] = value
        return values


def _quick(connection: BaseDatabaseWrapper, converters: list[Callable[..., Any]]) -> Callable[[Any], Any] | None:
    """The same as ``converters`` of a field, for values that are not NULL; None for those that only Django knows."""
    if len(converters) != 1 or connection.vendor != "sqlite":
        return None
    operations: Any = connection.ops
    kinds: dict[Callable[..., Any], Callable[[Any], Any]] = {
        operations.convert_uuidfield_value: _uuid_of,
        operations.convert_datetimefield_value: _moment_of,
        operations.convert_booleanfield_value: bool,
    }
    return kinds.get(converters[0])


def _is_bool_already(connection: BaseDatabaseWrapper, expression: Any) -> bool:
    """Whether SQLite's own module made it one, as it does with columns that are declared so."""
    return isinstance(expression, Col) and expression.target.db_type(connection) == "bool"


@lru_cache(maxsize=4096)
def _uuid_of(value: str) -> uuid.UUID:
    """The same ids come with every request of a crowd."""
    return uuid.UUID(value)


def _moment_of(value: datetime | str) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes objects of one model from some columns, and those that ``select_related`` named.

    An object that many rows refer to is made once.
    """

    model: type[Model]
    names: list[str]
    columns: _Columns
    key: int
    annotations: dict[str, _Columns]
    related: list[tuple["_Maker", Callable[[Any, Any], None]]]
    is_plain: bool  # whether making one is no more than setting its values

    @classmethod
    def of_query(cls, compiler: Any) -> "_Maker":
        annotations = {
            name: _Columns.of(compiler, place, place + 1) for name, place in (compiler.annotation_col_map or {}).items()
        }
        return cls._of(compiler, compiler.klass_info, annotations)

    @classmethod
    def _of(cls, compiler: Any, info: dict[str, Any], annotations: dict[str, _Columns]) -> "_Maker":
        start, end = info["select_fields"][0], info["select_fields"][-1] + 1
        model: type[Model] = info["model"]
        names = [column[0].target.attname for column in compiler.select[start:end]]
        related = []
        for below in info.get("related_klass_infos", ()):
            if below["reverse"] or below["from_parent"]:
                raise TypeError("A prepared query follows foreign keys forwards.")
            related.append((cls._of(compiler, below, {}), below["local_setter"]))
        key = start + names.index(model._meta.pk.attname)
        return cls(model, names, _Columns.of(compiler, start, end), key, annotations, related, _is_made_plainly(model))

    def make_all(self, connection: BaseDatabaseWrapper, rows: Sequence[Sequence[Any]]) -> list[Any]:
        made: dict[tuple[int, Any], Model] = {}
        return [self._make(connection, row, made) for row in rows]

    def _make(self, connection: BaseDatabaseWrapper, row: Sequence[Any], made: dict[tuple[int, Any], Model]) -> Model:
        one = self._one(self.columns.converted(connection, row))
        for maker, set_on in self.related:
            key = row[maker.key]
            other = None if key is None else made.get((maker.key, key))
            if other is None and key is not None:
                other = made[maker.key, key] = maker._make(connection, row, made)
            set_on(one, other)
        for name, columns in self.annotations.items():
            setattr(one, name, columns.one(connection, row))
        return one

    def _one(self, values: list[Any]) -> Model:
        """As ``Model.from_db``, which takes longer: it sends signals, and sets one value after the other."""
        if not self.is_plain:
            return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)
        one = self.model.__new__(self.model)
        one.__dict__.update(zip(self.names, values, strict=True))
        state = one._state = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        return one


#: What stands in a model's class for a field, and keeps its value as it is.
_KEEP_VALUES = {DeferredAttribute, ForeignKeyDeferredAttribute, FileDescriptor}


def _is_made_plainly(model: type[Model]) -> bool:
    """Whether nothing listens, nothing is overridden, and no field has more to do when it gets its value."""
    is_overridden = model.__init__ is not Model.__init__ or "from_db" in vars(model)
    is_heard = pre_init.has_listeners(model) or post_init.has_listeners(model)
    kinds = {type(getattr(model, field.attname, None)) for field in model._meta.concrete_fields}
    return not is_overridden and not is_heard and kinds <= _KEEP_VALUES
