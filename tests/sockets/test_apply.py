"""Events keep an open page as true as a reload: apply(events, old state) == fresh state, for every type of the catalogue.

What happens for each type stands in tests/<app>/happenings.py; ``apply`` is the pages' own, static/js/state/apply.js.
"""

import json

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.person import Person
from realtime import outbox
from realtime.brokers.memory import MemoryBroker
from realtime.events import CATALOGUE
from realtime.models import OutboxEvent
from sessions import lifecycle
from sessions.models import Attendance
from sessions.queries import complete_sessions
from sessions.rights.capabilities import capabilities
from sockets.state import state_for
from sockets.topics import topics_for
from tests.javascript import Function
from tests.parts import merged

NOW = timezone.now().replace(microsecond=0)
HAPPENINGS = merged("happenings", "HAPPENINGS")


@pytest.fixture(autouse=True)
def still_clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(scope="module")
def apply():
    """``apply(events, state)`` with the pages' reducers."""
    function = Function("state/apply.js", "apply")

    def run(events, state):
        for event in events:
            state = function(state, event)
        return state

    yield run
    function.close()


class Recorder(MemoryBroker):
    """Remembers volatile events; durable ones stand in the outbox, which nobody drains here."""

    def __init__(self):
        super().__init__()
        self.volatile = []

    def publish_volatile(self, topic, type, data, *, at):
        self.volatile.append((topic, {"type": type, "data": data}))


@pytest.fixture
def told(monkeypatch, django_capture_on_commit_callbacks):
    """``told(work)`` does it in a transaction and gives what it told: (topic, {"type", "data"})."""
    broker = Recorder()
    monkeypatch.setattr(outbox, "get_broker", lambda: broker)

    def listen(work):
        OutboxEvent.objects.all().delete()
        broker.volatile.clear()
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            work()
        rows = OutboxEvent.objects.order_by("pk")
        return [(row.topic, {"type": row.type, "data": row.data}) for row in rows] + broker.volatile

    return listen


def state_of(user, session):
    return json.loads(json.dumps(state_for(Person(user=user), complete_sessions().get(pk=session.pk))))


def test_every_type_of_the_catalogue_has_its_happening():
    public = {kind for kind, event in CATALOGUE.items() if not event.is_internal() and not kind.startswith("test.")}
    assert {*HAPPENINGS, "session.cancelled", "state.stale"} == public


@pytest.mark.parametrize("kind", list(HAPPENINGS))
@pytest.mark.parametrize("who", ["guest", "host"])
def test_applying_the_events_to_the_old_state_gives_the_fresh_state(kind, who, session, guest, host, told, apply):
    user = {"guest": guest, "host": host}[who]
    live_before, happen = HAPPENINGS[kind]
    if live_before:
        with transaction.atomic():
            lifecycle.go_live(lifecycle.lock_session(session.pk))
        Attendance.objects.create(session=session, user=guest)
    now = complete_sessions().get(pk=session.pk)
    topics = topics_for(now, capabilities(Person(user=user), now), user.pk)
    old = state_of(user, session)
    happened = told(lambda: happen(lifecycle.lock_session(session.pk), guest, host))
    assert kind in [event["type"] for _topic, event in happened]
    fresh = state_of(user, session)
    rights = [event["data"]["user_ids"] for _topic, event in happened if event["type"] == "rights.changed"]
    heard = [event for topic, event in happened if topic in topics]
    for times in (1, 2):
        applied = apply(heard * times, old)
        if any(who is None or str(user.pk) in who for who in rights):  # these come with the reset that follows
            applied["me"] = {**applied["me"], "may": fresh["me"]["may"], "role": fresh["me"]["role"]}
        different = {key for key in fresh.keys() | applied.keys() if applied.get(key) != fresh.get(key)}
        assert {key: (applied.get(key), fresh.get(key)) for key in different} == {}


def test_a_cancelled_session_has_no_state_left(session, guest, told):
    happened = told(lambda: lifecycle.delete(lifecycle.lock_session(session.pk)))
    assert [event for _topic, event in happened] == [{"type": "session.cancelled", "data": {"id": str(session.pk)}}]
    assert not complete_sessions().filter(pk=session.pk).exists()
