"""Sessions read with all that a reply or a judgement of rights needs, and no more: every column costs each request."""

from typing import TypeVar

from django.db.models import Model, QuerySet

_Row = TypeVar("_Row", bound=Model)

#: Read when somebody asks for them after all.
_LEFT_OUT = (
    *(f"room__host__{name}" for name in ("password", "last_login", "is_superuser", "is_staff")),
    "room__library__created_at",
    "room__library__organization__created_at",
)


def lean(rows: QuerySet[_Row], path: str = "") -> QuerySet[_Row]:
    """``rows`` with the session at ``path`` (such as ``session__``; by default they are sessions), its preset, room,
    host and organization. They are not sorted: that would cost as much again.
    """
    related = (f"{path}{name}" for name in ("preset", "room__host", "room__library__organization"))
    return rows.select_related(*related).defer(*(f"{path}{name}" for name in _LEFT_OUT)).order_by()
