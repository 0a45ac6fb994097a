"""Sign-out, and what is forgotten."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from accounts import credentials, tasks
from accounts.models import AuthCode, DeviceToken, RefreshToken
from core import replies
from core.models import IdempotentReply


def test_revoking_all_ends_this_person_only(host, member, guest, session):
    for person in (host, member):
        credentials.issue_tokens(person)
        credentials.issue_code(person, session_id=session.id, session_ends_at=timezone.now())
    credentials.issue_device_token(guest)
    credentials.revoke_all(host)
    assert list(RefreshToken.objects.filter(revoked_at=None).values_list("user", flat=True)) == [member.id]
    assert list(AuthCode.objects.filter(spent_at=None).values_list("user", flat=True)) == [member.id]
    assert DeviceToken.objects.filter(revoked_at=None).count() == 1


def test_what_nothing_can_use_any_more_is_forgotten(host, guest, session):
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        credentials.issue_tokens(host)
        credentials.issue_code(host, session_id=session.id, session_ends_at=timezone.now())
        old_device = credentials.issue_device_token(guest)
        replies.reserve(scope="a" * 64, body="b", caller="")
        credentials.replace_device_token(old_device)
    spent = credentials.issue_tokens(host)
    credentials.rotate(spent.refresh_token)
    replies.reserve(scope="c" * 64, body="d", caller="")
    tasks.forget_spent_credentials()
    assert RefreshToken.objects.count() == 2
    assert AuthCode.objects.count() == 0
    assert DeviceToken.objects.count() == 1
    assert [row.scope for row in IdempotentReply.objects.all()] == ["c" * 64]
