"""Make people's LiveKit connections match their rights.

A removed participant's token still works and the server renews tokens of connected clients (docs/media.md §1), so the
reconcile repeats this after each webhook and every few seconds; :func:`converge` does it at once after a change. Each
connection carries the pass that its token was made for: it ends with the sign-in or key behind it, like a socket.
"""

import logging
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from media.errors import MediaUnavailable, RoomMissing
from media.livekit import client as livekit
from media.livekit.client import Participant
from sessions.livekit import identities
from sessions.livekit.limits import remove_surplus
from sessions.models import Session
from sessions.rights.capabilities import Capabilities
from sessions.rights.judge import rights_of

logger = logging.getLogger(__name__)

#: The rights of each connection's person, by identity; connections without a valid pass are left out.
Rights = dict[str, Capabilities]


def converge(session_id: UUID, user_ids: Iterable[UUID] | None = None) -> bool:
    """Make the connections of these people (None: of everybody) match their rights now. Never inside a transaction.

    Returns whether the engine answered and has the room; otherwise it is left to the reconcile.
    """
    session = (
        Session.objects.open().select_related("room__library__organization", "preset").filter(pk=session_id).first()
    )
    if session is None:
        return False
    wanted = None if user_ids is None else set(user_ids)
    try:
        people = livekit.list_participants(session.media_room)
        concerned = [person for person in remove_surplus(session, people) if wanted is None or _owner(person) in wanted]
        rights = rights_in(session, concerned)
        follow_names(session, [person for person in concerned if keep(session, person, rights)])
    except RoomMissing:
        return False
    except MediaUnavailable:
        logger.info("The connections to %s could not be looked at now; the reconcile will", session_id)
        return False
    return True


def follow(user_ids: Collection[UUID]) -> None:
    """Make the connections of these people match their rights in every open session where they may be connected."""
    theirs = (
        Q(attendances__user__in=user_ids)
        | Q(roles__user__in=user_ids)
        | Q(room__host__in=user_ids)
        | Q(room__library__organization__memberships__user__in=user_ids)
    )
    for session_id in list(Session.objects.open().filter(theirs).values_list("pk", flat=True).distinct()):
        converge(session_id, user_ids)


def _owner(person: Participant) -> UUID | None:
    identity = identities.read_identity(person.identity)
    return identity.user_id if identity else None


def disconnect(session_id: UUID, user_id: UUID) -> None:
    """Close this person's LiveKit connections, except monitors, whatever their rights. Never inside a transaction.

    An unreachable engine is ignored: the person may come back anyway.
    """
    room = str(session_id)
    try:
        for person in livekit.list_participants(room):
            identity = identities.read_identity(person.identity)
            if identity is not None and identity.user_id == user_id and not identity.is_monitor:
                livekit.remove_participant(room, person.identity)
    except RoomMissing:
        return
    except MediaUnavailable:
        logger.info("The connections of a person to %s could not be closed now", session_id)


def rights_in(session: Session, people: Iterable[Participant]) -> Rights:
    """The rights of the people of these connections; a bounded number of queries whatever their number."""
    passes = {
        person.identity: entry
        for person in people
        if (entry := identities.read_pass(person.identity, person.metadata, session)) is not None
    }
    judged = rights_of(session, set(passes.values()))
    return {identity: one.allowed for identity, entry in passes.items() if (one := judged[entry]) is not None}


def keep(session: Session, person: Participant, rights: Rights) -> bool:
    """Whether this is a person's connection that may stay. A connection without rights is removed; a wrong grant is
    corrected.
    """
    identity = identities.read_identity(person.identity)
    if identity is None and identities.is_helper(person.identity):
        _keep_helper(session, person)
        return False  # stays, but belongs to no person
    allowed = rights.get(person.identity)
    if identity is None or allowed is None or not _may_be_here(session, person, identity, allowed):
        logger.info("Removed a connection without rights from session %s", session.pk)
        livekit.remove_participant(session.media_room, person.identity)
        return False
    if identity.is_studio:
        grant = identities.studio_grant(allowed)
        differs = set(person.sources) != set(grant.sources) or person.can_publish != grant.can_publish
        if differs or person.can_publish_data:
            livekit.update_grant(session.media_room, person.identity, grant)
    return not identity.is_monitor


def follow_names(session: Session, people: Iterable[Participant]) -> None:
    """Give the connections of ``people`` that others see the name of their account: its plates are drawn from there."""
    owners = {person: owner for person in people if (owner := _shown_as(session, person)) is not None}
    if not owners:
        return
    names = dict(User.objects.filter(pk__in=set(owners.values())).values_list("pk", "username"))
    for person, owner in owners.items():
        if person.name != (wanted := names.get(owner, person.name)):
            livekit.rename_participant(session.media_room, person.identity, wanted)


def _shown_as(session: Session, person: Participant) -> UUID | None:
    """Whose name the connection bears; None for those that nobody sees. Encoders bear the host's."""
    if identities.is_ingest(person.identity):
        return session.room.host_id
    identity = identities.read_identity(person.identity)
    return identity.user_id if identity is not None and identity.is_studio else None


def _keep_helper(session: Session, person: Participant) -> None:
    """Our own helpers stay, except encoders that must not send and monitors without a valid pass."""
    if identities.is_ingest(person.identity) and not identities.is_ingest_of(session, person.identity):
        logger.info("Removed an encoder without rights from session %s", session.pk)
        livekit.remove_participant(session.media_room, person.identity)
    elif identities.is_ingest(person.identity) and session.is_stage_hidden:
        # An encoder whose tracks were unpublished would go on sending unnoticed: disconnected, it reconnects by itself.
        livekit.remove_participant(session.media_room, person.identity)
    elif identities.is_monitor(person.identity):
        livekit.remove_participant(session.media_room, person.identity)


def _may_be_here(session: Session, person: Participant, identity: identities.Identity, allowed: Capabilities) -> bool:
    if identity.is_studio:
        return allowed.may_join_backstage or (allowed.is_on_stage and session.is_live)
    if identity.is_monitor and not allowed.may_monitor:
        return False
    publishes = person.tracks or person.is_publisher or person.can_publish or person.can_publish_data
    may_watch = allowed.may_join and (session.is_live or allowed.may_join_backstage)
    return may_watch and person.hidden and not publishes
