"""Polls that the crew prepares on a page, long before the session."""

import pytest
from django.utils import timezone

from polls import services
from polls.models import Poll
from rooms.models import Preset
from sessions.models import Session, SessionRole
from tests.conftest import as_person
from tests.pages.conftest import text_of

ASKED = {"question": "Which colour?", "options": "red\r\n blue \r\n\r\n"}


def post(client, session, path="", **changes):
    return client.post(f"/sessions/{session.pk}/polls{path}", {**ASKED, **changes})


def test_a_poll_is_prepared_edited_and_deleted(browse, host, session):
    client = browse(host)
    response = post(client, session, results="when_shown", is_anonymous="on")
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.pk}/polls")
    poll = Poll.objects.get()
    assert (poll.is_launched, poll.results_hidden, poll.allow_multiple_votes) == (False, True, False)
    assert (poll.results_after_vote, poll.is_anonymous) == (False, True)
    assert [option.text for option in poll.options.all()] == ["red", "blue"]
    assert "Which colour?" in text_of(client.get(f"/sessions/{session.pk}"))
    edited = text_of(client.get(f"/sessions/{session.pk}/polls/{poll.pk}/edit"))
    assert '<option value="when_shown" selected>' in edited
    assert "id_is_anonymous" not in edited  # nobody shall have voted believing something else
    change = {"question": "Which shape?", "options": "a\nb\nc", "results": "after_vote"}
    assert post(client, session, f"/{poll.pk}/edit", **change).status_code == 302
    poll.refresh_from_db()
    assert (poll.question, poll.results_hidden, poll.options.count()) == ("Which shape?", False, 3)
    assert (poll.results_after_vote, poll.is_anonymous) == (True, True)
    assert "Delete “Which shape?”?" in text_of(client.get(f"/sessions/{session.pk}/polls/{poll.pk}/delete"))
    assert client.post(f"/sessions/{session.pk}/polls/{poll.pk}/delete").status_code == 302
    assert Poll.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"question": "ab"}, "question"),
        ({"question": "x" * 10_000}, "question"),
        ({"options": ""}, "options"),
        ({"options": "red"}, "options"),
        ({"options": "red\nred"}, "options"),
        ({"options": "red\n\u3164"}, "options"),
        ({"options": "red\n" + "x" * 201}, "options"),
        ({"options": "\n".join(map(str, range(21)))}, "options"),
    ],
)
def test_what_is_no_poll_is_said_and_the_form_kept(changes, field, browse, host, session):
    response = post(browse(host), session, **changes)
    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert Poll.objects.count() == 0


def test_a_launched_poll_is_not_edited_and_one_of_another_session_not_found(browse, host, live_session, room, preset):
    other = Session.objects.create(room=room, preset=preset, title="Other")
    poll = services.create_poll(actor=as_person(host), session=live_session, question="Why so?", options=["a", "b"])
    client = browse(host)
    assert "has been launched" in text_of(post(client, live_session, f"/{poll.pk}/edit"))
    assert post(client, other, f"/{poll.pk}/edit").status_code == 404
    assert f"/polls/{poll.pk}/edit" not in text_of(client.get(f"/sessions/{live_session.pk}/polls"))


def test_who_may_not_manage_polls_is_refused(browse, host, guest, member, session):
    assert browse(member).get(f"/sessions/{session.pk}/polls").status_code == 403
    SessionRole.objects.create(session=session, user=guest, role="moderator", assigned_by=host)
    assert browse(guest).get(f"/sessions/{session.pk}/polls").status_code == 200
    Preset.objects.update(moderator_manage_poll=False)
    assert browse(guest).get(f"/sessions/{session.pk}/polls").status_code == 403
    Preset.objects.update(host_poll_create=False)
    assert browse(host).get(f"/sessions/{session.pk}/polls").status_code == 403
    assert "Prepare polls" not in text_of(browse(host).get(f"/sessions/{session.pk}"))


def test_after_the_end_the_polls_are_only_shown(browse, host, session):
    now = timezone.now()
    services.create_poll(actor=as_person(host), session=session, question="Why so?", options=["a", "b"])
    Session.objects.update(status="ended", started_at=now, ended_at=now)
    text = text_of(browse(host).get(f"/sessions/{session.pk}/polls"))
    assert ("Why so?" in text, "Save for later" in text, "/delete" in text) == (True, False, False)
    assert "The webinar has ended." in text_of(post(browse(host), session))
