"""What an app offers a session: each says it once, when it is loaded, and nobody below needs to know the app.

Whoever starts, ends, forgets or shows a session goes through ``parts()``.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sessions.models import Session
from sessions.rights.capabilities import Capabilities

State = dict[str, Any]


def _nothing(*_args: object) -> None:
    """An app that does not care."""


def _no_state(_session: Session, _allowed: Capabilities) -> State:
    return {}


def _nobodys_state(_session: Session, _user_ids: Collection[UUID]) -> dict[UUID, State]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPart:
    """Functions of one app. Those that change something get the locked row; what an app leaves out does nothing."""

    drop_rehearsal: Callable[[Session], object] = _nothing
    """At go-live: what a rehearsal left goes. Nothing is told: every open page gets its state anew."""
    close: Callable[[Session], object] = _nothing
    """The session is over, or the backstage of one that never was live is closed."""
    forget: Callable[[Session], object] = _nothing
    """The session cannot be brought back any more: its rows go."""
    role_lost: Callable[[Session, UUID], object] = _nothing
    """A person has no role any more: what they held through it ends."""
    shared: Callable[[Session, Capabilities], State] = _no_state
    """Top-level keys of a page's state, the same for everybody who has these rights."""
    personal: Callable[[Session, Collection[UUID]], dict[UUID, State]] = _nobodys_state
    """Keys of ``me`` in the state of each of these people; a bounded number of queries for all of them."""


_parts: list[SessionPart] = []


def register(part: SessionPart) -> None:
    """Called from ``AppConfig.ready``."""
    _parts.append(part)


def parts() -> tuple[SessionPart, ...]:
    """Of every app, in the order of INSTALLED_APPS."""
    return tuple(_parts)
