"""What Centrifugo's clients hear when rights change, against the stand-in."""

import pytest
from django.utils import timezone

from accounts.changes import PeopleChanged, PeopleChangedData
from realtime.brokers.centrifugo import CentrifugoBroker
from sessions.events import PeopleKicked, RightsChanged
from sessions.models import Ban
from sockets.centrifugo import rights
from tests.centrifugo import API_KEY, centrifugo  # noqa: F401 — a fixture


@pytest.fixture
def told(centrifugo, settings):  # noqa: F811
    """``told(event)`` tells it to our own processes, and what Centrifugo was asked for then."""
    settings.CENTRIFUGO_API_URL, settings.CENTRIFUGO_API_KEY = centrifugo.api_url, API_KEY
    broker = CentrifugoBroker()
    rights.listen(broker)

    def tell(event):
        broker.publish(event.topic_name, event.type, event.payload(), at=timezone.now(), idempotency_key="1")
        return centrifugo.called

    return tell


def test_when_rights_of_everybody_changed_all_pages_are_told_to_take_the_state_anew(told, live_session):
    ((method, asked),) = told(RightsChanged.of(live_session))
    assert (method, asked["channel"], asked["data"]["type"]) == (
        "publish",
        f"session:{live_session.pk}:lobby",
        "state.stale",
    )
    assert (asked["data"]["data"], asked["skip_history"]) == ({}, True)


def test_when_rights_of_some_changed_they_come_back_and_who_may_not_stay_does_not(
    told, live_session, guest, host, member
):
    Ban.objects.create(session=live_session, user=guest, banned_by=host)
    called = told(RightsChanged.of(live_session, guest.pk, member.pk))
    codes = {asked["user"]: asked["disconnect"]["code"] for _method, asked in called}
    assert codes == {str(guest.pk): 4503, str(member.pk): 4401}


def test_who_was_kicked_is_disconnected_for_good(told, live_session, guest):
    ((method, asked),) = told(PeopleKicked.of(live_session, guest.pk))
    assert (method, asked["user"], asked["disconnect"]["code"]) == ("disconnect", str(guest.pk), 4503)


def test_when_rights_of_a_person_changed_all_their_connections_come_back_with_a_new_ticket(told, guest):
    ((method, asked),) = told(PeopleChanged(data=PeopleChangedData(user_ids=[guest.pk])))
    assert (method, asked["user"], asked["disconnect"]["code"]) == ("disconnect", str(guest.pk), 4401)
