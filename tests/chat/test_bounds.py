"""No list in a page's state grows with what people write: the first of each, and whether there are more."""

import pytest

from chat import queries
from chat.models import ChatMessage, ChatReport
from questions.models import Question
from questions.queries import MOST_SHOWN
from recordings.state import MOST_SHOWN as MOST_RECORDINGS
from sessions.queries import complete_session
from sockets.state import state_for
from tests.conftest import API, as_person, client_for
from tests.hls.watched import came_in
from tests.recordings.conftest import make_recording

pytestmark = pytest.mark.django_db

MANY = 301


@pytest.fixture
def crowded(live_session, guest, host):
    """A guest has written without end, and everything of it waits for somebody; the recordings are many, too."""
    came_in(guest, live_session)
    written = [
        ChatMessage(session=live_session, user=guest, role="audience", text=f"Line {number}", status="held")
        for number in range(MANY)
    ]
    messages = ChatMessage.objects.bulk_create(written)
    ChatReport.objects.bulk_create([ChatReport(message=message, reported_by=guest) for message in messages])
    Question.objects.bulk_create(
        [Question(session=live_session, user=guest, role="audience", text="Why?", is_held=True) for _ in range(MANY)]
    )
    for number in range(MOST_RECORDINGS + 5):
        make_recording(live_session, name=f"Take {number}")
    return live_session


def test_every_list_in_the_state_of_crew_and_audience_is_bounded(crowded, guest, host):
    for user in (host, guest):
        state = state_for(as_person(user), complete_session(crowded.pk))
        assert longest(state) <= MOST_SHOWN
    crew = state_for(as_person(host), complete_session(crowded.pk))["chat_crew"]
    assert [len(crew["held"]), len(crew["reports"])] == [queries.IN_STATE] * 2
    assert crew["more"] == {"held": True, "reports": True}
    assert crew["held"][0]["message"] == "Line 0"  # who has waited for longest comes first
    ChatMessage.objects.exclude(pk__in=[message["id"] for message in crew["held"]]).update(status="rejected")
    assert state_for(as_person(host), complete_session(crowded.pk))["chat_crew"]["more"]["held"] is False


def test_what_waits_is_listed_a_hundred_at_a_time_with_its_number(crowded, host):
    for name, key in (("held", "messages"), ("reports", "reports")):
        data = client_for(host).get(f"{API}/sessions/{crowded.pk}/chat/{name}").json()["data"]
        assert (len(data[key]), data["total"]) == (100, MANY)


def longest(value):
    """How long the longest list in ``value`` is, wherever it stands."""
    if isinstance(value, dict):
        return max([0, *map(longest, value.values())])
    return max([len(value), *map(longest, value)]) if isinstance(value, list) else 0
