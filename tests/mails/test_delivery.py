"""A mail is sent once, and is due again when it could not be sent."""

import pytest
from django.core import mail

from mails.delivery import MailError, deliver, plain_mail, write_mail
from sessions.models import Invitation


@pytest.fixture
def invitation(session, host):
    return Invitation.objects.create(
        session=session, name="Ada", email="ada@example.com", role="speaker", invited_by=host, token_hash="h" * 64
    )


def send(*invitations, write=lambda _claimed: plain_mail("Text", subject="Subject", to="ada@example.com")):
    unsent = Invitation.objects.filter(mailed_at=None)
    return deliver([each.pk for each in invitations], unsent=unsent, mark="mailed_at", write=write)


def test_a_mail_is_sent_once(invitation):
    assert send(invitation) == [invitation.pk]
    assert send(invitation) == []
    assert [sent.subject for sent in mail.outbox] == ["Subject"]


def test_what_another_worker_claimed_is_not_sent_again(invitation):
    assert send(invitation, write=lambda claimed: send(invitation) or plain_mail("Text", subject="S", to="a@b.c"))
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_leaves_the_mail_due(invitation, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(MailError):
        send(invitation)
    invitation.refresh_from_db()
    assert invitation.mailed_at is None


def test_a_mail_that_cannot_be_written_leaves_the_others_due(invitation):
    def broken(_claimed):
        raise ValueError("no template")

    with pytest.raises(ValueError, match="no template"):
        send(invitation, write=broken)
    invitation.refresh_from_db()
    assert (invitation.mailed_at, mail.outbox) == (None, [])


def test_rows_without_anybody_to_write_to_are_done(invitation):
    assert send(invitation, write=lambda _claimed: None) == []
    invitation.refresh_from_db()
    assert invitation.mailed_at is not None


def test_a_subject_has_one_line_and_times_the_readers_zone():
    written = plain_mail("Text", subject="A title\r\nBcc: everybody@example.com", to="ada@example.com")
    assert written.subject == "A title Bcc: everybody@example.com"
    assert "Bcc" not in written.message()
    context = {"subject": "S", "to": "ada@example.com", "new": "new@example.com", "name": "Ada"}
    assert "new@example.com" in write_mail("accounts/email/address_changed.txt", zone="Nowhere/At_All", **context).body
