"""What the stream health says of encoders, cameras, HLS and recordings; figures come from their caches and LiveKit."""

import time
from dataclasses import replace

import pytest
from livekit import rtc

from encoders.gateway import EncoderAuthorizer
from encoders.health import stream_health
from media.captures import services
from media.captures.port import Health as CaptureHealth
from media.captures.port import Source
from media.ingests import health as ingests
from media.ingests.health import IngestHealth
from media.ingests.port import Health, IngestWarning, VideoFacts
from media.livekit import client as port
from media.models import Capture
from sessions.livekit import identities
from sessions.models import Session
from sessions.rights.capabilities import capabilities
from tests.conftest import API, as_person
from tests.livekit import until
from tests.media.hls.making import Journal
from tests.stage.conftest import give_role

pytestmark = pytest.mark.django_db


def ask(api, user, session):
    return api(user).get(f"{API}/sessions/{session.pk}/stream_health")


@pytest.fixture
def on_air(live_session, livekit):
    Session.objects.filter(pk=live_session.pk).update(mode="rtmp", stream_key_hash="h")
    live_session.refresh_from_db()
    port.ensure_room(live_session.media_room)
    return live_session


@pytest.fixture
def encoder(on_air, clients):
    """It publishes, as the gateway would, and this is what the gateway told of it."""
    admission = EncoderAuthorizer()
    token = admission.renew(str(on_air.pk)).token
    room = clients.connect(token)
    publish_both(clients, room, on_air)
    ingest = ingests.ingest_of(on_air.media_room)
    ingests.is_publishing(ingest)
    return measure(on_air)


def publish_both(clients, room, session):
    """Camera and microphone, as soon as LiveKit lists them."""
    clients.publish(room, rtc.TrackSource.SOURCE_CAMERA)
    clients.publish(room)
    until(lambda: sum(len(each.tracks) for each in port.list_participants(session.media_room)) == 2, "both tracks")


def measure(session, *details, **changes):
    figures = {"video_kbps": 2500.4, "audio_kbps": 128.0, "fps": 29.9, "width": 1280, "height": 720, "codec": "h264"}
    figures |= {"keyframe_interval": 2.0, "has_b_frames": False, "has_audio": True, "last_packet_at": 1_800_000_000.0}
    figures |= {"mode": "passthrough", "cpu": 0.02, "late": 0, "is_publishing": True, "is_connected": True}
    figures |= {"warnings": [each.code for each in details], **changes}
    health = Health("health", 1.0, "i", **figures)
    kept = {each.code: each for each in details}
    video = VideoFacts("h264", 1280, 720, 30.0, "obs-output")
    ingests.keep_health(session.media_room, IngestHealth(health, video, None, kept))
    return session


def warning(code, **figures):
    return IngestWarning("warning", 1.0, "i", code, **figures)


def test_it_is_for_host_and_co_hosts(session, host, member, guest, api):
    assert ask(api, host, session).status_code == 200
    assert ask(api, guest, session).status_code == 403
    give_role(session, member, "co_host")
    assert ask(api, member, session).status_code == 200


def test_before_the_start_everything_is_there_and_empty(session, host, api):
    data = ask(api, host, session).json()["data"]
    assert (data["status"], data["warnings"], data["tracks"], data["webrtc_viewers"]) == ("offline", [], [], 0)
    assert data["hls"] == {"status": "off", "latency": None, "segments": 0}
    assert (data["recording"], data["capture"]) == (None, None)
    documented = ("bitrate", "fps", "width", "height", "codec", "keyframe_interval", "last_packet_at")
    assert [data["ingest"][name] for name in documented] == [None] * 7
    assert data["ingest"]["state"] == "waiting"


