"""Make LiveKit and the database agree: rooms, people, and what they may do.

A removed participant's token still works, the server renews tokens of connected clients, and a restarted LiveKit has
forgotten every room (MEDIA.md §1). So this looks at LiveKit's own lists, after each webhook and every few seconds for
open sessions, and converges. It is right without any webhook, only slower.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts import credentials
from accounts.models import APIKey, Membership, User
from accounts.person import Person
from base.errors import NotFound
from base.ids import parse_uuid
from live import access
from live.presence import mark_livekit
from media import livekit
from media.errors import MediaUnavailable, RoomMissing
from media.livekit import Participant
from realtime.outbox import tell
from rooms.permissions import Standing
from sessions import lifecycle
from sessions.capabilities import Capabilities, Viewpoint, capabilities
from sessions.events import HostAudio, HostVideo
from sessions.models import Attendance, Session

logger = logging.getLogger(__name__)

#: After a gap this long in what was seen of the room, its idle clock starts anew: nobody knows who was there.
_BLIND_AFTER = timedelta(minutes=2)
_ONE_AT_A_TIME = "reconcile-open-sessions"


def reconcile_open_sessions() -> None:
    """One pass over everything open; a pass that still runs is not joined by a second one."""
    if not cache.add(_ONE_AT_A_TIME, 1, 120):
        return
    try:
        for session_id in list(Session.objects.open().values_list("pk", flat=True)):
            reconcile_room(session_id)
        close_stray_rooms()
    except MediaUnavailable:
        logger.debug("LiveKit does not answer; the next pass tries again")
    finally:
        cache.delete(_ONE_AT_A_TIME)


def reconcile_quietly(session_id: UUID) -> None:
    """Reconcile one room; an unreachable LiveKit is left to the next pass."""
    try:
        reconcile_room(session_id)
    except MediaUnavailable:
        logger.debug("LiveKit does not answer; the next pass tries again")


def close_stray_rooms() -> None:
    """Delete rooms of ours whose session is not open; rooms of others on a shared server are left alone."""
    ours = {room_id for room in livekit.list_rooms() if (room_id := parse_uuid(room.name)) is not None}
    if ours:
        open_now = set(Session.objects.open().filter(pk__in=ours).values_list("pk", flat=True))
        for session_id in Session.objects.filter(pk__in=ours - open_now).values_list("pk", flat=True):
            livekit.delete_room(str(session_id))


def reconcile_room(session_id: UUID) -> None:
    """Converge one session's media room. Raises MediaUnavailable."""
    session = Session.objects.open().select_related("room__library", "preset").filter(pk=session_id).first()
    if session is None:
        if Session.objects.filter(pk=session_id).exists():
            livekit.delete_room(str(session_id))
        return
    try:
        people = livekit.list_participants(session.media_room)
    except RoomMissing:
        livekit.ensure_room(session.media_room)
        people = []
    allowed = _rights(session, people)
    staying = [person for person in people if _keep(session, person, allowed)]
    ingest = [person for person in people if person.identity.startswith("ingest:")]
    _remember(session, staying, ingest, allowed)
    if not Session.objects.open().filter(pk=session_id).exists():  # it ended while we looked
        livekit.delete_room(session.media_room)


def _rights(session: Session, people: Iterable[Participant]) -> dict[UUID, tuple[User, Capabilities]]:
    """What each connected account may do, in four queries whatever their number; unknown and inactive are left out."""
    ids = {identity.user_id for person in people if (identity := access.read_identity(person.identity))}
    organization_id = session.room.library.organization_id
    users = User.objects.filter(pk__in=ids, is_active=True)
    roles: dict[UUID, dict[UUID, str]] = {}
    for user_id, organization, role in Membership.objects.filter(user__in=ids).values_list(
        "user_id", "organization_id", "role"
    ):
        roles.setdefault(user_id, {})[organization] = role
    joined = set(Attendance.objects.filter(session=session, user__in=ids).values_list("user_id", flat=True))
    keys = _speaking_keys(ids, organization_id)
    rights = {}
    for user in users:
        person = Person(user=user)
        mine = frozenset({session.pk} if user.pk in joined else set())
        allowed = capabilities(person, session, Viewpoint(Standing(person, roles.get(user.pk, {})), mine))
        if not allowed.is_crew and user.pk in keys:
            person = Person(user=user, api_key=keys[user.pk])
            allowed = capabilities(person, session, Viewpoint(Standing(person, roles.get(user.pk, {})), mine))
        rights[user.pk] = (user, allowed)
    return rights


