"""Sessions on the wire (docs/contract.md §2)."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.person import ANONYMOUS
from core.api.fields import Choice, Flag, Identifier, Line, Moment, Paragraphs, Whole
from rooms.api.serializers import PresetResponse, RoomResponse, preset_values
from rooms.models import LONGEST_DESCRIPTION
from sessions.lifecycle import idle_ends_at
from sessions.models import Session
from sessions.rights import playback
from sessions.rights.capabilities import Capabilities, Viewpoint, capabilities


class CreateSessionRequest(serializers.Serializer[Any]):
    """A session to plan."""

    title = Line(min_length=3, max_length=255)
    description = Paragraphs(required=False, allow_blank=True, allow_null=True, max_length=LONGEST_DESCRIPTION)
    mode = Choice(
        choices=Session.Mode.choices,
        required=False,
        allow_null=True,
        help_text="Default: rtmp for presets of type rtmp, else webcam.",
    )
    scheduled_start_time = Moment(required=False, allow_null=True)
    preset_id = Identifier(help_text="Yours or your library's.")
    planned_duration = Whole(min_value=1, max_value=24 * 60, required=False, help_text="Minutes; 60 unless given.")

    def validate_description(self, value: str | None) -> str:
        return value or ""


class RescheduleSessionRequest(serializers.Serializer[Any]):
    """The new time, in the future."""

    scheduled_start_time = Moment()


class UpdateSessionSettingsRequest(serializers.Serializer[Any]):
    """What to switch over the preset; null returns to the preset, what is left out stays."""

    chat_enabled = Flag(required=False, allow_null=True)
    stage_enabled = Flag(required=False, allow_null=True)
    max_join_limit = Whole(min_value=1, max_value=100, required=False, allow_null=True)


class _Sessions(serializers.ListSerializer[Any]):
    """A list of sessions: the caller's standing, and what can be played, is asked once for all of them."""

    def to_representation(self, data: Any) -> list[Any]:
        sessions = list(data)
        self.child.viewpoint = Viewpoint.of(self.context.get("person", ANONYMOUS), sessions)  # type: ignore[union-attr]
        self.child.playable = playback.playable(sessions)  # type: ignore[union-attr]
        return [self.child.to_representation(session) for session in sessions]  # type: ignore[union-attr]


class SessionResponse(serializers.Serializer[Session]):
    """A session, with its room and preset (the copy frozen at go-live once there is one).

    Give it sessions from ``sessions.queries.complete_sessions``. Context ``person``: whose eyes see it.
    """

    viewpoint: Viewpoint | None = None
    playable: set[UUID] | None = None

    id = serializers.UUIDField()
    room_id = serializers.UUIDField()
    room = RoomResponse()
    preset = serializers.SerializerMethodField()
    title = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(choices=Session.Status.choices)
    mode = serializers.ChoiceField(choices=Session.Mode.choices)
    scheduled_start_time = Moment(allow_null=True)
    planned_duration = serializers.IntegerField(help_text="Minutes.")
    backstage_open = serializers.SerializerMethodField(help_text="Null for callers without rights.")
    idle_ends_at = serializers.SerializerMethodField(
        help_text="When the session ends because nobody is there; for the crew, once it was warned."
    )
    started_at = Moment(allow_null=True)
    ended_at = Moment(allow_null=True)
    duration = serializers.IntegerField(allow_null=True, help_text="Seconds on air so far.")
    viewer_count = serializers.SerializerMethodField(help_text="Null where the preset hides it from the caller.")
    max_viewers = serializers.SerializerMethodField(help_text="The peak; null as viewer_count.")
    recording_enabled = serializers.SerializerMethodField()
    hls_url = serializers.SerializerMethodField(help_text="For people in the session; null while no HLS runs.")
    chat_enabled_override = serializers.BooleanField(allow_null=True)
    stage_enabled_override = serializers.BooleanField(allow_null=True)
    max_join_limit_override = serializers.IntegerField(allow_null=True)
    effective_chat_enabled = serializers.BooleanField()
    effective_stage_enabled = serializers.BooleanField()
    effective_max_join_limit = serializers.IntegerField()
    created_at = Moment()
    updated_at = Moment()

    class Meta:
        list_serializer_class = _Sessions

    def to_representation(self, instance: Session) -> dict[str, Any]:
        self._allowed = capabilities(self.context.get("person", ANONYMOUS), instance, self.viewpoint)
        return dict(super().to_representation(instance))

    @property
    def allowed(self) -> Capabilities:
        """What the caller may do in the session at hand."""
        return self._allowed

    @extend_schema_field(PresetResponse)
    def get_preset(self, session: Session) -> dict[str, Any]:
        values = preset_values(session.preset, session.preset_copy)
        if not self.allowed.is_crew:  # the form promises it
            values["name"] = None
        return PresetResponse().to_representation(values)

    def get_backstage_open(self, session: Session) -> bool | None:
        return session.is_backstage if self.allowed.is_crew else None

    @extend_schema_field(Moment(allow_null=True))
    def get_idle_ends_at(self, session: Session) -> str | None:
        ends_at = idle_ends_at(session) if self.allowed.is_crew else None
        return Moment().to_representation(ends_at) if ends_at else None

    def get_viewer_count(self, session: Session) -> int | None:
        if not self.allowed.may_see_viewer_count:
            return None
        return int(session.present_viewers) if session.is_live else 0  # type: ignore[attr-defined]

    def get_max_viewers(self, session: Session) -> int | None:
        return session.max_viewers if self.allowed.may_see_viewer_count else None

    def get_recording_enabled(self, session: Session) -> bool:
        return bool(session.flag("recording_enabled"))

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_hls_url(self, session: Session) -> str | None:
        if not playback.may_watch(session, self.allowed):
            return None
        playable = playback.playable([session]) if self.playable is None else self.playable
        return playback.hls_url(self.context["person"], session) if session.pk in playable else None


class SessionListResponse(serializers.Serializer[Any]):
    """One page of sessions."""

    sessions = SessionResponse(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    limit = serializers.IntegerField()


class CreateSessionResponse(serializers.Serializer[Any]):
    """The new session; address and key for an encoder only in mode rtmp."""

    session = SessionResponse()
    rtmp_url = serializers.CharField(allow_null=True, help_text="Null while no RTMP ingest runs.")
    stream_key = serializers.CharField(allow_null=True)


class DashboardStatsResponse(serializers.Serializer[Any]):
    """How many sessions the caller has."""

    total_sessions = serializers.IntegerField()
    live_now = serializers.IntegerField()
    scheduled = serializers.IntegerField()
    ended = serializers.IntegerField()
