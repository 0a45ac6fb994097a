"""Whose stream keys open a media room, when, and for how long."""

import pytest

from encoders.gateway import EncoderAuthorizer
from media.ingests.health import ingest_of
from media.ingests.supervisor import Admission, Refusal
from sessions import services
from sessions.models import Session
from tests.conftest import as_person
from tests.participants import claims

pytestmark = pytest.mark.django_db
ADDRESS = "192.0.2.7"


@pytest.fixture
def created(host, room, preset):
    return services.create_session(actor=as_person(host), room=room, title="T", preset_id=preset.pk, mode="rtmp")


@pytest.fixture
def live(created):
    from django.utils import timezone

    rows = Session.objects.filter(pk=created.session.pk)
    rows.update(status="live", started_at=timezone.now(), backstage_opened_at=timezone.now())
    return created


@pytest.fixture
def authorizer():
    return EncoderAuthorizer()


def test_the_key_of_a_live_session_opens_its_room_with_camera_and_microphone(live, authorizer):
    answer = authorizer.admit(ingest_key=live.stream_key, address=ADDRESS)
    assert isinstance(answer, Admission)
    assert answer.room == str(live.session.pk)
    told = claims(answer.token)
    assert told["sub"] == f"ingest:{ingest_of(answer.room).pk}"
    video = told["video"]
    assert (video["room"], video["canPublishSources"]) == (answer.room, ["camera", "microphone"])
    assert (video["canSubscribe"], video["canPublishData"], video["hidden"]) == (False, False, False)
    assert live.stream_key not in repr(answer)
    assert answer.token not in repr(answer)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"status": "scheduled", "started_at": None, "backstage_opened_at": None}, "Open its studio first"),
        ({"status": "ended"}, "This webinar is over."),
        ({"mode": "webcam"}, "not known"),
    ],
)
def test_a_key_is_good_only_while_its_session_is_open(live, authorizer, changes, sentence):
    Session.objects.update(**changes)
    answer = authorizer.admit(ingest_key=live.stream_key, address=ADDRESS)
    assert isinstance(answer, Refusal)
    assert sentence in answer.description


def test_a_backstage_takes_the_encoder(created, authorizer, host, livekit):
    from live import services as running

    running.start(actor=as_person(host), session=created.session)
    assert isinstance(authorizer.admit(ingest_key=created.stream_key, address=ADDRESS), Admission)


def test_a_deleted_session_and_an_empty_key_are_unknown(live, authorizer):
    from django.utils import timezone

    Session.objects.update(deleted_at=timezone.now())
    for key in (live.stream_key, ""):
        assert "not known" in authorizer.admit(ingest_key=key, address=ADDRESS).description


def test_guesses_from_one_address_are_throttled_even_with_the_right_key(live, authorizer, settings):
    settings.STREAM_KEY_FAILURE_LIMIT = 3
    for _ in range(3):
        assert "not known" in authorizer.admit(ingest_key="sk_guess", address=ADDRESS).description
    assert "Too many wrong stream keys" in authorizer.admit(ingest_key=live.stream_key, address=ADDRESS).description
    assert isinstance(authorizer.admit(ingest_key=live.stream_key, address="198.51.100.1"), Admission)


def test_streams_end_with_their_session_or_their_key(live, authorizer):
    answer = authorizer.admit(ingest_key=live.stream_key, address=ADDRESS)
    held = {answer.room: answer.claim}
    assert authorizer.dismissed(held) == {}
    assert "changed" in authorizer.dismissed({answer.room: "of another key"})[answer.room]
    Session.objects.update(status="ended")
    assert "over" in authorizer.dismissed(held)[answer.room]


def test_a_lost_room_is_made_again_but_not_while_the_stage_is_hidden(live, authorizer, livekit):
    from django.utils import timezone

    from media.livekit import client as port

    Session.objects.update(stage_hidden_at=timezone.now())
    assert authorizer.renew(str(live.session.pk)) is None
    assert port.list_rooms() == []
    Session.objects.update(stage_hidden_at=None)
    assert isinstance(authorizer.renew(str(live.session.pk)), Admission)
    assert [room.name for room in port.list_rooms()] == [str(live.session.pk)]
    Session.objects.update(status="ended")
    assert authorizer.renew(str(live.session.pk)) is None


def test_without_a_media_server_no_token_is_given(live, authorizer, livekit_down):
    assert authorizer.renew(str(live.session.pk)) is None
