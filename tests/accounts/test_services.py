"""Hosts, keys and sign-out."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import credentials, keys, services, tasks
from accounts.models import (
    APIKey,
    AuthCode,
    DeviceToken,
    Library,
    Membership,
    Organization,
    RefreshToken,
    User,
)
from core import replies
from core.errors import Invalid
from core.models import IdempotentReply

STRONG = "correct horse battery"


def test_the_first_host_owns_an_organization_and_is_the_administrator(db):
    user = services.create_host(email=" Ada@Example.com", password=STRONG, organization_name="Engines")
    assert (user.email, user.username, user.role) == ("ada@example.com", "ada", "host")
    assert (user.is_staff, user.is_superuser) == (True, True)
    assert Membership.objects.get(user=user).role == "owner"
    assert list(Library.objects.values_list("organization__name", "is_default")) == [("Engines", True)]
    assert user.check_password(STRONG)


def test_later_hosts_are_no_administrators(db):
    services.create_host(email="ada@example.com", password=STRONG)
    second = services.create_host(email="bob@example.com", password=STRONG)
    assert (second.is_staff, second.is_superuser) == (False, False)
    assert Organization.objects.count() == 2


def test_a_second_host_of_an_organization_joins_as_member(db):
    services.create_host(email="ada@example.com", password=STRONG, organization_name="Engines")
    second = services.create_host(email="bob@example.com", password=STRONG, organization_name="Engines")
    assert Organization.objects.count() == 1
    assert Membership.objects.get(user=second).role == "member"


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [("nobody", STRONG, "email"), ("ada@example.com", "short", "password"), ("TAKEN@example.com", STRONG, "email")],
)
def test_what_cannot_be_leaves_nothing_behind(db, email, password, field):
    services.create_host(email="taken@example.com", password=STRONG, organization_name="First")
    with pytest.raises(Invalid) as refused:
        services.create_host(email=email, password=password, organization_name="Second")
    assert {error.field for error in refused.value.errors} == {field}
    assert (User.objects.count(), Organization.objects.count()) == (1, 1)


def test_the_command_makes_a_host(db, capsys):
    call_command("create_host", "ada@example.com", password=STRONG, organization="Engines", name="Ada")
    assert User.objects.get().username == "Ada"
    assert "ada@example.com" in capsys.readouterr().out


def test_the_command_says_what_is_wrong(db):
    call_command("create_host", "ada@example.com", password=STRONG)
    with pytest.raises(CommandError, match="account with this e-mail address already"):
        call_command("create_host", "ADA@example.com", password=STRONG)
    with pytest.raises(CommandError, match="too short"):
        call_command("create_host", "bob@example.com", password="x")


def test_a_key_acts_as_its_host(tenant, api_key):
    key, secret = api_key
    person = keys.person_of_key(secret)
    assert (person.user, person.api_key) == (tenant.owner, keys.grant_of(key))
    assert secret.startswith(key.prefix)
    assert secret not in str(vars(APIKey.objects.get()))


@pytest.mark.parametrize(
    "change",
    [
        lambda key: services.revoke_api_key(key=key),
        lambda key: APIKey.objects.update(expires_at=timezone.now()),
        lambda key: services.set_active(user=key.acts_as, is_active=False),
        lambda key: Membership.objects.filter(user=key.acts_as).delete(),
        lambda key: User.objects.filter(pk=key.acts_as.pk).update(role="viewer"),
    ],
    ids=["revoked", "expired", "inactive", "no member any more", "no host any more"],
)
def test_a_key_dies_with_what_it_stands_on(tenant, api_key, change):
    change(api_key[0])
    assert keys.person_of_key(api_key[1]) is None


def test_a_place_in_another_organization_does_not_keep_a_key_alive(tenant, other_tenant, api_key):
    Membership.objects.filter(user=tenant.owner).update(organization=other_tenant.organization)
    assert keys.person_of_key(api_key[1]) is None


def test_the_last_use_of_a_key_is_noted_once_a_minute(tenant, api_key):
    def used(after):
        with time_machine.travel(start + timedelta(seconds=after), tick=False):
            keys.person_of_key(api_key[1])
        return (APIKey.objects.get().last_used_at - start).total_seconds()

    start = timezone.now()
    assert [used(0), used(59), used(60), used(61)] == [0, 0, 60, 60]


def test_a_key_cannot_act_as_a_stranger(tenant, stranger):
    with pytest.raises(Invalid):
        services.create_api_key(organization=tenant.organization, acts_as=stranger, name="x", scopes=["rooms"])
    assert APIKey.objects.count() == 0


@pytest.mark.parametrize("scopes", [[], ["everything"], ["rooms", "x"]])
def test_a_key_has_known_scopes(tenant, scopes):
    with pytest.raises(Invalid):
        services.create_api_key(organization=tenant.organization, acts_as=tenant.owner, name="x", scopes=scopes)


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
