"""What a media connection may do, spelled out in full.

livekit-api's defaults allow publishing of data and tracks, and LiveKit reads an absent field as its own default. So a
:class:`Grant` has no defaults, and every field of it is written into every token.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from livekit.api import VideoGrants
from livekit.protocol.models import ParticipantPermission, TrackSource

CAMERA = "camera"
MICROPHONE = "microphone"
SCREEN_SHARE = "screen_share"
SCREEN_SHARE_AUDIO = "screen_share_audio"
SOURCES = (CAMERA, MICROPHONE, SCREEN_SHARE, SCREEN_SHARE_AUDIO)
LONGEST_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Grant:
    """The rights of one connection in one room.

    ``sources`` are the kinds of track that may be published, from :data:`SOURCES`; LiveKit reads an empty list beside
    can_publish as "all of them" and a non-empty one as permission, so both must agree. ``hidden`` connections are not
    announced to others. ``room_admin`` lets the bearer of the token manage the room, and is for our own servers only.
    """

    can_publish: bool
    sources: tuple[str, ...]
    can_subscribe: bool
    can_publish_data: bool
    hidden: bool
    room_admin: bool

    def __post_init__(self) -> None:
        if self.can_publish != bool(self.sources):
            raise ValueError("Name the sources exactly when the connection may publish.")
        if unknown := set(self.sources) - set(SOURCES):
            raise ValueError(f"Unknown track sources: {sorted(unknown)}")

    def as_claim(self, room: str) -> VideoGrants:
        """The token's ``video`` claim for ``room``, with every right explicit."""
        return VideoGrants(
            room_create=False,
            room_list=False,
            room_record=False,
            room_admin=self.room_admin,
            room_join=True,
            room=room,
            can_publish=self.can_publish,
            can_publish_sources=list(self.sources),
            can_subscribe=self.can_subscribe,
            can_publish_data=self.can_publish_data,
            can_update_own_metadata=False,
            ingress_admin=False,
            hidden=self.hidden,
            recorder=False,
            agent=False,
            can_subscribe_metrics=False,
            can_manage_agent_session=False,
        )

    def as_permission(self) -> ParticipantPermission:
        """The same for an existing connection. ``hidden`` and ``room_admin`` can no longer change."""
        return ParticipantPermission(
            can_publish=self.can_publish,
            can_publish_sources=[source.upper() for source in self.sources],
            can_subscribe=self.can_subscribe,
            can_publish_data=self.can_publish_data,
            hidden=self.hidden,
            can_update_metadata=False,
            can_subscribe_metrics=False,
        )


def source_names(numbers: Iterable[int]) -> tuple[str, ...]:
    """Our names for LiveKit's numbers of track sources; unknown ones are left out."""
    known = {TrackSource.Value(source.upper()): source for source in SOURCES}
    return tuple(known[number] for number in numbers if number in known)