def test_a_good_stream_of_an_encoder(encoder, host, guest, clients, api):
    clients.connect(identities.audience_token(encoder, as_person(guest)))
    data = until(lambda: (found := ask(api, host, encoder).json()["data"])["webrtc_viewers"] and found, "the viewer")
    assert (data["status"], data["warnings"], data["webrtc_viewers"]) == ("good", [], 1)
    ingest = data["ingest"]
    assert (ingest["bitrate"], ingest["fps"], ingest["width"], ingest["height"]) == (2_500_400, 29.9, 1280, 720)
    assert (ingest["codec"], ingest["keyframe_interval"], ingest["last_packet_at"]) == (
        "h264",
        2.0,
        "2027-01-15T08:00:00.000000Z",
    )
    assert (ingest["state"], ingest["protocol"], ingest["encoder"]) == ("publishing", "rtmp", "obs-output")
    assert {(track["kind"], track["source"]) for track in data["tracks"]} == {
        ("video", "camera"),
        ("audio", "microphone"),
    }


def test_what_is_wrong_is_said_in_words_with_figures(encoder, host, api):
    measure(
        encoder,
        warning("b_frames"),
        warning("keyframe_interval", seconds=8.0),
        warning("low_bitrate", video_kbps=180.5),
        warning("high_bitrate", kbps=18_500.0, max_kbps=20_000),
        warning("no_audio"),
        warning("reencoding", reason="b_frames"),
        warning("unsupported_codec", kind="audio", codec="Opus"),
    )
    data = ask(api, host, encoder).json()["data"]
    assert data["status"] == "poor"
    assert data["warning_codes"] == [
        *("b_frames", "keyframe_interval", "low_bitrate", "high_bitrate", "no_audio", "unsupported_codec")
    ]
    b_frames, keys, rate, high, sound, codec = data["warnings"]
    assert "is 18500 kbit/s. Beyond 20000 kbit/s over a minute" in high
    assert "Turn B-frames off" in b_frames
    assert "only every 8 seconds" in keys
    assert "180.5 kbit/s" in rate
    assert "No audio" in sound
    assert "sends Opus" in codec


def test_another_profile_is_named_as_the_reason_of_reencoding(encoder):
    measure(encoder, warning("reencoding", reason="profile"), mode="reencode")
    health = stream_health(encoder)
    assert (health.warning_codes, health.ingest.is_reencoded) == (["reencoding"], True)
    assert "H.264 profile" in health.warnings[0]


def test_an_interrupted_encoder_and_one_that_does_not_get_through(encoder):
    measure(encoder, is_connected=False)
    assert stream_health(encoder).warning_codes == ["not_passed_on"]
    ingests.is_interrupted(ingests.ingest_of(encoder.media_room), "connection_lost")
    health = stream_health(encoder)
    assert (health.status, health.ingest.state, health.warning_codes) == ("poor", "interrupted", ["interrupted"])


def test_why_an_encoder_was_disconnected_is_said_until_another_stream_begins(on_air):
    ingest = ingests.ingest_of(on_air.media_room)
    ingests.is_publishing(ingest)
    ingests.is_interrupted(ingest, "limit", "The bit rate was 25000 kbit/s.")
    health = stream_health(on_air)
    assert health.warning_codes[0] == "turned_away"
    assert "The bit rate was 25000 kbit/s. Check its settings" in health.warnings[0]
    ingests.is_over(ingest, "unsupported_codec", "HEVC (H.265)")
    health = stream_health(on_air)
    assert health.warning_codes == ["turned_away_codec", "nothing_sent"]
    assert "it sends HEVC (H.265). Choose H.264" in health.warnings[0]
    ingests.is_publishing(ingest)
    assert "turned_away_codec" not in stream_health(on_air).warning_codes


def test_pixels_that_are_not_square_are_named_as_the_reason(encoder):
    measure(encoder, warning("reencoding", reason="aspect"), mode="reencode")
    health = stream_health(encoder)
    assert health.warning_codes == ["aspect"]
    assert "pixels are not square" in health.warnings[0]


def test_a_live_session_without_any_stream_is_offline_and_says_so(on_air, host, api):
    data = ask(api, host, on_air).json()["data"]
    assert (data["status"], data["warning_codes"]) == ("offline", ["nothing_sent"])


