"""Ways to lose a right: each takes it from ``who`` came with a credential, or from everybody in the session."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts import credentials
from accounts.models import RefreshToken, User
from accounts.services import set_active
from live.services import moderating
from organizations.models import APIKey, Membership, Organization
from organizations.services import revoke_api_key, set_organization_active
from rooms.models import Room
from rooms.services import update_room
from tests.conftest import as_person

PASSWORD = "correct horse battery"


def new_password(who, _session):
    who.user.set_password(PASSWORD)
    who.user.save()


def closed_account(who, _session):
    set_active(user=who.user, is_active=False)


def signed_out_everywhere(who, _session):
    credentials.revoke_all(who.user)


def signed_out_on_the_page(who, _session):
    who.http.logout()


def somebody_else_signs_in_on_the_page(who, _session):
    who.http.force_login(User.objects.create_user("other@example.org", PASSWORD, username="Other"))


def signed_out_by_api(who, _session):
    credentials.sign_out(who.refresh)


def a_spent_token_is_used_again(who, _session):
    _user, tokens = credentials.rotate(who.refresh)
    credentials.rotate(tokens.refresh_token)
    with pytest.raises(credentials.InvalidToken):
        credentials.rotate(who.refresh)


def its_time_is_over(who, _session):
    RefreshToken.objects.filter(user=who.user).update(family_expires_at=timezone.now())


def the_session_ended_a_day_ago(who, session):
    credentials.end_session_tokens(session.pk, session_ends_at=timezone.now() - timedelta(hours=25))


def revoked_key(who, _session):
    revoke_api_key(key=who.key)


def expired_key(who, _session):
    APIKey.objects.filter(pk=who.key.pk).update(expires_at=timezone.now())


def membership_deleted_in_admin(who, _session):
    superuser = User.objects.create_superuser("root@example.org", PASSWORD, username="Root")
    staff = Browser()
    staff.force_login(superuser)
    row = Membership.objects.get(user=who.user)
    assert staff.post(f"/admin/organizations/membership/{row.pk}/delete/", {"post": "yes"}).status_code == 302


def no_host_any_more(who, _session):
    superuser = User.objects.create_superuser("root@example.org", PASSWORD, username="Root")
    staff = Browser()
    staff.force_login(superuser)
    inline = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    fields = {"username": "Ada", "email": who.user.email, "role": "viewer", "is_active": "on", **inline}
    reply = staff.post(f"/admin/accounts/user/{who.user.pk}/change/", fields)
    assert reply.status_code == 302, reply.content


def banned(who, session):
    moderating.ban(actor=as_person(session.room.host), session=session, user_id=who.user.pk)


def private_room(_who, session):
    update_room(actor=as_person(session.room.host), room=session.room, visibility="private")


def private_and_no_member(who, session):
    Membership.objects.filter(user=who.user).delete()
    Room.objects.update(visibility="private")


def closed_organization(_who, session):
    set_organization_active(organization=session.room.library.organization, is_active=False)


def organization_closed_in_the_database(_who, _session):
    Organization.objects.update(is_active=False)
