"""Writes of `polls`: one function a use case."""

from sessions.models import Session


def drop_rehearsal(session: Session) -> None:
    """At go-live: the rehearsal's votes go. ``session`` is locked."""


def close(session: Session) -> None:
    """The session is over (or its backstage closed): nothing stays open. ``session`` is locked."""