def test_a_camera_from_the_browser(on_air, clients, host, api):
    Session.objects.update(mode="webcam")
    session = Session.objects.get(pk=on_air.pk)
    room = clients.connect(identities.studio_token(session, as_person(host), capabilities(as_person(host), session)))
    clients.publish(room, rtc.TrackSource.SOURCE_CAMERA)
    data = until(lambda: (found := ask(api, host, session).json()["data"])["tracks"] and found, "the camera")
    assert (data["status"], data["warning_codes"]) == ("poor", ["no_audio"])
    assert (data["ingest"]["protocol"], data["ingest"]["bitrate"]) == ("browser", None)
    clients.publish(room)
    until(lambda: ask(api, host, session).json()["data"]["status"] == "good", "sound is there")
    source = Source(str(host.pk), False, 640, 360, 29.0, True)
    services.publish_health(session.media_room, capture_figures(sources=[source]))
    ingest = stream_health(session).ingest
    assert (ingest.fps, ingest.width, ingest.height) == (29.0, 640, 360)
    services.publish_health(session.media_room, capture_figures(sources=[replace(source, fps=0.0)]))
    assert stream_health(session).warning_codes == ["no_video"]
    # Two cameras of one person: one that moves is enough.
    both = [replace(source, fps=0.0, width=0, height=0), source]
    services.publish_health(session.media_room, capture_figures(sources=both))
    health = stream_health(session)
    assert (health.warning_codes, health.ingest.width) == ([], 640)


def test_a_voice_without_a_camera_is_no_good_stream(on_air, clients, host):
    Session.objects.update(mode="webcam")
    session = Session.objects.get(pk=on_air.pk)
    room = clients.connect(identities.studio_token(session, as_person(host), capabilities(as_person(host), session)))
    clients.publish(room)
    until(lambda: stream_health(session).tracks, "the microphone")
    health = stream_health(session)
    assert (health.status, health.warning_codes) == ("poor", ["no_video"])
    assert "show your name instead" in health.warnings[0]


def test_an_encoder_that_came_by_whip(on_air, clients):
    room = clients.connect(
        identities.whip_token(on_air, ingests.ingest_of(on_air.media_room), identities.settings.REJOIN_WITHIN)
    )
    publish_both(clients, room, on_air)
    health = stream_health(on_air)
    assert (health.status, health.ingest.protocol, health.ingest.state) == ("good", "whip", "publishing")


def test_without_livekit_it_says_so(live_session, livekit_down):
    health = stream_health(live_session)
    assert (health.status, health.warning_codes) == ("offline", ["media_unavailable"])


def capture_figures(at=None, late=0, sources=()):
    return CaptureHealth("health", at or time.time(), 30.0, 100, late, 1800, 0.5, 4, list(sources))


def test_a_capture_that_leaves_pictures_out_is_too_slow_until_it_does_not(encoder):
    capture = services.want_capture(encoder.media_room)
    told = []
    for at, late in ((100.0, 10), (106.0, 11), (112.0, 60), (114.0, 60), (120.0, 61)):
        services.publish_health(encoder.media_room, capture_figures(at, late))
        told.append("capture_slow" in stream_health(encoder).warning_codes)
    assert told == [False, False, True, True, False]
    figures = stream_health(encoder).capture
    assert (figures.bitrate, figures.fps, figures.late) == (1_800_000, 30.0, 61)
    Capture.objects.filter(pk=capture.pk).update(error="The disk is full.")
    health = stream_health(encoder)
    assert health.warnings[-1] == "The recording or the quality “Stable” has a problem: The disk is full."
    assert health.hls.status == "starting"


def test_hls_runs_and_stands_still(on_air, settings, tmp_path):
    settings.CAPTURE_DIR = tmp_path
    capture = services.want_capture(on_air.media_room)
    assert stream_health(on_air).hls.status == "starting"
    capture.folder.mkdir(parents=True)
    journal = Journal(capture.folder, began=time.time() - 4.5)
    journal.add()
    journal.add()
    hls = stream_health(on_air).hls
    assert (hls.status, hls.segments) == ("running", 2)
    assert 2 <= hls.latency < 60
    old = services.want_capture("another")
    old.folder.mkdir()
    Journal(old.folder, began=time.time() - 60).add()
    Capture.objects.filter(pk=capture.pk).update(wanted=False)
    Capture.objects.filter(pk=old.pk).update(room=on_air.media_room)
    health = stream_health(on_air)
    assert (health.hls.status, health.warning_codes) == ("stalled", ["hls_stalled", "nothing_sent"])
