"""The interface between sessions and the apps above: each app registers its functions when it is loaded.

Whoever starts, ends, deletes or shows a session calls them through ``parts()``, without importing the apps.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet

from accounts.models import User
from sessions.models import Session
from sessions.rights.capabilities import Capabilities

State = dict[str, Any]


def _nothing(*_args: object) -> None:
    """The default: do nothing."""


def _no_state(_session: Session, _allowed: Capabilities) -> State:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalPart:
    """Keys of ``me`` in a page's state. Most people of a crowd have nothing of it, and one statement tells who has
    something of any app's.
    """

    nothing: State
    """What somebody has who has nothing; never changed."""
    rows: Sequence[Callable[[UUID, OuterRef], QuerySet[Any]]]
    """Each: rows of this person in this session, or in any where that is found sooner. Without one ``of`` gives
    nothing.
    """
    of: Callable[[Session, Collection[UUID]], dict[UUID, State]]
    """The keys of each of these people; a bounded number of queries for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPart:
    """Functions of one app. Those that change something get the locked row; missing functions do nothing."""

    drop_rehearsal: Callable[[Session], object] = _nothing
    """At go-live: delete what a rehearsal left. No events: every open page gets a new state."""
    close: Callable[[Session], object] = _nothing
    """The session is over, or the backstage of one that never was live is closed."""
    forget: Callable[[Session], object] = _nothing
    """The session can no longer be restored: delete its rows."""
    copy: Callable[[Session, Session, User], object] = _nothing
    """A session was duplicated: take what its crew prepared from the first to the second, as made by this person."""
    role_lost: Callable[[Session, UUID], object] = _nothing
    """A person lost their role: end what they held through it."""
    shared: Callable[[Session, Capabilities], State] = _no_state
    """Top-level keys of a page's state, the same for everybody who has these rights."""
    personal: PersonalPart | None = None


_parts: list[SessionPart] = []


def register(part: SessionPart) -> None:
    """Called from ``AppConfig.ready``."""
    _parts.append(part)


def parts() -> tuple[SessionPart, ...]:
    """The parts of all apps, in the order of INSTALLED_APPS."""
    return tuple(_parts)
