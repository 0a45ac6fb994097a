"""POST /sessions/{id}/reactions."""

import pytest

from chat import reactions
from chat.events import ReactionCounts
from realtime import outbox
from realtime.brokers.memory import MemoryBroker
from sessions.models import Session
from tests.conftest import API


@pytest.fixture
def react(api, live_session):
    path = f"{API}/sessions/{live_session.pk}/reactions"
    return lambda user, emoji="👏": api(user).post(path, {"emoji": emoji}, format="json")


def test_reactions_are_counted_and_told_as_totals(
    react, live_session, ada, bob, monkeypatch, django_capture_on_commit_callbacks
):
    told = []

    class Listening(MemoryBroker):
        def publish_volatile(self, topic, type, data, *, at):
            told.append((topic, type, data))

    broker = Listening()
    monkeypatch.setattr(outbox, "get_broker", lambda: broker)
    with django_capture_on_commit_callbacks(execute=True):
        react(ada)
        reply = react(bob, "❤️")
    assert reply.json()["data"] == {"counts": {"❤️": 1, "👏": 1}}
    assert ReactionCounts.volatile
    assert told[-1] == (f"session:{live_session.pk}", "reaction.counts", {"counts": {"❤️": 1, "👏": 1}})


def test_who_may_react(react, ada, guest, stranger):
    assert [react(user).status_code for user in (ada, guest, stranger, None)] == [200, 403, 403, 401]


@pytest.mark.parametrize("emoji", ["", "x", "💩", "👏👏", None, 7])
def test_only_the_small_set(react, ada, emoji):
    assert react(ada, emoji).status_code == 422


def test_only_while_it_is_live_and_beginning_at_zero(react, live_session, ada, host):
    react(ada)
    reactions.forget(live_session.pk)
    assert reactions.counts(live_session.pk) == {}
    Session.objects.update(status="scheduled", started_at=None)
    assert [react(user).status_code for user in (ada, host)] == [409, 200]


def test_too_many_are_refused(react, ada, bob):
    statuses = [react(ada).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    assert react(bob).status_code == 200
