"""Hosts and their place, and the keys that are made."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.services import set_active
from core.errors import Invalid
from organizations import services
from organizations.keys import person_of_key
from organizations.models import APIKey, Library, Membership, Organization

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


def test_a_key_cannot_act_as_a_stranger(tenant, stranger):
    with pytest.raises(Invalid):
        services.create_api_key(organization=tenant.organization, acts_as=stranger, name="x", scopes=["rooms"])
    assert APIKey.objects.count() == 0


@pytest.mark.parametrize("scopes", [[], ["everything"], ["rooms", "x"]])
def test_a_key_has_known_scopes(tenant, scopes):
    with pytest.raises(Invalid):
        services.create_api_key(organization=tenant.organization, acts_as=tenant.owner, name="x", scopes=scopes)


def test_a_key_does_not_come_back_with_the_account_that_it_acted_as(host, api_key):
    set_active(user=host, is_active=False)
    set_active(user=host, is_active=True)
    assert person_of_key(api_key[1]) is None
