"""How the room of a session is captured: its look, who comes first, what is hidden, and where recordings cut."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _

import recordings.services
from core.ids import parse_uuid
from hls.services import became_watchable, not_watchable_any_more
from media.captures.direction import Direction
from media.captures.port import Look, PartBegun, Texts
from media.models import Capture, Ingest
from recordings.queries import marks_of
from sessions.livekit import identities
from sessions.models import Session, SessionRole
from sessions.rights.capabilities import Role


class Director:
    """See ``media.captures.direction.CaptureDirector``."""

    def direct(self, captures: Iterable[Capture]) -> dict[UUID, Direction]:
        """Some queries whatever their number; none without captures."""
        rooms = {session_id: capture for capture in captures if (session_id := parse_uuid(capture.room))}
        if not rooms:
            return {}
        sessions = Session.objects.open().filter(pk__in=rooms).select_related("room", "preset")
        encoders: dict[str, list[str]] = {}
        for ingest in Ingest.objects.filter(room__in=map(str, rooms)):
            encoders.setdefault(ingest.room, []).append(identities.ingest_identity(ingest))
        co_hosts: dict[UUID, list[str]] = {}
        roles = SessionRole.objects.filter(session__in=rooms, role=Role.CO_HOST, removed_at=None)
        for session_id, user_id in roles.order_by("assigned_at").values_list("session_id", "user_id"):
            co_hosts.setdefault(session_id, []).append(str(user_id))
        marks = marks_of(rooms.values())
        return {
            rooms[session.pk].pk: Direction(
                look=look_of(session),
                texts=texts(),
                hosts=(
                    *encoders.get(session.media_room, ()),
                    str(session.room.host_id),
                    *co_hosts.get(session.pk, ()),
                ),
                is_hidden=session.is_stage_hidden,
                marks=marks.get(rooms[session.pk].pk, ()),
            )
            for session in sessions
        }

    def token(self, capture: Capture) -> str:
        """Hidden, to subscribe and nothing else."""
        return identities.recorder_token(capture.room, str(capture.pk))

    def begun(self, capture: Capture, part: PartBegun) -> None:
        """What a recording's end cut off can be processed."""
        recordings.services.cut(capture)

    def is_watchable(self, capture: Capture) -> None:
        """Pages that wait for HLS can play it."""
        became_watchable(capture)

    def over(self, capture: Capture) -> None:
        """Recordings that it carried end with it, and so does HLS."""
        recordings.services.capture_over(capture)
        not_watchable_any_more(capture)


def look_of(session: Session) -> Look:
    """The preset's colour and logo as they count for this session."""
    logo = session.preset.logo.name if session.preset_copy is None else session.preset_copy["logo"]
    return Look(session.flag("primary_color"), _path(logo) if logo else None)


def texts() -> Texts:
    """In the product's language: a recording has one for everybody."""
    with translation.override(settings.LANGUAGE_CODE):
        return Texts(slate=_("We’ll be right back"))


def _path(name: str) -> str | None:
    """Where the file is on this machine; None when it is not."""
    try:
        return default_storage.path(name)
    except NotImplementedError:
        return None
