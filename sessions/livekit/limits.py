"""Limits how many WebRTC connections of the audience one person may have to a session: devices and tabs."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from accounts.models import User
from media.livekit import client as livekit
from media.livekit.client import Participant
from sessions.errors import TooManyConnections
from sessions.livekit import identities
from sessions.models import Session

_REFUSED_SECONDS = 20


def remove_surplus(session: Session, people: Iterable[Participant]) -> list[Participant]:
    """Close the latest connections of a person beyond MEDIA_PER_PERSON; returns all others.

    So existing connections stay, and the person's next tries are refused for a while, with a sentence.
    """
    staying, of_one = [], Counter[UUID]()
    for person in sorted(people, key=lambda each: (each.joined_at, each.identity)):
        identity = identities.read_identity(person.identity)
        if identity is not None and not identity.is_studio:
            of_one[identity.user_id] += 1
            if of_one[identity.user_id] > settings.MEDIA_PER_PERSON:
                cache.set(_key(session, identity.user_id), 1, _REFUSED_SECONDS)
                livekit.remove_participant(session.media_room, person.identity)
                continue
        staying.append(person)
    return staying


def check_place(session: Session, user: User) -> None:
    """Raises TooManyConnections if this person recently had more connections than allowed."""
    if cache.get(_key(session, user.pk)):
        raise TooManyConnections


def _key(session: Session, user_id: UUID) -> str:
    return f"media-surplus:{session.pk}:{user_id}"
