"""Recordings reach their age."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from recordings.keeping import retention
from recordings.models import LibraryRetention, Recording
from tests.conftest import as_person
from tests.recordings.conftest import make_recording

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def thirty_days(settings):
    settings.RECORDING_RETENTION_DAYS = 30


def aged(session, days, **fields):
    return make_recording(session, created_at=timezone.now() - days * DAY, **fields)


def test_the_host_hears_of_it_a_week_before_and_once(ended_session, host):
    first, second = aged(ended_session, 24, name="First"), aged(ended_session, 25, name="Second")
    aged(ended_session, 10, name="Young")
    assert retention.apply() == (2, 0)
    assert retention.apply() == (0, 0)
    (sent,) = mail.outbox
    assert sent.to == [host.email]
    assert sent.subject == "Recordings that will be deleted in a week"
    assert "First" in sent.body
    assert "Second" in sent.body
    assert "Young" not in sent.body
    assert f"/sessions/{first.session_id}" in sent.body
    second.refresh_from_db()
    assert second.retention_mailed_at is not None


def test_a_week_after_the_mail_it_goes_into_the_bin(ended_session):
    recording = aged(ended_session, 24)
    retention.apply()
    with time_machine.travel(timezone.now() + 6.5 * DAY, tick=False):
        assert retention.apply() == (0, 0)
    with time_machine.travel(timezone.now() + 7.5 * DAY, tick=False):
        assert retention.apply() == (0, 1)
    recording.refresh_from_db()
    assert recording.deleted_at is not None
    assert recording.files_deleted_at is None


def test_what_is_long_overdue_is_announced_first_all_the_same(ended_session):
    recording = aged(ended_session, 400)
    assert retention.apply() == (1, 0)
    recording.refresh_from_db()
    assert recording.deleted_at is None


def test_what_is_kept_stays_and_is_announced_again_when_it_is_not_kept_any_more(ended_session, host):
    recording = aged(ended_session, 400)
    retention.apply()
    retention.keep(actor=as_person(host), recording=recording, is_kept=True)
    with time_machine.travel(timezone.now() + 30 * DAY, tick=False):
        assert retention.apply() == (0, 0)
        retention.keep(actor=as_person(host), recording=recording, is_kept=False)
        assert retention.apply() == (1, 0)


def test_a_library_may_have_an_age_of_its_own(ended_session, tenant):
    aged(ended_session, 40)
    own = LibraryRetention.objects.create(library=tenant.library, days=0)
    assert retention.apply() == (0, 0)
    LibraryRetention.objects.filter(pk=own.pk).update(days=90)
    assert retention.apply() == (0, 0)
    aged(ended_session, 85)
    assert retention.apply() == (1, 0)


def test_without_an_age_nothing_goes(ended_session, settings):
    settings.RECORDING_RETENTION_DAYS = 0
    aged(ended_session, 4000)
    assert retention.apply() == (0, 0)


def test_what_is_not_finished_or_in_the_bin_is_left_alone(ended_session):
    aged(ended_session, 400, status="recording", phase="processing", file_path="")
    aged(ended_session, 400, deleted_at=timezone.now())
    assert retention.apply() == (0, 0)


def test_a_mail_that_cannot_be_sent_is_sent_later_and_nothing_goes_unannounced(ended_session, settings):
    recording = aged(ended_session, 400)
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    assert retention.apply() == (0, 0)
    recording.refresh_from_db()
    assert recording.retention_mailed_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert retention.apply() == (1, 0)


class Refusing:
    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_each_host_gets_one_mail_about_theirs_alone(ended_session, other_tenant):
    from sessions.models import Session

    aged(ended_session, 400, name="Ours")
    foreign = Session.objects.create(room=other_tenant.room, preset=other_tenant.preset, title="Theirs")
    aged(foreign, 400, name="Foreign")
    retention.apply()
    bodies = {sent.to[0]: sent.body for sent in mail.outbox}
    assert len(bodies) == 2
    assert "Ours" not in bodies[other_tenant.owner.email]
    assert Recording.objects.filter(retention_mailed_at=None).count() == 0
