"""Looking up the one row that a caller names."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from core.errors import NotFound
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
