"""The health of a session's stream: what the encoder, LiveKit and the capture report, and warnings as sentences."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.core.cache import cache
from django.utils import timezone

from encoders.shapes import CaptureHealth, HLSHealth, IngestHealth, RecordingHealth, StreamHealth, TrackHealth
from encoders.warnings import Warnings
from media.captures.port import Source
from media.captures.services import capture_health, running_capture
from media.errors import MediaUnavailable, RoomMissing
from media.hls.journal import log_of
from media.ingests import health as ingests
from media.livekit import client as livekit
from media.livekit.client import Participant, Track
from media.models import Capture, Ingest
from recordings.queries import active_recording
from sessions.livekit import identities as access
from sessions.models import Session

#: Seconds without a new segment after which HLS counts as stalled; a segment takes two.
_STALLED_AFTER = 8.0
#: Frames a second that a capture may drop before it counts as too slow.
_LATE_PER_SECOND = 1.0
#: How long it is told why a stream was not taken, unless another one begins.
_END_TOLD = timedelta(minutes=10)
_LATE_SECONDS = 5.0  # the shortest time over which that is measured


@dataclass(slots=True)
class _Room:
    """The answer of LiveKit; ``is_up``: it answered."""

    is_up: bool = True
    people: list[Participant] = field(default_factory=list)


def stream_health(session: Session) -> StreamHealth:
    """Measure now. An engine that does not answer becomes a warning, not an error."""
    warnings = Warnings()
    is_open = session.is_live or session.is_backstage
    room = _look(session) if is_open else _Room()
    if not room.is_up:
        warnings.add("media_unavailable")
    sending = _host_side(room.people)
    ingest = _ingest(session, sending, warnings)
    hls, capture = _captured(session, warnings)
    if session.is_live and room.is_up and not sending and not session.is_stage_hidden:
        warnings.add("nothing_sent")
    recording = active_recording(session)
    return StreamHealth(
        status="offline" if not sending else "poor" if warnings.codes else "good",
        warnings=warnings.sentences,
        warning_codes=warnings.codes,
        ingest=ingest,
        tracks=[_track(person, track) for person in room.people for track in person.tracks],
        webrtc_viewers=len(_watching(room.people)),
        hls=hls,
        capture=capture,
        recording=None
        if recording is None
        else RecordingHealth(
            id=recording.pk,
            name=recording.name,
            started_at=recording.started_at,
            duration=max(0, int((timezone.now() - recording.started_at).total_seconds())),
        ),
    )


def _look(session: Session) -> _Room:
    try:
        return _Room(people=livekit.list_participants(session.media_room))
    except RoomMissing:
        return _Room()
    except MediaUnavailable:
        return _Room(is_up=False)


def _watching(people: list[Participant]) -> set[object]:
    """The people of the audience who have a hidden connection."""
    identities = (access.read_identity(person.identity) for person in people)
    watching = (one for one in identities if one is not None and not one.is_studio and not one.is_monitor)
    return {one.user_id for one in watching}


def _host_side(people: list[Participant]) -> list[Participant]:
    """The encoder; without one, whoever publishes from studio or stage."""
    sending = [person for person in people if person.tracks]
    return [person for person in sending if access.is_ingest(person.identity)] or sending


def _ingest(session: Session, sending: list[Participant], warnings: Warnings) -> IngestHealth:
    row = ingests.find_ingest(session.media_room)
    health = ingests.ingest_health(session.media_room)
    if row is not None and row.state == Ingest.State.INTERRUPTED:
        if not _warn_of_end(row, warnings):
            warnings.add("interrupted", reason=row.reason)
        return IngestHealth.of(state="interrupted", protocol="rtmp", since=row.publishing_since)
    if row is not None and row.state == Ingest.State.PUBLISHING:
        if health is not None:
            _warn_of_ingest(session, health, warnings)
        return _rtmp_figures(row, health)
    if row is not None and timezone.now() - row.changed_at < _END_TOLD:
        _warn_of_end(row, warnings)
    return _track_figures(session, sending, warnings)


def _warn_of_end(row: Ingest, warnings: Warnings) -> bool:
    """Say what was wrong with the stream that ended last, if that is why it ended."""
    if row.reason not in {"unsupported_codec", "protocol_error", "limit"}:
        return False
    warnings.add("turned_away_codec" if row.reason == "unsupported_codec" else "turned_away", detail=row.detail)
    return True


def _rtmp_figures(row: Ingest, measured: ingests.IngestHealth | None) -> IngestHealth:
    if measured is None:
        return IngestHealth.of(state="publishing", protocol="rtmp", since=row.publishing_since)
    health = measured.health
    packet = health.last_packet_at
    return IngestHealth.of(
        state="publishing",
        protocol="rtmp",
        since=row.publishing_since,
        bitrate=int(health.video_kbps * 1000),
        audio_bitrate=int(health.audio_kbps * 1000),
        fps=health.fps,
        width=health.width or None,
        height=health.height or None,
        codec=health.codec,
        keyframe_interval=health.keyframe_interval,
        last_packet_at=datetime.fromtimestamp(packet, UTC) if packet is not None else None,
        is_reencoded=health.mode == "reencode",
        encoder=measured.video.encoder if measured.video else "",
    )


def _warn_of_ingest(session: Session, measured: ingests.IngestHealth, warnings: Warnings) -> None:
    for code in measured.health.warnings:
        warnings.add_of_ingest(code, measured.details.get(code))
    if not measured.health.is_connected and not session.is_stage_hidden:
        warnings.add("not_passed_on")


def _track_figures(session: Session, sending: list[Participant], warnings: Warnings) -> IngestHealth:
    """What LiveKit knows of tracks that come straight to it, from a browser or by WHIP."""
    is_whip = any(access.is_ingest(person.identity) for person in sending)
    tracks = [track for person in sending for track in person.tracks]
    if not tracks:
        return IngestHealth.of(state="waiting")
    picture = next((track for track in tracks if track.kind == "video" and track.source != "screen_share"), None)
    if all(track.kind == "video" for track in tracks):
        warnings.add("no_audio")
    cameras = _as_captured(session, {person.identity for person in sending})
    source = next((each for each in cameras if each.fps), cameras[0] if cameras else None)
    stands_still = source is not None and not source.fps  # a published camera may send nothing
    videos = {track.source for track in tracks if track.kind == "video" and not track.muted}
    if not videos or (stands_still and "screen_share" not in videos):
        warnings.add("no_video")
    since = min(person.joined_at for person in sending)
    protocol: Literal["whip", "browser"] = "whip" if is_whip else "browser"
    if picture is None:
        return IngestHealth.of(state="publishing", protocol=protocol, since=since)
    return IngestHealth.of(
        state="publishing",
        protocol=protocol,
        since=since,
        fps=source.fps if source else None,
        width=(source.width if source else 0) or picture.width or None,
        height=(source.height if source else 0) or picture.height or None,
        codec=picture.codec or None,
    )


def _as_captured(session: Session, identities: set[str]) -> list[Source]:
    """What the capture, if one runs, receives from these people's cameras: LiveKit itself reports no bit rate.

    Without a capture nobody here knows of a camera that sends nothing.
    """
    health = capture_health(session.media_room)
    sources = health.sources if health else ()
    return [each for each in sources if not each.is_screen and each.identity in identities]


def _captured(session: Session, warnings: Warnings) -> tuple[HLSHealth, CaptureHealth | None]:
    capture = running_capture(session.media_room)
    if capture is None:
        return HLSHealth(status="off", latency=None, segments=0), None
    if capture.error:
        warnings.add("capture_failed", reason=capture.error)
    health = capture_health(session.media_room)
    hls = _hls(capture)
    if hls.status == "stalled":
        warnings.add("hls_stalled")
    if health is None:
        return hls, None
    if _leaves_pictures_out(capture, health.late, health.at):
        warnings.add("capture_slow")
    return hls, CaptureHealth(bitrate=health.kbps * 1000, fps=health.fps, cpu=health.cpu, late=health.late)


def _hls(capture: Capture) -> HLSHealth:
    rows = log_of(capture.folder).rows
    if not rows:
        return HLSHealth(status="starting", latency=None, segments=0)
    now = timezone.now().timestamp()
    status: Literal["running", "stalled"] = "stalled" if now - rows[-1].ends_at > _STALLED_AFTER else "running"
    latency = round(max(0.0, now - rows[-1].started_at), 1)
    return HLSHealth(status=status, latency=latency, segments=len(rows))


def _leaves_pictures_out(capture: Capture, late: int, at: float) -> bool:
    """Whether the capture drops many frames now: its counter runs from its start, so two readings are compared."""
    slot = f"capture:{capture.pk}:late"
    before_at, before, was_slow = cache.get(slot) or (at, late, False)
    if at - before_at < _LATE_SECONDS:
        if at == before_at and before == late:
            cache.add(slot, (at, late, False), 60)
        return bool(was_slow)
    is_slow = late - before > _LATE_PER_SECOND * (at - before_at)
    cache.set(slot, (at, late, is_slow), 60)
    return is_slow


def _track(person: Participant, track: Track) -> TrackHealth:
    return TrackHealth(
        participant_identity=person.identity,
        participant_name=person.name,
        kind=track.kind,
        source=track.source,
        muted=track.muted,
        width=track.width,
        height=track.height,
        codec=track.codec,
        simulcast=track.simulcast,
    )
