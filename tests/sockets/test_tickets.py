from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import credentials
from accounts.person import ANONYMOUS, Person
from chat.models import ChatMessage
from core.errors import NotAllowed
from organizations.keys import grant_of
from organizations.models import APIKey
from sessions.errors import SessionEnded
from sessions.models import Attendance, Session
from sessions.rights.capabilities import capabilities
from sockets.admission import welcome
from sockets.tickets import Pass, issue_realtime, read_resume, resume_token, spend_ticket
from tests.conftest import API
from tests.sockets import topics as held


def issue(person, session):
    return issue_realtime(person=person, session=session, capabilities=capabilities(person, session))


def ticket_path(session):
    return f"{API}/sessions/{session.pk}/realtime/ticket"


def end(session):
    Session.objects.filter(pk=session.pk).update(status="ended", ended_at=timezone.now())
    session.refresh_from_db()


def test_a_ticket_names_its_person_and_session_once(session, guest):
    ticket = issue(Person(user=guest), session)["ticket"]
    assert spend_ticket(ticket) == Pass(guest.pk, session.pk, 0)
    assert spend_ticket(ticket) is None


def test_a_ticket_carries_the_limits_of_the_credentials_it_was_got_with(session, host, tenant):
    key = APIKey.objects.create(
        organization=tenant.organization, acts_as=host, name="k", prefix="k", key_hash="h", scopes=["sessions"]
    )
    person = Person(user=host, api_key=grant_of(key), session_id=None)
    found = spend_ticket(issue(person, session)["ticket"])
    assert found == Pass(host.pk, session.pk, host.credentials_epoch, api_key_id=key.pk)
    assert found.person() == person
    limited = Person(user=host, session_id=session.pk)
    assert spend_ticket(issue(limited, session)["ticket"]).person() == limited


def test_a_revoked_or_expired_key_opens_nothing(session, host, tenant):
    key = APIKey.objects.create(
        organization=tenant.organization, acts_as=host, name="k", prefix="k", key_hash="h", scopes=["sessions"]
    )
    found = Pass.of(Person(user=host, api_key=grant_of(key)), session)
    assert found.person() is not None
    for change in ({"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(seconds=1)}):
        APIKey.objects.filter(pk=key.pk).update(revoked_at=None, expires_at=None)
        APIKey.objects.filter(pk=key.pk).update(**change)
        assert found.person() is None


def test_a_key_opens_nothing_once_its_person_has_left_the_organization(session, host, tenant):
    key = APIKey.objects.create(
        organization=tenant.organization, acts_as=host, name="k", prefix="k", key_hash="h", scopes=["sessions"]
    )
    found = Pass.of(Person(user=host, api_key=grant_of(key)), session)
    assert found.person() is not None
    host.memberships.all().delete()
    assert found.person() is None


def test_tickets_and_resume_tokens_end_with_the_sign_in_they_came_from(session, guest):
    tokens, others = credentials.issue_tokens(guest), credentials.issue_tokens(guest)
    passes = []
    for token in (tokens.access_token, others.access_token):
        found = spend_ticket(issue(credentials.person_of_access_token(token), session)["ticket"])
        passes.append(read_resume(resume_token(found)))
    assert [found.person() is not None for found in passes] == [True, True]
    credentials.sign_out(tokens.refresh_token)
    assert [found.person() is not None for found in passes] == [False, True]


def test_a_spent_ticket_stays_spent_until_its_very_end(session, guest, time_machine):
    time_machine.move_to(timezone.now())
    ticket = issue(Person(user=guest), session)["ticket"]
    assert spend_ticket(ticket) is not None
    time_machine.shift(59)
    assert spend_ticket(ticket) is None


def test_resume_and_ticket_are_not_exchangeable(session, guest):
    found = Pass.of(Person(user=guest), session)
    assert read_resume(resume_token(found)) == found
    assert spend_ticket(resume_token(found)) is None
    assert read_resume(issue(Person(user=guest), session)["ticket"]) is None


def test_anonymous_people_get_none(session):
    with pytest.raises(NotAllowed):
        issue(ANONYMOUS, session)


def test_a_session_that_is_over_gives_none(live_session, guest):
    end(live_session)
    with pytest.raises(SessionEnded):
        issue(Person(user=guest), live_session)


def test_the_api_gives_a_ticket_that_opens_the_socket(api, session, guest, settings):
    settings.BASE_URL = "https://webinar.example"
    response = api(guest).post(ticket_path(session))
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    data = response.json()["data"]
    found = spend_ticket(data.pop("ticket"))
    assert (found.user_id, found.session_id, found.credentials_epoch) == (guest.pk, session.pk, 0)
    assert data == {
        "transport": "websocket",
        "url": "wss://webinar.example/v1/webinar/socket",
        "topics": [f"session:{session.pk}:lobby"],
    }


def test_the_api_names_the_topics_of_each_role(api, live_session, guest, host, stranger):
    Attendance.objects.create(session=live_session, user=guest)
    topics = {
        user: set(api(user).post(ticket_path(live_session)).json()["data"]["topics"])
        for user in (guest, stranger, host)
    }
    assert topics == {
        guest: held.inside(live_session, guest),
        stranger: held.watching(live_session, stranger),
        host: held.crew(live_session, host),
    }


def test_the_api_refuses_in_the_contracts_order(api, live_session, room, guest, host):
    path = ticket_path(live_session)
    assert api().post(path).status_code == 401
    assert api(guest).post(f"{API}/sessions/not-an-id/realtime/ticket").status_code == 404
    assert api(guest).post(f"{API}/sessions/{room.pk}/realtime/ticket").status_code == 404
    end(live_session)
    refused = api(guest).post(path)
    assert (refused.status_code, refused.json()["code"]) == (409, "session_ended")
    room.visibility = "private"
    room.save()
    assert api(guest).post(path).status_code == 404
    assert api(host).post(path).status_code == 409
    assert api(host).get(path).status_code == 405


def test_a_key_hears_nothing_that_is_for_its_person_alone(live_session, host, guest, tenant):
    key = APIKey.objects.create(
        organization=tenant.organization, acts_as=host, name="k", prefix="k", key_hash="h", scopes=["sessions"]
    )
    ChatMessage.objects.create(
        session=live_session,
        user=guest,
        username="Grace",
        role="audience",
        text="between us",
        recipient=host,
        recipient_username=host.username,
        published_at=timezone.now(),
    )
    own = f"user:{host.pk}:{live_session.pk}"
    by_key = welcome(Pass.of(Person(user=host, api_key=grant_of(key)), live_session), {})
    assert own not in by_key.topics
    assert "between us" not in by_key.state
    by_person = welcome(Pass.of(Person(user=host), live_session), {})
    assert own in by_person.topics
    assert "between us" in by_person.state
