"""The host's camera and microphone state, as everyone in the session sees it."""

from dataclasses import dataclass

from django.db import transaction

from accounts.person import Person
from realtime.outbox import emit
from sessions import lifecycle
from sessions.errors import SessionNotLive
from sessions.events import HostAudio, HostVideo
from sessions.models import Session
from sessions.rights.capabilities import capabilities, require


@dataclass(frozen=True, slots=True)
class HostMedia:
    """On or off."""

    enabled: bool


def host_video_state(*, actor: Person, session: Session, enabled: bool | None = None) -> HostMedia:
    """Tell everyone that the host's camera is on or off; None only reads the state.

    Raises NotAllowed, NotFound; when setting also SessionNotLive, SessionEnded, SessionExpired.
    """
    return _host_media(actor, session, "host_video_enabled", HostVideo, enabled)


def host_audio_state(*, actor: Person, session: Session, enabled: bool | None = None) -> HostMedia:
    """Tell everyone that the host's microphone is on or off; None only reads the state. Raises as the camera's."""
    return _host_media(actor, session, "host_audio_enabled", HostAudio, enabled)


def _host_media(
    actor: Person, session: Session, field: str, event: type[HostVideo] | type[HostAudio], enabled: bool | None
) -> HostMedia:
    if enabled is None:
        present = lifecycle.read_session(session.pk)
        require(capabilities(actor, present).may_set_host_media)
        return HostMedia(getattr(present, field))
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        require(capabilities(actor, locked).may_set_host_media)
        lifecycle.check_may_open(locked)
        if not (locked.is_live or locked.is_backstage):
            raise SessionNotLive
        if getattr(locked, field) != enabled:
            setattr(locked, field, enabled)
            locked.save(update_fields=[field])
            emit(event.of(locked))
    return HostMedia(enabled)
