"""For whom a key speaks, and until when."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from accounts.services import set_active
from organizations import keys
from organizations.models import APIKey, Membership
from organizations.services import revoke_api_key


def test_a_key_acts_as_its_host(tenant, api_key):
    key, secret = api_key
    person = keys.person_of_key(secret)
    assert (person.user, person.api_key) == (tenant.owner, keys.grant_of(key))
    assert secret.startswith(key.prefix)
    assert secret not in str(vars(APIKey.objects.get()))


@pytest.mark.parametrize(
    "change",
    [
        lambda key: revoke_api_key(key=key),
        lambda key: APIKey.objects.update(expires_at=timezone.now()),
        lambda key: set_active(user=key.acts_as, is_active=False),
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
