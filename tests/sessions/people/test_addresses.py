"""E-mail addresses are for the person, their colleagues and the session's host: wherever people are listed."""

import json

import pytest

from accounts.models import User
from polls.models import Poll, PollOption, Vote
from sessions.models import Attendance, Ban, Invitation, SessionRole
from tests.conftest import API, client_for
from tests.sessions.members import with_role

LISTS = (
    "participants",
    "bans",
    "viewers",
    "attendance",
    "attendance/export?format=json",
    "polls/export?rows=votes&format=json",
    "invitations",
)
ADDRESS = "owner@globex.example"


@pytest.fixture
def everywhere(live_session, host, stranger):
    """A member of another organization who came, voted, has a role, was invited, and is banned."""
    Attendance.objects.create(
        session=live_session, user=stranger, is_attendee=True, join_count=1, present_since="2026-01-01T00:00Z"
    )
    SessionRole.objects.create(session=live_session, user=stranger, role="speaker", assigned_by=host)
    Ban.objects.create(session=live_session, user=stranger, banned_by=host)
    poll = Poll.objects.create(session=live_session, question="Well?", created_by=host, launched_at="2026-01-01T00:00Z")
    option = PollOption.objects.create(poll=poll, text="Yes", position=0)
    Vote.objects.create(poll=poll, option=option, user=stranger, is_only=True)
    Invitation.objects.create(
        session=live_session, name="S", email=ADDRESS, role="speaker", token_hash="h", invited_by=host
    )
    return live_session


def read(client, session, path):
    reply = client.get(f"{API}/sessions/{session.pk}/{path}")
    if reply.status_code != 200:
        return None
    return b"".join(reply.streaming_content).decode() if reply.streaming else reply.content.decode()


@pytest.mark.parametrize("role", ["co_host", "moderator"])
def test_nobody_but_the_host_reads_the_address_of_somebody_elsewhere(role, everywhere, host):
    hosts = {path: read(client_for(host), everywhere, path) for path in LISTS}
    assert {path for path, text in hosts.items() if ADDRESS not in text} == {"viewers"}
    caller = client_for(with_role(everywhere, role))
    theirs = {path: read(caller, everywhere, path) for path in LISTS}
    assert {path for path, text in theirs.items() if text is None} == (
        set() if role == "co_host" else {path for path in LISTS if path not in {"participants", "bans", "viewers"}}
    )
    for path, text in theirs.items():
        assert ADDRESS not in (text or ""), path


def test_colleagues_read_it_and_a_page_shows_it_as_the_api_does(everywhere, host, other_tenant, client):
    colleague = User.objects.create_user("c@globex.example", "x", username="C", organization=other_tenant.organization)
    SessionRole.objects.create(session=everywhere, user=colleague, role="co_host", assigned_by=host)
    data = json.loads(read(client_for(colleague), everywhere, "bans"))["data"]["banned_participants"][0]
    assert (data["user"]["email"], data["banned_by_user"]["email"]) == (ADDRESS, None)
    for user, shown in ((host, True), (colleague, False)):
        client.force_login(user)
        assert (ADDRESS in client.get(f"/sessions/{everywhere.pk}/people").content.decode()) is shown
