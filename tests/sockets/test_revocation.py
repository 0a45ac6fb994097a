"""Whatever takes rights away reaches all that was derived from them: each way of losing them against each thing held."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone
from livekit import rtc

from accounts import credentials
from accounts.models import User
from accounts.services import generate_code
from audit.models import AuditEntry
from core.nudges import Nudge
from hls.viewers import judge_all
from live import reconcile, services
from media.errors import RoomMissing
from media.livekit import client as port
from media.models import Capture
from organizations.models import APIKey, Membership
from organizations.services import create_api_key, set_organization_active
from recordings.models import Recording
from sessions.models import Session
from sessions.queries import complete_sessions
from sessions.rights.playback import read_grant
from sockets import changes
from sockets.centrifugo import decisions
from sockets.tickets import read_resume
from tests.conftest import API, CheckedClient, as_person
from tests.livekit import until
from tests.recordings.conftest import make_recording
from tests.sockets.losses import (
    a_spent_token_is_used_again,
    banned,
    closed_account,
    closed_organization,
    expired_key,
    its_time_is_over,
    membership_deleted_in_admin,
    new_password,
    no_host_any_more,
    organization_closed_in_the_database,
    private_and_no_member,
    private_room,
    revoked_key,
    signed_out_by_api,
    signed_out_everywhere,
    signed_out_on_the_page,
    somebody_else_signs_in_on_the_page,
    the_session_ended_a_day_ago,
)


@pytest.fixture(autouse=True)
def nudged(monkeypatch):
    """Celery's messages arrive at once."""
    monkeypatch.setattr(Nudge, "send", lambda nudge, *args: nudge._task(*args))
    monkeypatch.setattr(changes, "JUDGED_EVERY", 0.2)


@pytest.fixture
def on_air(server, livekit, session, host):
    """Live, with its media room, HLS, and a recording."""
    services.go_live(actor=as_person(host), session=session)
    make_recording(session)
    Capture.objects.create(room=session.media_room, first_segment_at=timezone.now())
    return complete_sessions().get(pk=session.pk)


@dataclass
class SignedIn:
    """Somebody with one credential. ``http`` calls as them; ``refresh`` is the token of an API sign-in."""

    user: User
    http: Any
    key: APIKey | None = None
    refresh: str = ""


class Page(Browser):
    """A browser with our page open: its script sends JSON, with the cookie of the sign-in."""

    def post(self, path, data="{}", content_type="application/json", **extra):
        return super().post(path, data, content_type, **extra)


def by_page(user):
    browser = Page()
    browser.force_login(user)
    return SignedIn(user, browser)


def by_token(user):
    tokens = credentials.issue_tokens(user)
    http = CheckedClient()
    http.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access_token}")
    return SignedIn(user, http, refresh=tokens.refresh_token)


def by_key(user):
    organization = Membership.objects.get(user=user).organization
    key, secret = create_api_key(organization=organization, acts_as=user, name="k", scopes=["sessions", "rooms"])
    http = CheckedClient()
    http.credentials(HTTP_X_API_KEY=secret)
    return SignedIn(user, http, key=key)


def by_code(user, session):
    code = generate_code(user=user, session_id=session.pk, session_ends_at=timezone.now() + timedelta(hours=1))
    _user, tokens = credentials.exchange_code(code)
    http = CheckedClient()
    http.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access_token}")
    return SignedIn(user, http, refresh=tokens.refresh_token)


def data(reply):
    assert reply.status_code in (200, 201), reply.content
    return reply.json()["data"]


@dataclass
class Held:
    """What they got with it, all of it in use but for ``ticket``."""

    session: Any
    socket: Any
    topics: set[str]
    resume: str
    ticket: str
    grant: str
    download: str
    media: list[str]
    connected: set[str]


