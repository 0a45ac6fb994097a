"""Everything that people make × one person who makes it without end: somebody else still can.

``ROWS`` is the table: the setting that bounds it, and how one is made. Each is made twice with a bound of two, then once
too often, then by somebody else.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

from accounts import credentials, services
from accounts.guests import forget_idle
from accounts.models import Device, DeviceToken, RefreshToken, User
from accounts.person import Person
from core.errors import Invalid
from live.services.bin import forget_logos
from media.models import Capture
from organizations.services import create_api_key, revoke_api_key
from recordings import tracks
from recordings.errors import TooManyTracks
from recordings.models import Recording
from rooms.models import Preset, Room
from sessions.models import Session
from tests.conftest import API, client_for
from tests.hls.watched import came_in

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Maker:
    """Who makes something, in a session of their own organization."""

    user: User
    session: Session
    made: int = 0

    def post(self, path, body=None, **headers):
        reply = client_for(self.user).post(f"{API}{path}", body or {}, format="json", headers=headers)
        return reply.status_code, reply.data.get("code") if reply.status_code >= 400 else None

    def in_session(self, operation, body=None):
        return self.post(f"/sessions/{self.session.pk}/{operation}", body)

    @property
    def body(self):
        self.made += 1
        return {"title": f"Number {self.made}"}

    def guest(self):
        self.made += 1
        guest = User.objects.create_user(username=f"Guest {self.user.pk} {self.made}", is_guest=True)
        return came_in(guest, self.session)


def room(maker):
    return maker.post("/rooms", maker.body)


def preset(maker):
    return maker.post("/presets", {"name": maker.body["title"], "type": "whip", "primary_color": "#1d4ed8"})


def session(maker):
    return maker.post(f"/rooms/{maker.session.room_id}/sessions", {**maker.body, "preset_id": maker.session.preset_id})


def invitation(maker):
    return maker.in_session("invitations", {"name": maker.body["title"], "role": "speaker"})


def role(maker):
    return maker.in_session("speakers", {"user_id": maker.guest().pk})


def ban(maker):
    return maker.in_session("bans", {"user_id": maker.guest().pk})


def message(maker):
    return maker.in_session("chat", {"message": "Hello"})


def held_message(maker):
    Session.objects.update(hold_messages=True)
    return maker.in_session("chat", {"message": "Hello"})


def held_question(maker):
    Session.objects.update(hold_messages=True)
    return maker.in_session("questions", {"text": "Why?"})


def question(maker):
    return maker.in_session("questions", {"text": "Why?"})


def hand(maker):
    answer = maker.in_session("stage/raise_hand")
    maker.in_session("stage/lower_hand")
    return answer


def code(maker):
    return maker.post("/auth/code/generate", {"session_id": str(maker.session.pk)})


def ticket(maker):
    return maker.in_session("realtime/ticket")


def kept_reply(maker):
    return maker.post("/rooms", maker.body, **{"Idempotency-Key": f"{maker.user.pk} {maker.made}"})


HOSTS, AUDIENCE = "hosts", "audience"
ROWS = [
    ("ROOMS_PER_HOST", room, HOSTS, "too_many", 1),  # each host has one from the beginning
    ("PRESETS_PER_HOST", preset, HOSTS, "too_many", 1),
    ("SESSIONS_PER_HOST", session, HOSTS, "too_many", 1),
    ("INVITATIONS_PER_SESSION", invitation, HOSTS, "too_many", 0),
    ("TEAM_PER_SESSION", role, HOSTS, "too_many", 0),
    ("BANS_PER_SESSION", ban, HOSTS, "too_many", 0),
    ("CHAT_PER_PERSON", message, AUDIENCE, "too_many_requests", 0),
    ("HELD_PER_PERSON", held_message, AUDIENCE, "too_many", 0),
    ("HELD_PER_PERSON", held_question, AUDIENCE, "too_many", 0),
    ("QUESTIONS_PER_PERSON", question, AUDIENCE, "too_many", 0),
    ("STAGE_REQUESTS_PER_PERSON", hand, AUDIENCE, "too_many_requests", 0),
    ("CODES_PER_HOUR", code, AUDIENCE, "too_many_requests", 0),
    ("TICKETS_PER_MINUTE", ticket, AUDIENCE, "too_many_requests", 0),
    ("IDEMPOTENT_PER_DAY", kept_reply, HOSTS, "too_many_requests", 0),
]


@pytest.fixture
def makers(tenant, other_tenant):
    """Two hosts with a live session each, and two of the audience of the first one."""
    now = timezone.now()
    sessions = [
        Session.objects.create(
            room=each.room, preset=each.preset, title="A talk", status="live", started_at=now, backstage_opened_at=now
        )
        for each in (tenant, other_tenant)
    ]
    guests = [came_in(User.objects.create_user(username=name, is_guest=True), sessions[0]) for name in ("Ada", "Grace")]
    return {
        HOSTS: [Maker(tenant.owner, sessions[0]), Maker(other_tenant.owner, sessions[1])],
        AUDIENCE: [Maker(guest, sessions[0]) for guest in guests],
    }


@pytest.mark.parametrize(
    ("setting", "make", "who", "refusal", "before"), ROWS, ids=lambda each: getattr(each, "__name__", str(each))
)
def test_whoever_makes_something_without_end_is_refused_and_others_are_not(
    setting, make, who, refusal, before, makers, settings
):
    greedy, other = makers[who]
    setattr(settings, setting, 2 + before)
    assert [make(greedy)[0] // 100 for _ in range(2)] == [2, 2]
    assert make(greedy) in {(409, refusal), (429, refusal)}
    assert make(other)[0] // 100 == 2


def test_who_signs_in_without_end_ends_their_own_oldest_sign_ins(host, member, settings):
    settings.SIGN_INS_PER_PERSON = 3
    others = credentials.issue_tokens(member)
    tokens = [credentials.issue_tokens(host) for _ in range(5)]
    holding = [credentials.person_of_access_token(each.access_token) is not None for each in tokens]
    assert holding == [False, False, True, True, True]
    assert credentials.person_of_access_token(others.access_token) is not None
    assert RefreshToken.objects.filter(user=host, revoked_at=None).count() == 3


def test_a_device_token_that_is_used_again_and_again_leaves_few(guest, settings):
    settings.DEVICES_PER_GUEST = 3
    first = credentials.issue_device_token(guest)
    made = [credentials.replace_device_token(first)[1] for _ in range(5)]
    assert DeviceToken.objects.filter(user=guest).count() == 4
    assert [credentials.owner_of_device(token) is not None for token in (first, *made)] == [True, False, False] + [
        True
    ] * 3
    for _ in range(5):  # and one after the other
        made.append(credentials.replace_device_token(made[-1])[1])
    assert DeviceToken.objects.filter(user=guest).count() == 4
    assert credentials.owner_of_device(made[-1]) == guest


def test_tokens_are_refreshed_so_often_and_no_more(host, member, settings):
    settings.REFRESHES_PER_HOUR = 2

    def refresh(token):
        reply = client_for().post(f"{API}/auth/refresh", {"refresh_token": token}, format="json")
        return reply.status_code, reply.data.get("refresh_token")

    token, answers = credentials.issue_tokens(host).refresh_token, []
    for _ in range(3):
        answer, fresh = refresh(token)
        answers.append(answer)
        token = fresh or token
    assert answers == [200, 200, 429]
    assert refresh(credentials.issue_tokens(member).refresh_token)[0] == 200


def test_an_organization_has_so_many_keys_and_another_one_its_own(tenant, other_tenant, settings):
    settings.API_KEYS_PER_ORGANIZATION = 2

    def make(each):
        return create_api_key(organization=each.organization, acts_as=each.owner, name="A key", scopes=["rooms"])

    key, _secret = make(tenant)
    make(tenant)
    with pytest.raises(Invalid):
        make(tenant)
    assert make(other_tenant)
    revoke_api_key(key=key)
    assert make(tenant)


def test_guests_who_never_came_in_are_forgotten_and_all_others_are_not(live_session, host, settings):
    long_ago = timezone.now() - settings.IDLE_GUEST_FOR - timedelta(days=1)
    idle, came, back = (services.register_guest(display_name=name)[0] for name in ("Idle", "Came", "Back"))
    came_in(came, live_session)
    for each in (idle, came, back):
        credentials.issue_tokens(each)
    RefreshToken.objects.update(created_at=long_ago)
    User.objects.update(created_at=long_ago)
    credentials.issue_tokens(back)
    new, _token = services.register_guest(display_name="New")
    Device.objects.create(created_at=long_ago)
    assert forget_idle() == 1
    assert set(User.objects.filter(is_guest=True)) == {came, back, new}
    assert User.objects.filter(pk=host.pk).exists()
    assert not Device.objects.exists()


def test_a_recording_has_so_many_captions_and_so_much_of_them(makers, monkeypatch):
    monkeypatch.setattr(tracks, "MOST_TEXT", 150)
    greedy, other = (_recorded(maker) for maker in makers[HOSTS])
    assert [add_captions(*each) for each in (greedy, greedy, greedy)] == [True, True, False]
    monkeypatch.setattr(tracks, "MOST_TEXT", 10_000)
    monkeypatch.setattr(tracks, "MOST_TRACKS", 2)
    assert not add_captions(*greedy)
    assert add_captions(*other)


def _recorded(maker):
    capture = Capture.objects.create(room=maker.session.media_room, wanted=False, state="ended")
    recording = Recording.objects.create(
        session=maker.session, capture=capture, name="A talk", status="completed", file_path="a.mp4", duration=60
    )
    return maker, recording


def add_captions(maker, recording):
    raw = b"WEBVTT\n\n00:00.000 --> 00:01.000\n" + b"word " * 12 + b"\n"
    try:
        tracks.add_track(actor=Person(user=maker.user), recording=recording, raw=raw, language="en")
    except TooManyTracks:
        return False
    return True


def test_logos_that_nothing_shows_any_more_go(preset, session, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    names = [f"logos/{letter * 24}.png" for letter in "abc"]
    for name in names:
        default_storage.save(name, ContentFile(b"picture"))
    Preset.objects.filter(pk=preset.pk).update(logo=names[0])
    Session.objects.filter(pk=session.pk).update(preset_copy={"logo": names[1]})
    assert forget_logos() == 0  # a young one may belong to a preset that is being saved
    monkeypatch.setattr(
        FileSystemStorage, "get_modified_time", lambda storage, name: timezone.now() - timedelta(days=2)
    )
    assert forget_logos() == 1
    assert [default_storage.exists(name) for name in names] == [True, True, False]


def test_who_replaces_a_logo_without_end_waits(tenant, other_tenant, settings, tmp_path):
    settings.MEDIA_ROOT, settings.LOGOS_PER_HOUR = tmp_path, 1
    pixel = (
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
        "gg=="
    )

    def change(each):
        reply = client_for(each.owner).patch(f"{API}/presets/{each.preset.pk}", {"logo": pixel}, format="json")
        return reply.status_code

    assert [change(tenant), change(tenant), change(other_tenant)] == [200, 429, 200]
    assert Room.objects.exists()
