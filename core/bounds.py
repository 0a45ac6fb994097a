"""How many rows somebody may make: nothing that people make grows without end."""

from typing import Any

from django.db.models import QuerySet

from core.errors import LimitReached, Sentence


def check_most(rows: QuerySet[Any], most: int, sentence: Sentence) -> None:
    """Raises LimitReached, with ``sentence``, when there are ``most`` of ``rows``; reads no more than that many.

    Callers hold a lock under which such rows are made, where one more would do harm.
    """
    if most < 1 or rows.order_by().values_list("pk")[most - 1 : most].exists():
        raise LimitReached(sentence)
