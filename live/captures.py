"""How the room of a session is captured: branding, order of people, hiding the stage, and where recordings begin and
end.
"""

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
from media.captures.port import Look, PartBegun, Staging, Texts
from media.models import Capture, Ingest
from recordings.queries import marks_of
from sessions.livekit import identities
from sessions.models import Session, SessionRole
from sessions.rights.capabilities import Role


class Director:
    """See ``media.captures.direction.CaptureDirector``."""

    def direct(self, captures: Iterable[Capture]) -> dict[UUID, Direction]:
        """A few queries whatever the number of captures; none without captures."""
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
                staging=staging_of(session, encoders.get(session.media_room, ())),
                marks=marks.get(rooms[session.pk].pk, ()),
            )
            for session in sessions
        }

    def token(self, capture: Capture) -> str:
        """A hidden token that may only subscribe."""
        return identities.recorder_token(capture.room, str(capture.pk))

    def begun(self, capture: Capture, part: PartBegun) -> None:
        """Recordings that ended with the former part can be processed."""
        recordings.services.cut(capture)

    def is_watchable(self, capture: Capture) -> None:
        """Tell pages that wait for HLS that it can be played."""
        became_watchable(capture)

    def over(self, capture: Capture) -> None:
        """End the recordings and the HLS of this capture."""
        recordings.services.capture_over(capture)
        not_watchable_any_more(capture)


def staging_of(session: Session, encoders: Iterable[str]) -> Staging:
    """How the crew arranged the stage; the host's ``encoders`` are the host."""
    if session.spotlight_id is None:
        return Staging(session.stage_layout)
    theirs = encoders if session.spotlight_id == session.room.host_id else ()
    return Staging(session.stage_layout, (str(session.spotlight_id), *theirs))


def look_of(session: Session) -> Look:
    """The preset's colour and logo as they apply to this session."""
    logo = session.preset.logo.name if session.preset_copy is None else session.preset_copy["logo"]
    return Look(session.flag("primary_color"), _path(logo) if logo else None)


def texts() -> Texts:
    """The recorder's sentences, in the product's language: everybody sees the same recording."""
    with translation.override(settings.LANGUAGE_CODE):
        return Texts(slate=_("We’ll be right back"))


def _path(name: str) -> str | None:
    """The local path of the file; None when it is not on this machine."""
    try:
        return default_storage.path(name)
    except NotImplementedError:
        return None
