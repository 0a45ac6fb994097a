"""Rows: the one that a caller names, and how many somebody may make, since nothing grows without end."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from core.errors import LimitReached, NotFound, Sentence
from core.ids import parse_uuid

M = TypeVar("M", bound=Model)


def find(rows: QuerySet[M], identifier: object) -> M:
    """The row of ``rows`` with this identifier.

    Raises NotFound, for what is no identifier too: nobody learns whether it was malformed, missing or another's.
    """
    known = parse_uuid(identifier)
    row = rows.filter(pk=known).first() if known else None
    if row is None:
        raise NotFound
    return row


def check_most(rows: QuerySet[Any], most: int, sentence: Sentence) -> None:
    """Raises LimitReached, with ``sentence``, when there are ``most`` of ``rows``; reads no more than that many.

    Callers hold a lock under which such rows are made, where one more would do harm.
    """
    if most < 1 or rows.order_by().values_list("pk")[most - 1 : most].exists():
        raise LimitReached(sentence)
