"""Row helpers: find the one that a caller names, search, read those of many identifiers, and limit how many exist."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from core.errors import LimitReached, NotFound, Sentence
from core.ids import parse_uuid

M = TypeVar("M", bound=Model)
_CHUNK = 500  # identifiers a query


def find(rows: QuerySet[M], identifier: object) -> M:
    """Return the row of ``rows`` with this identifier.

    Raises NotFound, also for a malformed identifier: nobody learns whether it was malformed, missing or somebody
    else's.
    """
    known = parse_uuid(identifier)
    row = rows.filter(pk=known).first() if known else None
    if row is None:
        raise NotFound
    return row


def containing(name: str, text: str) -> Q:
    """Rows whose field ``name`` has ``text`` in it, whatever its case."""
    # SQLite's LIKE knows the case of ASCII alone; its regular expressions are Python's.
    return Q((f"{name}__icontains", text)) if text.isascii() else Q((f"{name}__iregex", re.escape(text)))


def check_most(rows: QuerySet[Any], most: int, sentence: Sentence) -> None:
    """Raises LimitReached, with ``sentence``, when there are ``most`` of ``rows``; reads at most that many.

    Callers hold the lock under which such rows are made wherever an extra row would do harm.
    """
    if most < 1 or rows.order_by().values_list("pk")[most - 1 : most].exists():
        raise LimitReached(sentence)


def chunks(identifiers: Iterable[UUID | None]) -> Iterator[list[UUID]]:
    """The distinct ``identifiers``, without None, in lists that fit into one query."""
    known = list({identifier for identifier in identifiers if identifier is not None})
    return (known[start : start + _CHUNK] for start in range(0, len(known), _CHUNK))
