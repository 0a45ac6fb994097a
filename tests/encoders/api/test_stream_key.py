"""The stream key of an encoder's session: who reads and changes it, and what a change does."""

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from encoders.gateway import EncoderAuthorizer
from media.ingests.health import ingest_of
from media.ingests.supervisor import Admission, Refusal
from media.livekit import client as port
from sessions import services
from sessions.livekit import identities
from sessions.models import Session
from tests.conftest import API, as_person
from tests.livekit import until
from tests.participants import claims
from tests.stage.conftest import give_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def created(host, room, preset):
    return services.create_session(actor=as_person(host), room=room, title="T", preset_id=preset.pk, mode="rtmp")


@pytest.fixture
def on_air(created):
    rows = Session.objects.filter(pk=created.session.pk)
    rows.update(status="live", started_at=timezone.now(), backstage_opened_at=timezone.now())
    created.session.refresh_from_db()
    return created


def path(session, action=""):
    return f"{API}/sessions/{session.pk}/stream_key{action}"


def test_the_host_reads_what_to_type_into_an_encoder(created, host, api, settings):
    reply = api(host).get(path(created.session))
    data = reply.json()["data"]
    assert reply.status_code == 200
    assert reply["Cache-Control"] == "no-store"
    assert data["rtmp"]["stream_key"] == data["rtmp_setup"]["stream_key"] == created.stream_key
    assert data["rtmp"]["url"] == data["rtmp_setup"]["server"] == settings.RTMP_URL == created.rtmp_url
    assert (data["whip_url"], data["whip_token"]) == (settings.WHIP_URL, created.stream_key)


def test_with_rtmp_off_whip_is_left(created, host, api, settings):
    settings.RTMP_URL = ""
    data = api(host).get(path(created.session)).json()["data"]
    assert (data["rtmp"], data["rtmp_setup"], data["whip_token"]) == (None, None, created.stream_key)


def test_a_media_server_elsewhere_gets_a_token_of_its_own(created, host, api, settings):
    settings.LIVEKIT_EMBEDDED = False
    token = api(host).get(path(created.session)).json()["data"]["whip_token"]
    session = Session.objects.get(pk=created.session.pk)
    assert claims(token)["sub"] == f"ingest:{ingest_of(session.media_room).pk}:{identities.key_mark(session)}"
    assert claims(token)["video"]["canPublishSources"] == ["camera", "microphone"]


def test_a_co_host_and_the_audience_see_no_key(created, host, member, guest, api):
    give_role(created.session, member, "co_host")
    for user in (member, guest):
        for reply in (api(user).get(path(created.session)), api(user).post(path(created.session, "/rotate"))):
            assert (reply.status_code, reply.json()["code"]) == (403, "not_allowed")
            assert created.stream_key not in reply.content.decode()


def test_a_session_from_the_browser_has_none(session, host, api):
    for reply in (api(host).get(path(session)), api(host).post(path(session, "/rotate"))):
        assert (reply.status_code, reply.json()["code"]) == (404, "none")


def test_a_session_that_is_over_has_none_any_more(on_air, host, api):
    Session.objects.update(status="ended")
    for reply in (api(host).get(path(on_air.session)), api(host).post(path(on_air.session, "/rotate"))):
        assert (reply.status_code, reply.json()["code"]) == (409, "session_ended")


def test_a_changed_key_is_the_only_one_and_the_change_is_on_record(on_air, host, api):
    admission = EncoderAuthorizer()
    before = admission.admit(ingest_key=on_air.stream_key, address="192.0.2.1")
    reply = api(host).post(path(on_air.session, "/rotate"))
    assert reply.status_code == 200
    key = reply.json()["data"]["rtmp"]["stream_key"]
    assert key != on_air.stream_key
    assert key.startswith("sk_")
    assert isinstance(admission.admit(ingest_key=on_air.stream_key, address="192.0.2.1"), Refusal)
    assert isinstance(admission.admit(ingest_key=key, address="192.0.2.1"), Admission)
    assert "changed" in admission.dismissed({before.room: before.claim})[before.room]
    entry = AuditEntry.objects.get(action="session.stream_key_changed")
    assert (entry.actor, entry.session_id) == (host, on_air.session.pk)
    assert key not in str(vars(entry))


def test_an_encoder_that_came_by_whip_is_cut_off_by_a_change(
    livekit, clients, on_air, host, api, django_capture_on_commit_callbacks
):
    session = on_air.session
    port.ensure_room(session.media_room)
    token = EncoderAuthorizer().admit_whip(on_air.stream_key, "192.0.2.1")
    clients.connect(token)
    assert [person.identity for person in port.list_participants(session.media_room)] == [claims(token)["sub"]]
    with django_capture_on_commit_callbacks(execute=True):
        key = api(host).post(path(session, "/rotate")).json()["data"]["whip_token"]
    until(lambda: port.list_participants(session.media_room) == [], "the encoder is cut off")
    assert isinstance(EncoderAuthorizer().admit_whip(on_air.stream_key, "192.0.2.1"), Refusal)
    clients.connect(EncoderAuthorizer().admit_whip(key, "192.0.2.1"))
    assert len(port.list_participants(session.media_room)) == 1
