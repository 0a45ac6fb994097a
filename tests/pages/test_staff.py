"""What is only for who runs the server is said to staff, and to nobody else."""

import pytest
from django.core import mail
from django.urls import reverse

from tests.pages.conftest import text_of

#: Words and addresses that say something only to who runs the server.
ONLY_FOR_STAFF = ["PUBLIC_URL", "docs/", "EMAIL_URL", reverse("admin:index"), reverse("api-docs"), "/mailbox"]


@pytest.fixture
def pages(room, session, settings, tmp_path):
    """Addresses of a new installation: links work on this machine only, and mails stay in a folder."""
    settings.PUBLIC_URL, settings.BASE_URL = "", "http://localhost:8000"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = settings.MAIL_DIR = tmp_path
    mail.send_mail("Subject", "Body", "a@example.com", ["b@example.com"])
    return [
        reverse("dashboard"),
        reverse("sessions"),
        reverse("rooms"),
        reverse("room", args=[room.pk]),
        reverse("session", args=[session.pk]),
        reverse("people", args=[session.pk]),
        reverse("presets"),
        reverse("account"),
        reverse("landing"),
        reverse("watch_session", args=[room.slug, session.pk]),
    ]


@pytest.mark.parametrize("who", ["host", "nobody"])
def test_pages_say_to_hosts_and_audience_nothing_that_only_staff_can_use(who, browse, host, pages):
    client = browse(host if who == "host" else None)
    for address in pages:
        page = text_of(client.get(address, follow=True))
        assert [words for words in ONLY_FOR_STAFF if words in page] == [], address


def test_staff_read_how_to_let_others_in_and_find_their_own_pages(browse, host, pages, room):
    host.is_staff = host.is_superuser = True
    host.save()
    page = text_of(browse(host).get(reverse("room", args=[room.pk])))
    assert [words for words in ONLY_FOR_STAFF if words not in page] == ["EMAIL_URL"]
    assert "EMAIL_URL" in text_of(browse(host).get(reverse("mailbox")))
