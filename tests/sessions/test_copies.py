"""POST /sessions/{id}/duplicate and /series."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.credentials import issue_tokens
from accounts.models import User
from audit.models import AuditEntry
from polls import services as polls
from polls.models import Poll
from rooms.models import Preset, Room
from sessions.models import Ban, Session, SessionRole
from sessions.people import services as people
from sessions.stream_keys import stream_key_of
from tests.conftest import API, as_person, client_for, refused_fields
from tests.openapi import assert_matches_schema

LATER = "2031-01-01T10:00:00Z"


def post(user, session, what, **body):
    return client_for(user).post(f"{API}/sessions/{session.pk}/{what}", body, format="json")


@pytest.fixture
def prepared(session, host, member, guest, make_poll):
    """With settings, chat rules, a team, and three polls: of the crew, launched since, and of the audience."""
    Session.objects.filter(pk=session.pk).update(
        description="What is new", planned_duration=45, chat_enabled_override=False, max_join_limit_override=9,
        slow_mode=10, chat_from="crew", blocked_words=["spam"], hold_messages=True, is_door_closed=True, max_viewers=3,
    )  # fmt: skip
    banned = User.objects.create_user("out@acme.example", username="Out")
    for user, role in ((member, "co_host"), (guest, "moderator"), (banned, "moderator")):
        SessionRole.objects.create(session=session, user=user, role=role, assigned_by=host)
    Ban.objects.create(session=session, user=banned, banned_by=host)
    make_poll(session, launch=False, results_hidden=True, allow_multiple_votes=True)
    launched = make_poll(session, question="Which shape?", options=["round", "square"], launch=False)
    Poll.objects.filter(pk=launched.pk).update(launched_at=timezone.now(), closed_at=timezone.now(), voter_count=1)
    launched.options.update(vote_count=1)
    theirs = make_poll(session, question="Of the audience", launch=False)
    Poll.objects.filter(pk=theirs.pk).update(role="audience")
    session.refresh_from_db()
    return session


@pytest.fixture
def make_poll(host):
    def make(session, **fields):
        asked = {"question": "Which colour?", "options": ["red", "green"], **fields}
        return polls.create_poll(actor=as_person(host), session=session, **asked)

    return make


def test_settings_rules_team_and_polls_come_along(prepared, host, member, room, preset):
    reply = post(host, prepared, "duplicate", title="Again", scheduled_start_time=LATER)
    assert_matches_schema(reply)
    assert (reply.status_code, reply.json()["data"]["stream_key"]) == (201, None)
    copy = Session.objects.get(pk=reply.json()["data"]["session"]["id"])
    assert (copy.title, copy.room, copy.preset, copy.status) == ("Again", room, preset, "scheduled")
    assert copy.scheduled_start_time.isoformat() == "2031-01-01T10:00:00+00:00"
    kept = ("description", "planned_duration", "mode", "chat_enabled_override", "stage_enabled_override",
            "max_join_limit_override", "slow_mode", "chat_from", "blocked_words", "hold_messages")  # fmt: skip
    assert [getattr(copy, name) for name in kept] == [getattr(prepared, name) for name in kept]
    assert (copy.is_door_closed, copy.max_viewers) == (False, 0)
    assert [(row.user, row.role, row.assigned_by) for row in copy.roles.all()] == [(member, "co_host", host)]
    found = [(poll.question, poll.is_launched, poll.voter_count, poll.results_hidden, poll.allow_multiple_votes,
              [(option.text, option.vote_count) for option in poll.options.all()])
             for poll in Poll.objects.filter(session=copy)]  # fmt: skip
    assert found == [
        ("Which colour?", False, 0, True, True, [("red", 0), ("green", 0)]),
        ("Which shape?", False, 0, False, False, [("round", 0), ("square", 0)]),
    ]
    assert AuditEntry.objects.filter(action="session.duplicated", session_id=prepared.pk).count() == 1


def test_title_and_time_may_be_left_out(session, host):
    data = post(host, session, "duplicate").json()["data"]["session"]
    assert (data["title"], data["scheduled_start_time"]) == ("Launch", None)


def test_an_encoders_duplicate_has_a_key_of_its_own(session, host):
    first = client_for(host).patch(f"{API}/sessions/{session.pk}", {"mode": "rtmp"}, format="json")
    assert first.status_code == 200
    session.refresh_from_db()
    key = post(host, session, "duplicate").json()["data"]["stream_key"]
    assert key.startswith("sk_")
    assert key != stream_key_of(session)


def test_personal_links_are_made_only_when_asked_for(session, host, member, django_capture_on_commit_callbacks):
    for name, email in (("Ada", "ada@example.com"), ("Grace", ""), ("Mo", "")):
        people.invite(actor=as_person(host), session=session, name=name, role="speaker", email=email)
    session.invitations.filter(name="Mo").update(user=member)
    revoked = people.invite(actor=as_person(host), session=session, name="Gone", role="speaker")
    people.revoke_invitation(actor=as_person(host), session=session, invitation_id=revoked.pk)
    without = post(host, session, "duplicate").json()["data"]["session"]["id"]
    asked = post(host, session, "duplicate", invite=True).json()["data"]["session"]["id"]
    assert Session.objects.get(pk=without).invitations.count() == 0
    made = Session.objects.get(pk=asked).invitations.all()
    assert [(row.name, row.email, row.accepted_at) for row in made] == [
        ("Ada", "ada@example.com", None),
        ("Grace", "", None),
    ]
    assert not {row.token_hash for row in made} & set(session.invitations.values_list("token_hash", flat=True))
    people.deliver_due()
    assert [sent.to for sent in mail.outbox if str(sent.to) == "['ada@example.com']"] != []


def test_co_hosts_stay_behind_where_the_preset_allows_none(prepared, host):
    Preset.objects.update(host_add_co_host=False)
    copy = post(host, prepared, "duplicate").json()["data"]["session"]["id"]
    assert SessionRole.objects.filter(session=copy).count() == 0


def test_a_session_that_is_over_is_duplicated_with_a_preset_that_still_exists(session, host, preset):
    now = timezone.now()
    Session.objects.update(status="ended", started_at=now, ended_at=now)
    Preset.objects.filter(pk=preset.pk).update(deleted_at=now)
    refused = post(host, session, "duplicate")
    assert (refused.status_code, refused_fields(refused)) == (422, ["preset_id"])
    assert "Choose another one" in refused.json()["errors"][0]["message"]
    other = Preset.objects.create(user=host, library=preset.library, name="Quiet", type="whip", primary_color="#0f766e")
    made = post(host, session, "duplicate", preset_id=str(other.pk))
    assert (made.status_code, made.json()["data"]["session"]["status"]) == (201, "scheduled")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "ab"}, "title"),
        ({"title": "x" * 10_000}, "title"),
        ({"scheduled_start_time": "2020-01-01T10:00:00Z"}, "scheduled_start_time"),
        ({"scheduled_start_time": "2999-01-01T10:00:00Z"}, "scheduled_start_time"),
        ({"preset_id": "00000000-0000-7000-8000-000000000000"}, "preset_id"),
        ({"invite": "yes"}, "invite"),
    ],
)
def test_wrong_input_makes_no_duplicate(body, field, session, host):
    reply = post(host, session, "duplicate", **body)
    assert (reply.status_code, refused_fields(reply)) == (422, [field])
    assert Session.objects.count() == 1


def test_only_who_may_make_sessions_in_the_room_duplicates(prepared, member, stranger, host, api):
    for what, body in (("duplicate", {}), ("series", {"scheduled_start_times": [LATER]})):
        assert [post(user, prepared, what, **body).status_code for user in (None, member, stranger)] == [401, 403, 403]
        limited = api()
        limited.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_tokens(host, session_id=prepared.pk).access_token}")
        assert limited.post(f"{API}/sessions/{prepared.pk}/{what}", body, format="json").status_code == 403
    Room.objects.update(visibility="private")
    assert post(stranger, prepared, "duplicate").status_code == 404
    assert Session.objects.count() == 1


def test_a_series_is_made_whole_or_not_at_all(prepared, host, settings):
    first = timezone.now() + timedelta(days=8)
    times = [(first + timedelta(weeks=week)).isoformat() for week in (2, 0, 1)]
    reply = post(host, prepared, "series", scheduled_start_times=times)
    assert_matches_schema(reply)
    data = reply.json()["data"]
    assert (reply.status_code, data["total"], len({row["id"] for row in data["sessions"]})) == (201, 3, 3)
    starts = [row["scheduled_start_time"] for row in data["sessions"]]
    assert starts == sorted(starts)
    for row in data["sessions"]:
        assert (
            Poll.objects.filter(session=row["id"]).count(),
            SessionRole.objects.filter(session=row["id"]).count(),
        ) == (2, 1)
    settings.SESSIONS_PER_HOST = 6
    full = post(host, prepared, "series", scheduled_start_times=times)
    assert (full.status_code, full.json()["code"]) == (409, "too_many")
    assert Session.objects.count() == 4
    assert post(host, prepared, "series", scheduled_start_times=times[:2]).status_code == 201


@pytest.mark.parametrize("times", [[], ["soon"], [LATER, LATER], [LATER, "2020-01-01T10:00:00Z"], ["2999-01-01T10:00:00Z"],
                                   [f"2031-01-01T10:{minute:02}:00Z" for minute in range(53)]])  # fmt: skip
def test_times_that_are_none_make_no_series(times, session, host):
    reply = post(host, session, "series", scheduled_start_times=times)
    assert reply.status_code == 422
    assert refused_fields(reply)[0].startswith("scheduled_start_time")
    assert Session.objects.count() == 1


def test_many_polls_cost_a_duplicate_no_more_statements(session, host, make_poll):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert post(host, session, "duplicate").status_code == 201
        return len(queries)

    make_poll(session, launch=False)
    cost()
    few = cost()
    for number in range(5):
        make_poll(session, question=f"Which of {number}?", launch=False)
    assert cost() == few