def open_all(signed_in, session, server, clients):
    """Everything that this person can open, as their own client would."""
    at = f"{API}/sessions/{session.pk}"
    joined = data(signed_in.http.post(f"{at}/join"))
    socket = server.client()
    welcome = socket.enter(joined["realtime"]["ticket"])
    monitor = signed_in.http.get(f"{at}/monitor")
    download = signed_in.http.get(f"{API}/recordings/{session.recordings.get().pk}/download")
    media = [joined["livekit_token"], *([data(monitor)["livekit_token"]] if monitor.status_code == 200 else [])]
    before = identities(session)
    for token in media:
        clients.connect(token)
    return Held(
        session,
        socket,
        set(welcome["topics"]),
        welcome["resume"],
        data(signed_in.http.post(f"{at}/realtime/ticket"))["ticket"],
        joined["hls_url"].split("/")[-2],
        data(download)["download_url"].removeprefix(settings.BASE_URL) if download.status_code == 200 else "",
        media,
        identities(session) - before,
    )


def identities(session):
    try:
        return {person.identity for person in port.list_participants(session.media_room)}
    except RoomMissing:
        return set()


def may_watch(held):
    grant = read_grant(held.grant)
    return judge_all(held.session.pk, [grant])[grant].may_watch


def may_subscribe(held, topic):
    entry = read_resume(held.resume)
    meta = {"pass": entry.connection_token()}
    answer = decisions.subscribe({"user": str(entry.user_id), "channel": topic, "meta": meta})
    return answer == {"result": {}}


def file_status(held):
    return Browser().get(held.download).status_code


def assert_everything_works(held):
    assert held.socket.ask("ping")["ok"]
    assert may_watch(held)
    assert all(may_subscribe(held, topic) for topic in held.topics)
    assert held.connected <= identities(held.session)
    assert not held.download or file_status(held) == 404  # the link holds; there is no file behind it here


def assert_nothing_works(held, server, clients, *, is_told):
    """Not even what is shown again: tokens, tickets and links that would not be over for minutes or hours.

    Where nobody is told, media connections go with the look at them that beat has done every few seconds.
    """
    assert held.socket.closed() in {4401, 4503, 4510}
    for way in ({"resume": held.resume}, {"ticket": held.ticket}):
        again = server.client()
        again.send("connect", **way)
        assert again.closed() in {4401, 4503, 4510}, way
    assert not may_watch(held)
    assert not any(may_subscribe(held, topic) for topic in held.topics)
    assert not held.download or file_status(held) == 410
    if not is_told:
        reconcile.reconcile_room(held.session.pk)
    until(lambda: not held.connected & identities(held.session), "the media connections are gone")
    for token in held.media:
        with suppress(rtc.ConnectError):  # there is no room any more
            clients.connect(token)  # LiveKit itself knows of no revocation
    reconcile.reconcile_room(held.session.pk)
    until(lambda: not held.connected & identities(held.session), "and do not come back")


# Ways of losing it. Each takes what was signed in with, and the session.


#: What only a look at the clock or the database tells.
UNTOLD = {
    its_time_is_over,
    the_session_ended_a_day_ago,
    expired_key,
    private_and_no_member,
    organization_closed_in_the_database,
}
OF_ALL = [closed_organization, organization_closed_in_the_database]
PERSONAL = [new_password, closed_account, signed_out_everywhere, *OF_ALL]
OF_A_PAGE = [*PERSONAL, signed_out_on_the_page, somebody_else_signs_in_on_the_page]
OF_A_TOKEN = [*PERSONAL, signed_out_by_api, a_spent_token_is_used_again, its_time_is_over]
OF_A_KEY = [*OF_ALL, closed_account, revoked_key, expired_key, membership_deleted_in_admin, no_host_any_more]
OF_A_GUEST = [*OF_ALL, closed_account, signed_out_everywhere, banned, private_room]

CASES = [
    *(pytest.param("admin", by_page, lose, id=f"admin-page-{lose.__name__}") for lose in OF_A_PAGE),
    *(pytest.param("admin", by_token, lose, id=f"admin-token-{lose.__name__}") for lose in OF_A_TOKEN),
    *(pytest.param("admin", by_key, lose, id=f"admin-key-{lose.__name__}") for lose in OF_A_KEY),
    pytest.param("admin", by_page, private_and_no_member, id="admin-page-private_and_no_member"),
    pytest.param("admin", by_code, new_password, id="admin-code-new_password"),
    pytest.param("admin", by_code, the_session_ended_a_day_ago, id="admin-code-the_session_ended_a_day_ago"),
    *(
        pytest.param("guest", by_page, lose, id=f"guest-page-{lose.__name__}")
        for lose in [*OF_A_GUEST, signed_out_on_the_page, somebody_else_signs_in_on_the_page]
    ),
    *(
        pytest.param("guest", by_token, lose, id=f"guest-token-{lose.__name__}")
        for lose in [*OF_A_GUEST, signed_out_by_api, its_time_is_over]
    ),
]


