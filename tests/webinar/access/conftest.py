"""The world that all routes are asked in."""

import pytest

from tests.webinar.access.asking import undone
from tests.webinar.access.world import MAILED, make_world


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once: whatever a call changes is rolled back after it."""
    with django_db_blocker.unblock(), undone():
        yield make_world()


@pytest.fixture(autouse=True)
def mail_that_is_kept(settings, tmp_path):
    """Of the superuser, on this machine: it is nobody else's to read."""
    settings.EMAIL_BACKEND, settings.MAIL_DIR = "django.core.mail.backends.filebased.EmailBackend", tmp_path
    settings.EMAIL_FILE_PATH = tmp_path
    (tmp_path / "one.log").write_text(f"Subject: A new password\nTo: root@operator.example\n\n{MAILED}\n")
