"""Downloads of surveys: one row for each answer, without names and times."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase

from core.tables import export_response
from sessions.models import Session
from surveys.queries import answers_of, columns_of


def export_answers(session: Session, format: str) -> HttpResponseBase:
    """Export all answers. Raises Invalid for an unknown format."""
    questions = columns_of(session)
    columns = ["rating", *(f"question: {text}" for text in questions)]
    return export_response(format, f"Survey {session.title}", columns, _rows(session, questions))


def _rows(session: Session, questions: list[str]) -> Iterator[list[Any]]:
    rows = answers_of(session).values_list("rating", "answers")
    for rating, answers in rows.iterator(chunk_size=2000):
        given = {each["question"]: each["answer"] for each in answers}
        yield [rating, *(given.get(text) for text in questions)]
