"""Who was invited by e-mail hears when the date changes and when the session is cancelled: once, in one mail."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from sessions import lifecycle
from sessions.models import Invitation, Session
from sessions.people import news, services
from tests.conftest import API, as_person, client_for

OLD, NEW = datetime(2031, 7, 1, 9, 30, tzinfo=UTC), datetime(2031, 7, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def invited(session, host):
    """Ada and Ben, invited to a session at OLD; Ben has no address. Their mails are sent and forgotten."""
    Session.objects.update(scheduled_start_time=OLD)
    session.refresh_from_db()
    for name, email in (("Ada", "ada@example.com"), ("Ben", "")):
        services.invite(actor=as_person(host), session=session, name=name, role="speaker", email=email)
    services.deliver_due()
    assert [sent.to for sent in mail.outbox] == [["ada@example.com"]]
    mail.outbox.clear()
    return session


def move(host, session, time):
    body = {"scheduled_start_time": time.isoformat()}
    assert client_for(host).patch(f"{API}/sessions/{session.pk}/reschedule", body, format="json").status_code == 200


def told(after=timedelta(minutes=2)):
    """The mails that are sent after a while: (to, subject, body)."""
    mail.outbox.clear()
    with time_machine.travel(timezone.now() + after, tick=False):
        news.tell_due()
        news.tell_due()
    return [(sent.to, sent.subject, sent.body) for sent in mail.outbox]


def test_a_new_date_is_mailed_once_with_the_old_one(invited, host):
    move(host, invited, NEW)
    assert told(timedelta(seconds=30)) == []
    ((to, subject, body),) = told()
    assert (to, subject) == (["ada@example.com"], f"New date: “{invited.title}”")
    assert "It starts: Wednesday, 2 July 2031, 10:00 UTC" in body
    assert "It was planned for: Tuesday, 1 July 2031, 09:30 UTC" in body
    assert told() == []


def test_several_changes_are_one_mail_and_what_was_taken_back_is_none(invited, host):
    move(host, invited, NEW + timedelta(days=1))
    move(host, invited, NEW)
    ((_to, _subject, body),) = told()
    assert "2 July 2031" in body
    move(host, invited, OLD)
    move(host, invited, NEW)
    assert told() == []


def test_a_cancelled_session_is_mailed_and_so_is_its_return(invited, host):
    assert client_for(host).delete(f"{API}/sessions/{invited.pk}").status_code == 200
    ((_to, subject, body),) = told()
    assert subject == f"Cancelled: “{invited.title}”"
    assert "was cancelled by acme owner" in body
    assert "personal link" not in body
    assert told() == []
    assert client_for(host).post(f"{API}/sessions/{invited.pk}/restore").status_code == 200
    ((_to, subject, body),) = told()
    assert subject == f"“{invited.title}” takes place after all"
    assert "It starts: Tuesday, 1 July 2031, 09:30 UTC" in body
    assert told() == []


def test_a_deleted_room_cancels_its_sessions(invited, host, django_capture_on_commit_callbacks, tasks_at_once):
    with django_capture_on_commit_callbacks(execute=True):
        assert client_for(host).delete(f"{API}/rooms/{invited.room_id}").status_code == 200
    assert [subject for _to, subject, _body in told()] == [f"Cancelled: “{invited.title}”"]


@pytest.mark.parametrize("change", ["revoked", "not mailed yet", "live", "ended", "purged"])
def test_who_has_nothing_to_hear_gets_nothing(change, invited, host):
    move(host, invited, NEW)
    rows, sessions = Invitation.objects.filter(name="Ada"), Session.objects.filter(pk=invited.pk)
    now = timezone.now()
    {
        "revoked": lambda: rows.update(revoked_at=now),
        "not mailed yet": lambda: rows.update(mailed_at=None),
        "live": lambda: sessions.update(status="live", started_at=now),
        "ended": lambda: sessions.update(status="ended", started_at=now, ended_at=now),
        "purged": lambda: sessions.update(deleted_at=now, purged_at=now),
    }[change]()
    assert told() == []


def test_deleting_what_took_place_is_no_news(invited):
    now = timezone.now()
    Session.objects.update(status="ended", started_at=now, ended_at=now)
    lifecycle.delete(Session.objects.select_related("room").get())
    assert told() == []


def test_a_mail_server_that_is_away_gets_it_later(invited, host, monkeypatch):
    move(host, invited, NEW)

    def refuse(self):
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMessage.send", refuse)
        assert told() == []
    assert len(told()) == 1
