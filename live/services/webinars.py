"""New webinar: creates room and session and chooses the preset in one step."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.person import Person
from rooms.models import Room
from rooms.queries import default_preset, library_for
from rooms.services import create_room, create_standard_preset
from sessions.models import Session
from sessions.services import create_session


def create_webinar(
    *,
    actor: Person,
    title: str,
    scheduled_start_time: datetime | None = None,
    description: str = "",
    planned_duration: int = 60,
    visibility: str = Room.Visibility.UNLISTED,
    access: str = Room.Access.OPEN,
    library_id: UUID | None = None,
    preset_id: UUID | None = None,
    mode: str | None = None,
    replay_publishing: str = "",
) -> Session:
    """Create a room with one session, now (no time) or at ``scheduled_start_time``.

    It uses the named preset, otherwise the person's default one, which is created if missing. ``planned_duration`` in
    minutes. Raises NotAllowed, Invalid; then nothing is created.
    """
    user = actor.account()
    with transaction.atomic():
        library = library_for(actor, library_id)
        room = create_room(
            actor=actor,
            title=title,
            description=description,
            access=access,
            visibility=visibility,
            replay_publishing=replay_publishing,
            library_id=library.pk,
        )
        if preset_id is None:
            preset = default_preset(user, library) or create_standard_preset(actor=actor, library_id=library.pk)
            preset_id = preset.pk
        return create_session(
            actor=actor,
            room=room,
            title=title,
            preset_id=preset_id,
            description=description,
            mode=mode,
            scheduled_start_time=scheduled_start_time,
            planned_duration=planned_duration,
        ).session
