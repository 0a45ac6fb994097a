"""Make LiveKit and the database agree: rooms, people, and what they may do.

A removed participant's token still works, the server renews tokens of connected clients, and a restarted LiveKit has
forgotten every room (docs/media.md §1). So this looks at LiveKit's own lists, after each webhook and every few seconds
for open sessions, and converges. It is right without any webhook, only slower.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from core.errors import NotFound
from core.ids import parse_uuid
from media.errors import MediaUnavailable, RoomMissing
from media.livekit import client as livekit
from media.livekit.client import Participant
from media.livekit.grants import CAMERA, MICROPHONE
from realtime.outbox import emit
from sessions import lifecycle
from sessions.events import HostAudio, HostVideo
from sessions.livekit import identities
from sessions.livekit.enforcement import Rights, follow_names, keep, rights_in
from sessions.livekit.limits import remove_surplus
from sessions.models import Session, StageMember
from sessions.people.presence import mark_livekit
from sessions.rights.capabilities import CREW, Role
from stage import places

logger = logging.getLogger(__name__)

#: After a gap of this length without a look at the room its idle time restarts: nobody knows who was there.
_BLIND_AFTER = timedelta(minutes=2)
_ONE_AT_A_TIME = "reconcile-open-sessions"


def reconcile_open_sessions() -> None:
    """Reconcile everything open; skipped while the pass before still runs."""
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
    """Make one session's media room and the database agree. Raises MediaUnavailable."""
    session = (
        Session.objects.open().select_related("room__library__organization", "preset").filter(pk=session_id).first()
    )
    if session is None:
        if Session.objects.filter(pk=session_id).exists():
            livekit.delete_room(str(session_id))
        return
    waiting = _waiting_for_the_stage(session)
    try:
        people = livekit.list_participants(session.media_room)
    except RoomMissing:
        livekit.ensure_room(session.media_room)
        people = []
    people = remove_surplus(session, people)
    rights = rights_in(session, people)
    staying = [person for person in people if keep(session, person, rights)]
    ingest = [person for person in people if identities.is_ingest(person.identity)]
    follow_names(session, staying + ingest)
    _remember(session, staying, ingest, rights, waiting)
    if not Session.objects.open().filter(pk=session_id).exists():  # the session ended in the meantime
        livekit.delete_room(session.media_room)


def _waiting_for_the_stage(session: Session) -> set[UUID]:
    """People on stage whose LiveKit grant is not confirmed yet; read before the look that corrects grants."""
    places = StageMember.objects.filter(session=session, left_stage_at=None, confirmed_at=None)
    return set(places.values_list("user_id", flat=True))


def _remember(
    session: Session,
    staying: list[Participant],
    ingest: list[Participant],
    rights: Rights,
    waiting: set[UUID],
) -> None:
    """Store who is there: presence, places on stage, activity, and that the room is as wanted."""
    now = timezone.now()
    roles = _roles(staying, rights)
    mark_livekit(session, roles)
    publishing = any(person.tracks for person in staying + ingest)
    with transaction.atomic():
        try:
            locked = lifecycle.lock_session(session.pk)
        except NotFound:
            return
        if not (locked.is_live or locked.is_backstage):
            return
        was_blind = locked.media_confirmed_at is None or locked.media_confirmed_at < now - _BLIND_AFTER
        crew_here = not set(CREW).isdisjoint(roles.values()) or _crew_on_sockets(session, now)
        places.confirm(locked, waiting)
        in_studio = {_owner(person) for person in staying if ":" not in person.identity}
        places.seen_on_stage(locked, in_studio, now, was_blind=was_blind)
        if crew_here or publishing or was_blind:
            lifecycle.saw_activity(locked, now)
        if locked.mode == Session.Mode.RTMP:
            _follow_tracks(locked, [person for person in staying if rights[person.identity].leads] + ingest)
        elif not crew_here and not ingest:
            _host_media_off(locked)
        locked.media_confirmed_at = now
        locked.save(update_fields=["media_confirmed_at"])


def _crew_on_sockets(session: Session, now: datetime) -> bool:
    recent = session.presences.filter(role__in=CREW, seen_at__gte=now - settings.PRESENCE_TIMEOUT)
    return recent.exists()


def _follow_tracks(session: Session, people: list[Participant]) -> None:
    """Set the host's media from tracks: an encoder's client reports nothing itself, nor does the studio beside it."""
    sending = {track.source for person in people for track in person.tracks if not track.muted}
    _set_host_media(session, video=CAMERA in sending, audio=MICROPHONE in sending)


def _host_media_off(session: Session) -> None:
    """Set camera and microphone to off when nobody of the host's side is connected, whatever was reported last.

    While somebody is, their client reports the state sooner than a look at the tracks could.
    """
    _set_host_media(session, video=False, audio=False)


def _set_host_media(session: Session, *, video: bool, audio: bool) -> None:
    for field, enabled, event in (
        ("host_video_enabled", video, HostVideo),
        ("host_audio_enabled", audio, HostAudio),
    ):
        if getattr(session, field) != enabled:
            setattr(session, field, enabled)
            session.save(update_fields=[field])
            emit(event.of(session))


def _roles(staying: list[Participant], rights: Rights) -> dict[UUID, Role]:
    """The role of each person here; somebody who also uses an API key counts as crew."""
    roles: dict[UUID, Role] = {}
    for person in staying:
        allowed = rights[person.identity]
        if allowed.is_crew or _owner(person) not in roles:
            roles[_owner(person)] = allowed.role
    return roles


def _owner(person: Participant) -> UUID:
    """The person of a connection; only for connections that were kept."""
    identity = identities.read_identity(person.identity)
    if identity is None:
        raise ValueError(person.identity)
    return identity.user_id
