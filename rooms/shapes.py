"""What rooms publish, in replies and, within a session, in events and the state of pages."""

from functools import cache
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from accounts import shapes as accounts
from accounts.person import Person
from core.published import Moment, Published
from rooms import models
from rooms.logos import logo_url

Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]


class GoogleTagManager(Published, name="GoogleTagManagerResponse"):
    """The stored container."""

    container_id: str
    enabled: bool


class RoomAnalytics(Published, name="RoomAnalyticsResponse"):
    """The room's analytics."""

    google_tag_manager: GoogleTagManager


class SurveyQuestion(Published, name="SurveyQuestionResponse"):
    """A question of the survey."""

    text: str
    options: list[str] = Field(description="The answers to choose one from; empty: free text.")


class Survey(Published, name="SurveyResponse"):
    """What the audience is asked when a session is over: a rating from 1 to 5, and these questions."""

    questions: list[SurveyQuestion]

    @classmethod
    def of(cls, survey: dict[str, Any] | None) -> Self | None:
        return None if survey is None else cls(questions=[SurveyQuestion(**each) for each in survey["questions"]])


class Room(Published, name="RoomResponse"):
    """A room. ``active_session_id`` is the session that is live in it now."""

    id: UUID
    slug: str = Field(description="The public address is /w/{slug}.")
    host_id: UUID
    host: accounts.User
    library_id: UUID
    title: str
    description: str
    thank_you_text: str = Field(description="What the audience reads when a session is over.")
    thank_you_link_url: str | None = Field(description="A link below that text.")
    thank_you_link_label: str = Field(description="The words of the link; empty: its address.")
    survey: Survey | None = Field(description="null: there is no survey.")
    access: models.Room.Access
    visibility: models.Room.Visibility
    replay_publishing: models.Room.Publishing | None = Field(
        description="How recordings of its sessions are published; null: by the server's setting."
    )
    analytics: RoomAnalytics
    active_session_id: UUID | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, room: models.Room, caller: Person) -> Self:
        """``room`` comes from ``RoomQuerySet.complete``; its host is shown as ``caller`` may see them."""
        container = GoogleTagManager(container_id=room.analytics_container_id, enabled=room.analytics_enabled)
        return cls(
            id=room.pk,
            slug=room.slug,
            host_id=room.host_id,
            host=accounts.User.of(room.host, caller),
            library_id=room.library_id,
            title=room.title,
            description=room.description,
            thank_you_text=room.thank_you_text,
            thank_you_link_url=room.thank_you_link_url or None,
            thank_you_link_label=room.thank_you_link_label,
            survey=Survey.of(room.survey),
            access=models.Room.Access(room.access),
            visibility=models.Room.Visibility(room.visibility),
            replay_publishing=models.Room.Publishing(room.replay_publishing) if room.replay_publishing else None,
            analytics=RoomAnalytics(google_tag_manager=container),
            active_session_id=room.active_session_id,  # type: ignore[attr-defined]
            created_at=room.created_at,
            updated_at=room.updated_at,
        )


class CreatedRoom(Published, name="CreateRoomResponse"):
    """The new room, wrapped as the contract has it."""

    room: Room


class Rooms(Published, name="RoomListResponse"):
    """One page of rooms."""

    rooms: list[Room]
    total: int
    page: int
    limit: int


class Preset(Published, name="PresetResponse"):
    """A preset: what people may do, and how it looks. ``logo`` is an address on our own origin."""

    id: UUID
    user_id: UUID
    library_id: UUID
    name: str | None = Field(description="Only for people who may use it and a session's team; otherwise null.")
    type: models.Preset.Type
    stage_enabled: bool
    max_join_limit: int
    chat_enabled: bool
    poll_enabled: bool
    viewer_count_visible: bool
    primary_color: str
    logo: Address | None
    logo_destination_url: str | None
    host_add_co_host: bool
    host_camera_enabled: bool
    host_screen_share: bool
    host_chat_send_text: bool
    host_chat_send_file: bool
    host_chat_receive_message: bool
    host_poll_create: bool
    host_poll_vote: bool
    host_poll_view: bool
    onstage_camera_enabled: bool
    onstage_screen_share: bool
    onstage_viewer_view: bool
    audience_stage_join_request: bool
    audience_can_see_participants: bool
    audience_chat_send_text: bool
    audience_chat_send_file: bool
    audience_chat_receive_message: bool
    audience_poll_create: bool
    audience_poll_vote: bool
    audience_poll_view: bool
    moderator_manage_stage: bool
    moderator_manage_chat: bool
    moderator_manage_poll: bool
    recording_enabled: bool
    is_default: bool
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, preset: models.Preset, copy: dict[str, Any] | None = None, *, is_named: bool = True) -> Self:
        """Values in ``copy``, taken at go-live, override the row's; ``is_named``: the reader may know its name."""
        kept = copy or {}
        values = {name: kept[name] if name in kept else getattr(preset, name) for name in _preset_fields()}
        logo = values["logo"]
        values["logo"] = logo_url(logo if isinstance(logo, str) else logo.name or "")
        values["logo_destination_url"] = values["logo_destination_url"] or None
        if not is_named:
            values["name"] = None
        return cls(**values)


@cache
def _preset_fields() -> tuple[str, ...]:
    return tuple(Preset.model_fields)


class Presets(Published, name="PresetListResponse"):
    """All presets of the caller."""

    presets: list[Preset]
    total: int
    page: int
    limit: int
