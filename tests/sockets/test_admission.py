"""While people come, a state that was rendered a moment ago serves the next ones, with what happened since."""

import json

import pytest
from django.utils import timezone

from accounts.models import User
from chat.services import send_message
from realtime.outbox import drain
from sessions.rights.passes import Pass
from sockets import admission
from sockets.admission import welcome_all
from tests.conftest import as_person
from tests.sessions.people.coming import join

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(live_session):
    found = [User.objects.create_user(username=f"P{number}", is_guest=True) for number in range(3)]
    for user in found:
        join(live_session, user)
    return found


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A rendered state serves for as long as a test takes."""
    monkeypatch.setattr(admission, "_audience", admission._AudienceStates(seconds=60))


def given(session, user, **options):
    return welcome_all(session.pk, [(Pass.of(as_person(user), session), {})], **options)[0]


def say(session, user, text):
    send_message(actor=as_person(user), session=session, text=text)
    drain()


def messages(welcome):
    """The texts that a page shows after ``welcome``: those of the state, and those of the events after it."""
    state = [message["message"] for message in json.loads(welcome.state)["chat"]["messages"]]
    return state + [json.loads(message.text)["data"]["message"] for message in welcome.missed]


def test_an_older_state_comes_with_the_events_since(live_session, people):
    say(live_session, people[0], "one")
    assert messages(given(live_session, people[0], follows=True)) == ["one"]
    say(live_session, people[0], "two")
    say(live_session, people[1], "three")

    later = given(live_session, people[1], follows=True)
    assert [message.type for message in later.missed] == ["chat.message", "chat.message"]
    assert messages(later) == ["one", "two", "three"]
    chat = f"session:{live_session.pk}:chat"
    assert later.missed[-1].offset == later.positions[chat].offset


def test_who_cannot_follow_gets_a_state_as_new_as_the_positions(live_session, people):
    given(live_session, people[0], follows=True)
    say(live_session, people[0], "one")
    fresh = given(live_session, people[1])
    assert fresh.missed == []
    assert messages(fresh) == ["one"]


def test_a_changed_session_is_rendered_anew(live_session, people):
    given(live_session, people[0], follows=True)
    type(live_session).objects.filter(pk=live_session.pk).update(title="Another", updated_at=timezone.now())
    assert '"Another"' in given(live_session, people[1], follows=True).state


def test_what_the_log_keeps_no_longer_is_rendered_anew(live_session, people, settings):
    settings.REALTIME_HISTORY = 3
    given(live_session, people[0], follows=True)
    for number in range(5):
        say(live_session, people[number % 3], f"m{number}")
    later = given(live_session, people[1], follows=True)
    assert messages(later) == [f"m{number}" for number in range(5)]
