"""Make the LiveKit connections of people fit what they may do.

A removed participant's token still works and the server renews tokens of connected clients (MEDIA.md §1), so this is
asked again after each webhook and every few seconds; :func:`converge` does it at once after a change.
"""

import logging
from collections.abc import Iterable
from uuid import UUID

from accounts import credentials
from accounts.models import APIKey, Membership, User
from accounts.person import Person
from media import livekit
from media.errors import MediaUnavailable, RoomMissing
from media.livekit import Participant
from rooms.permissions import Standing
from sessions import access
from sessions.capabilities import Capabilities, capabilities
from sessions.models import Session
from sessions.viewpoint import NOBODY, Place, Viewpoint, places_in

logger = logging.getLogger(__name__)


def converge(session_id: UUID, user_ids: Iterable[UUID] | None = None) -> bool:
    """Make the connections of these people (None: of everybody) fit their rights now. Never inside a transaction.

    Returns whether the engine answered and has the room; otherwise it is left to the reconcile.
    """
    session = Session.objects.open().select_related("room__library", "preset").filter(pk=session_id).first()
    if session is None:
        return False
    wanted = None if user_ids is None else set(user_ids)
    try:
        people = livekit.list_participants(session.media_room)
        concerned = [person for person in people if wanted is None or _owner(person) in wanted]
        rights = rights_of(session, concerned)
        for person in concerned:
            keep(session, person, rights)
    except RoomMissing:
        return False
    except MediaUnavailable:
        logger.info("The connections to %s could not be looked at now; the reconcile will", session_id)
        return False
    return True


def _owner(person: Participant) -> UUID | None:
    identity = access.read_identity(person.identity)
    return identity.user_id if identity else None


def disconnect(session_id: UUID, user_id: UUID) -> None:
    """Close every LiveKit connection of this person, whatever they may do. Never inside a transaction.

    An engine that does not answer is left alone: the person may come back anyway.
    """
    room = str(session_id)
    try:
        for person in livekit.list_participants(room):
            identity = access.read_identity(person.identity)
            if identity is not None and identity.user_id == user_id:
                livekit.remove_participant(room, person.identity)
    except RoomMissing:
        return
    except MediaUnavailable:
        logger.info("The connections of a person to %s could not be closed now", session_id)


def rights_of(session: Session, people: Iterable[Participant]) -> dict[UUID, tuple[User, Capabilities]]:
    """What each connected account may do, in four queries whatever their number; unknown and inactive are left out."""
    ids = {identity.user_id for person in people if (identity := access.read_identity(person.identity))}
    roles: dict[UUID, dict[UUID, str]] = {}
    for user_id, organization, role in Membership.objects.filter(user__in=ids).values_list(
        "user_id", "organization_id", "role"
    ):
        roles.setdefault(user_id, {})[organization] = role
    places = places_in(session, ids)
    keys = _speaking_keys(ids, session.room.library.organization_id)
    rights = {}
    for user in User.objects.filter(pk__in=ids, is_active=True):
        allowed = _seen_as(Person(user=user), session, roles, places)
        if not allowed.is_crew and user.pk in keys:
            allowed = _seen_as(Person(user=user, api_key=keys[user.pk]), session, roles, places)
        rights[user.pk] = (user, allowed)
    return rights


def _seen_as(
    person: Person, session: Session, roles: dict[UUID, dict[UUID, str]], places: dict[UUID, Place]
) -> Capabilities:
    assert person.user is not None
    standing = Standing(person, roles.get(person.user.pk, {}))
    return capabilities(person, session, Viewpoint(standing, {session.pk: places.get(person.user.pk, NOBODY)}))


def _speaking_keys(user_ids: set[UUID], organization_id: UUID) -> dict[UUID, APIKey]:
    """Keys with which a connection may have been opened: their right is not their person's own."""
    keys = credentials.holding_api_keys().filter(organization=organization_id, acts_as__in=user_ids)
    return {key.acts_as_id: key for key in keys if APIKey.Scope.SESSIONS in key.scopes}


def keep(session: Session, person: Participant, rights: dict[UUID, tuple[User, Capabilities]]) -> bool:
    """Whether this connection may stay; it is removed, or its grant corrected, where it does not fit."""
    if access.is_ingest(person.identity) and not access.is_ingest_of(session, person.identity):
        logger.info("Removed an encoder without rights from session %s", session.pk)
        livekit.remove_participant(session.media_room, person.identity)
        return False
    if access.is_ingest(person.identity) and session.is_stage_hidden:
        # An encoder whose tracks were taken down sends on into nothing: cut off, it comes back by itself.
        livekit.remove_participant(session.media_room, person.identity)
        return False
    if access.is_helper(person.identity):
        return False  # stays, but is nobody
    identity = access.read_identity(person.identity)
    user, allowed = rights.get(identity.user_id, (None, None)) if identity else (None, None)
    if identity is None or user is None or allowed is None or not _may_be_here(session, person, identity, allowed):
        logger.info("Removed a connection without rights from session %s", session.pk)
        livekit.remove_participant(session.media_room, person.identity)
        return False
    if identity.is_studio:
        grant = access.studio_grant(allowed)
        differs = set(person.sources) != set(grant.sources) or person.can_publish != grant.can_publish
        if differs or person.can_publish_data:
            livekit.update_grant(session.media_room, person.identity, grant)
    return True


def _may_be_here(session: Session, person: Participant, identity: access.Identity, allowed: Capabilities) -> bool:
    if identity.is_studio:
        return allowed.may_join_backstage or (allowed.is_on_stage and session.is_live)
    publishes = person.tracks or person.is_publisher or person.can_publish or person.can_publish_data
    may_watch = allowed.may_join and (session.is_live or allowed.may_join_backstage)
    return may_watch and person.hidden and not publishes