def _speaking_keys(user_ids: set[UUID], organization_id: UUID) -> dict[UUID, APIKey]:
    """Keys with which a connection may have been opened: their right is not their person's own."""
    keys = credentials.holding_api_keys().filter(organization=organization_id, acts_as__in=user_ids)
    return {key.acts_as_id: key for key in keys if APIKey.Scope.SESSIONS in key.scopes}


def _keep(session: Session, person: Participant, rights: dict[UUID, tuple[User, Capabilities]]) -> bool:
    """Whether this connection may stay; it is removed, or its grant corrected, where it does not fit."""
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
        too_much = set(person.sources) - set(grant.sources) or (person.can_publish and not person.sources)
        if too_much or person.can_publish_data or person.can_publish != grant.can_publish:
            livekit.update_grant(session.media_room, person.identity, grant)
    return True


def _may_be_here(session: Session, person: Participant, identity: access.Identity, allowed: Capabilities) -> bool:
    if identity.is_studio:
        return allowed.may_publish and allowed.may_join_backstage
    publishes = person.tracks or person.is_publisher or person.can_publish or person.can_publish_data
    may_watch = allowed.may_join and (session.is_live or allowed.is_crew)
    return may_watch and person.hidden and not publishes


def _remember(
    session: Session,
    staying: list[Participant],
    ingest: list[Participant],
    rights: dict[UUID, tuple[User, Capabilities]],
) -> None:
    """Write down who is here: presence, attendance, activity, and that the room is as wanted."""
    now = timezone.now()
    here = {_owner(person) for person in staying}
    crew = {user_id for user_id in here if rights[user_id][1].is_crew}
    mark_livekit(session, {user_id: user_id in crew for user_id in here})
    publishing = any(person.tracks for person in staying + ingest)
    with transaction.atomic():
        try:
            locked = lifecycle.lock_session(session.pk)
        except NotFound:
            return
        if not (locked.is_live or locked.is_backstage):
            return
        Attendance.objects.filter(session=locked, user__in=here).update(last_seen_at=now)
        was_blind = locked.media_confirmed_at is None or locked.media_confirmed_at < now - _BLIND_AFTER
        crew_here = bool(crew) or _crew_on_sockets(session, now)
        if crew_here or publishing or was_blind:
            lifecycle.saw_activity(locked, now)
        if not crew_here and not ingest:
            _host_media_off(locked)
        locked.media_confirmed_at = now
        locked.save(update_fields=["media_confirmed_at"])


def _crew_on_sockets(session: Session, now: datetime) -> bool:
    recent = session.presences.filter(is_crew=True, seen_at__gte=now - settings.PRESENCE_TIMEOUT)
    return recent.exists()


def _host_media_off(session: Session) -> None:
    """Nobody of the host's side is there: camera and microphone are off, whatever was said last.

    As long as somebody is, their client says the truth sooner than a look at the tracks would.
    """
    for field, event in (("host_video_enabled", HostVideo), ("host_audio_enabled", HostAudio)):
        if getattr(session, field):
            setattr(session, field, False)
            session.save(update_fields=[field])
            tell(event.of(session))


def _owner(person: Participant) -> UUID:
    """Whose connection this is; only for those that were kept."""
    identity = access.read_identity(person.identity)
    if identity is None:
        raise ValueError(person.identity)
    return identity.user_id
