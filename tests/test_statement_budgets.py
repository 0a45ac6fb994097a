"""How many statements the requests of a crowd cost: no more than this, and as many with 20 people as with 200.

Transactions' own (BEGIN, COMMIT, SAVEPOINT) are not counted. Each request is sent once before it is measured.
"""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import credentials
from accounts.models import User
from polls.services import create_poll
from sessions.lifecycle import frozen
from sessions.models import Attendance, Presence, Session
from sessions.people import heartbeats
from sessions.rights.passes import Pass
from sockets.admission import Welcome, welcome_all
from tests.conftest import API, as_person, client_for

BUDGETS = {
    "session": 4,
    "sessions": 7,
    "chat page": 5,
    "chat": 8,
    "vote": 12,
    "poll results": 6,
    "question": 9,
    "hand": 14,
    "heartbeat": 3,
    "first heartbeat": 3,
    "join": 12,
    "ticket": 3,
    "register": 5,
}
#: Coming over a socket, where others came a moment ago: the session, accounts, sign-ins, places, and what is personal.
CONNECT = 5
_OWN = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(live_session, preset):
    """Lets this many people be in the session."""
    Session.objects.update(preset_copy=frozen(preset), max_viewers=1000)

    def come(number):
        here = Attendance.objects.count()
        users = User.objects.bulk_create(User(username=f"P{n}", is_guest=True) for n in range(here, number))
        now = timezone.now()
        Attendance.objects.bulk_create(
            Attendance(session=live_session, user=user, present_since=now, join_count=1, name_key=user.username)
            for user in users
        )
        Presence.objects.bulk_create(
            Presence(session=live_session, user=user, source="test", role="audience", seen_at=now) for user in users
        )
        return users

    return come


@pytest.mark.parametrize("way", BUDGETS)
def test_a_request_keeps_its_budget_whatever_the_crowd(crowd, live_session, host, way, monkeypatch):
    monkeypatch.setattr(heartbeats, "is_writing", lambda: True)  # as in serve, whose thread writes them together
    monkeypatch.setattr(heartbeats, "heartbeats", heartbeats.Heartbeats())
    poll = create_poll(actor=as_person(host), session=live_session, question="Well?", options=["Yes", "No"])
    session, option = f"sessions/{live_session.pk}", poll.options.first().pk
    method, address, body = {
        "session": ("get", session, None),
        "sessions": ("get", "sessions?limit=20", None),
        "chat page": ("get", f"{session}/chat?limit=50", None),
        "chat": ("post", f"{session}/chat", {"message": "Hello"}),
        "vote": ("post", f"polls/{poll.pk}/vote", {"option_id": str(option)}),
        "poll results": ("get", f"polls/{poll.pk}/results", None),
        "question": ("post", f"{session}/questions", {"text": "Why?"}),
        "hand": ("post", f"{session}/stage/join_requests", {}),
        "heartbeat": ("post", f"{session}/heartbeat", {}),
        "first heartbeat": ("post", f"{session}/heartbeat", {}),
        "join": ("post", f"{session}/join", {}),
        "ticket": ("post", f"{session}/realtime/ticket", {}),
        "register": ("post", "auth/viewer/register", {"display_name": "Ada"}),
    }[way]

    def cost(user, *, before=0):
        client = client_for(user)
        for _ in range(before):
            assert getattr(client, method)(f"{API}/{address}", body).status_code < 300
        with CaptureQueriesContext(connection) as queries:
            assert getattr(client, method)(f"{API}/{address}", body).status_code < 300
        return [query["sql"] for query in queries if not query["sql"].startswith(_OWN)]

    def stranger(name):
        return User.objects.create_user(username=name, is_guest=True)

    warm, first, *_rest = crowd(20)
    cost(stranger("Wanda") if way == "join" else warm)
    once = (
        0 if way in ("join", "register", "vote", "hand", "first heartbeat") else 1
    )  # the second time costs less, or is refused
    few = cost(stranger("Xenia") if way == "join" else first, before=once)
    *_rest, later = crowd(200)
    cache.clear()
    many = cost(stranger("Yara") if way == "join" else later, before=once)

    assert len(few) == len(many), many
    assert len(few) <= BUDGETS[way], few
    assert len(many) <= BUDGETS[way], many


def test_coming_over_a_socket_keeps_its_budget_however_many_come_or_are_there(crowd, live_session):
    def cost(users):
        tokens = [credentials.issue_tokens(user).access_token for user in users]
        asked = [(Pass.of(credentials.person_of_access_token(token), live_session), {}) for token in tokens]
        with CaptureQueriesContext(connection) as queries:
            given = welcome_all(live_session.pk, asked, follows=True)
        assert [type(one) for one in given] == [Welcome] * len(users)
        return [query["sql"] for query in queries]

    first, second, *others = crowd(20)
    cost([first])  # renders what the audience sees
    alone, many = cost([second]), cost(others)
    *_rest, later = crowd(200)
    assert [len(alone), len(many), len(cost([later]))] == [CONNECT] * 3, many
