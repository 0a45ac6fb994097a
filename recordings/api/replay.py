"""The replay on the wire: what people may watch, and what the host lets them watch."""

from typing import Any

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.api.fields import Choice, Moment
from core.api.views import operation
from core.errors import NotAllowed, NotFound
from recordings import replay, replay_links
from recordings.api.tracks import TrackResponse
from recordings.errors import RecordingNotReady
from recordings.models import Recording, ReplayChoice
from sessions.api.views import SessionOperations
from sessions.errors import Banned
from sessions.rights.capabilities import require


class SpriteResponse(serializers.Serializer[Any]):
    """Small pictures for the seek bar, side by side in one file: one for each ``interval`` seconds, row by row."""

    url = serializers.CharField()
    interval = serializers.FloatField(help_text="Seconds between two pictures.")
    columns = serializers.IntegerField()
    rows = serializers.IntegerField()
    width = serializers.IntegerField(help_text="Of one picture, in pixels.")
    height = serializers.IntegerField()
    count = serializers.IntegerField()


class ReplayPartResponse(serializers.Serializer[Recording]):
    """One recording of the replay. Its links end at ``expires_at``: ask again for new ones."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    duration = serializers.SerializerMethodField(help_text="Of what is shown, in seconds.")
    trim_start = serializers.SerializerMethodField(help_text="null: the video has nothing but what is shown.")
    trim_end = serializers.SerializerMethodField(help_text="null: the video has nothing but what is shown.")
    published_at = Moment()
    url = serializers.SerializerMethodField(help_text="The video (MP4), with Range.")
    poster = serializers.SerializerMethodField()
    sprite = serializers.SerializerMethodField()
    tracks = serializers.SerializerMethodField(help_text="Captions of what is shown, the default ones first.")
    expires_at = serializers.SerializerMethodField()

    def get_duration(self, recording: Recording) -> int | None:
        return None if recording.shown_seconds is None else round(recording.shown_seconds)

    def get_trim_start(self, recording: Recording) -> float | None:
        return None

    def get_trim_end(self, recording: Recording) -> float | None:
        return None

    @extend_schema_field(TrackResponse(many=True))
    def get_tracks(self, recording: Recording) -> Any:
        return [TrackResponse(track, context={"is_shown": True}).data for track in recording.tracks.all()]

    def get_url(self, recording: Recording) -> str | None:
        return replay_links.video_url(recording)

    def get_poster(self, recording: Recording) -> str | None:
        return replay_links.poster_url(recording)

    @extend_schema_field(SpriteResponse(allow_null=True))
    def get_sprite(self, recording: Recording) -> dict[str, Any] | None:
        return replay_links.sprite(recording)

    @extend_schema_field(Moment())
    def get_expires_at(self, recording: Recording) -> str:
        return str(Moment().to_representation(replay_links.expires_at()))


class ReplayResponse(serializers.Serializer[replay.Replay]):
    """What the address of a session shows after its end."""

    status = serializers.ChoiceField(choices=[(status.value, status.value) for status in replay.ReplayStatus])
    progress = serializers.IntegerField(help_text="Of the processing, in percent.")
    publishing = serializers.SerializerMethodField(help_text="How recordings are published; for host and co-hosts.")
    recordings = ReplayPartResponse(many=True, help_text="In the order in which they were made.")

    def get_publishing(self, shown: replay.Replay) -> str | None:
        return replay.publishing_of(shown.session) if self.context.get("leads") else None


class UpdateReplayRequest(serializers.Serializer[Any]):
    """How recordings of this session are published."""

    publishing = Choice(
        choices=ReplayChoice.Publishing.choices, allow_null=True, help_text="null: as the product's setting says."
    )


class PublishedResponse(serializers.Serializer[Recording]):
    """Whether a recording can be watched."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    name = serializers.CharField()
    published_at = Moment(allow_null=True, help_text="Since when people may watch it.")


class ReplayViewSet(SessionOperations):
    """The replay of a session."""

    @operation("Recordings", reply=ReplayResponse, errors=[NotFound, NotAllowed, Banned])
    def read(self, request: Request, session_id: str) -> Response:
        """Watch the replay: for everybody who may see the session and was not banned, guests too."""
        session, allowed = self.find(session_id)
        replay.require_replay(allowed)
        shown = ReplayResponse(replay.replay_of(session), context={"person": self.person, "leads": allowed.leads})
        return self.reply(shown.data, secret=True)

    @operation("Recordings", request=UpdateReplayRequest, reply=ReplayResponse, errors=[NotFound, NotAllowed])
    def change(self, request: Request, session_id: str) -> Response:
        """Choose whether recordings of this session are published by themselves or after review."""
        session, allowed = self.find(session_id)
        require(allowed.may_record)
        replay.choose_publishing(actor=self.person, session=session, **self.parse(UpdateReplayRequest))
        shown = ReplayResponse(replay.replay_of(session), context={"person": self.person, "leads": True})
        return self.reply(shown.data, secret=True)


class PublishingViewSet(ApiViewSet):
    """Whether a recording can be watched."""

    @operation(
        "Recordings", reply=PublishedResponse, errors=[NotFound, NotAllowed, RecordingNotReady], for_limited_tokens=True
    )
    def publish(self, request: Request, recording_id: str) -> Response:
        """Show a recording at the session's address."""
        recording = replay.find_led_recording(self.person, recording_id)
        return self.reply(replay.publish(actor=self.person, recording=recording), PublishedResponse)

    @operation("Recordings", reply=PublishedResponse, errors=[NotFound, NotAllowed], for_limited_tokens=True)
    def unpublish(self, request: Request, recording_id: str) -> Response:
        """Show a recording no more; nobody gets a link to it from now on."""
        recording = replay.find_led_recording(self.person, recording_id)
        return self.reply(replay.unpublish(actor=self.person, recording=recording), PublishedResponse)


urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/replay", ReplayViewSet.as_view({"get": "read", "patch": "change"})),
    path("recordings/<str:recording_id>/publish", PublishingViewSet.as_view({"post": "publish"})),
    path("recordings/<str:recording_id>/unpublish", PublishingViewSet.as_view({"post": "unpublish"})),
]