@pytest.fixture
def admin(member):
    """Acts as host in every session of the organization."""
    Membership.objects.filter(user=member).update(role="admin")
    return member


@pytest.mark.parametrize(("person", "sign_in", "lose"), CASES)
def test_nothing_outlives_what_it_came_from(person, sign_in, lose, request, on_air, server, clients):
    user = request.getfixturevalue(person)
    signed_in = by_code(user, on_air) if sign_in is by_code else sign_in(user)
    held = open_all(signed_in, on_air, server, clients)
    assert_everything_works(held)
    assert bool(held.download) == (len(held.media) == 2) == (person == "admin")
    lose(signed_in, on_air)
    assert_nothing_works(held, server, clients, is_told=lose not in UNTOLD)


@pytest.mark.parametrize("is_told", [True, False])
def test_what_is_live_in_a_closed_organization_ends_and_all_of_it_is_there_when_it_is_open_again(
    is_told, guest, host, on_air, server, clients
):
    held = open_all(by_page(guest), on_air, server, clients)
    organization = on_air.room.library.organization
    if is_told:
        closed_organization(guest, on_air)
    else:
        organization_closed_in_the_database(guest, on_air)
        services.end_withdrawn()
    assert held.socket.closed() in {4503, 4510}
    assert Session.objects.get(pk=on_air.pk).status == "ended"
    assert identities(on_air) == set()
    assert not Capture.objects.filter(room=on_air.media_room, wanted=True).exists()
    assert AuditEntry.objects.filter(session_id=on_air.pk).order_by("at").values_list("action", "actor").last() == (
        "session.ended",
        None,
    )
    Recording.objects.update(published_at=timezone.now())
    Capture.objects.update(state="done", wanted=False)
    assert not may_watch(held)
    set_organization_active(organization=organization, is_active=True)
    assert may_watch(held)
    assert data(Browser().get(f"{API}/sessions/{on_air.pk}"))["id"] == str(on_air.pk)


@pytest.mark.parametrize("is_told", [True, False])
def test_who_waits_in_the_lobby_of_a_closed_organization_is_let_go(is_told, guest, session, server):
    page = by_page(guest)
    socket = server.client()
    socket.enter(data(page.http.post(f"{API}/sessions/{session.pk}/realtime/ticket"))["ticket"])
    (closed_organization if is_told else organization_closed_in_the_database)(guest, session)
    assert socket.closed() == 4503
    assert page.http.post(f"{API}/sessions/{session.pk}/realtime/ticket").status_code == 404


@pytest.mark.parametrize("sign_in", [by_page, by_token])
def test_what_came_from_another_sign_in_goes_on(sign_in, guest, on_air, server, clients):
    """Signing out here is no signing out there."""
    leaving, staying = by_page(guest), sign_in(guest)
    gone = open_all(leaving, on_air, server, clients)
    held = open_all(staying, on_air, server, clients)
    signed_out_on_the_page(leaving, on_air)
    assert gone.socket.closed() == 4401
    until(lambda: not gone.connected & identities(on_air), "signed out")
    assert_everything_works(held)


def test_who_becomes_an_ordinary_member_keeps_what_the_audience_has(admin, on_air, server, clients):
    held = open_all(by_page(admin), on_air, server, clients)
    Membership.objects.filter(user=admin).update(role="member")  # nobody is told of it
    topics = set(held.socket.reset()["topics"])
    assert held.topics - topics >= {f"session:{on_air.pk}:crew", f"session:{on_air.pk}:moderation"}
    assert f"session:{on_air.pk}" in topics
    assert may_watch(held)
    assert not may_subscribe(held, f"session:{on_air.pk}:crew")
    assert file_status(held) == 410
    reconcile.reconcile_room(on_air.pk)
    until(lambda: not held.connected & identities(on_air), "neither studio nor monitor")
