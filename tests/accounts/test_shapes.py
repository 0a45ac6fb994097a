"""Who sees e-mail, external id and organization of a person."""

import pytest

from accounts.models import User
from accounts.person import ANONYMOUS, Person
from accounts.shapes import User as PublishedUser
from organizations.keys import grant_of

HIDDEN = (None, None, None)


@pytest.fixture
def subject(host):
    User.objects.filter(pk=host.pk).update(external_user_id="crm-7")
    host.refresh_from_db()
    return host


def seen(subject, caller, **options):
    data = PublishedUser.of(subject, caller, **options).as_json()
    return data["email"], data["external_user_id"], data["organization_id"]


def everything(subject):
    return (subject.email, "crm-7", str(subject.organization_id))


def test_the_person_themselves_and_their_organization_see_all(subject, member):
    assert seen(subject, Person(user=subject)) == everything(subject)
    assert seen(subject, Person(user=member)) == everything(subject)


def test_strangers_guests_and_nobody_see_the_name_only(subject, stranger, guest):
    for person in (Person(user=stranger), Person(user=guest), ANONYMOUS):
        assert seen(subject, person) == HIDDEN


def test_guests_do_not_share_an_organization_by_having_none(guest, db):
    other = User.objects.create_user(username="Eve", is_guest=True, external_user_id="x-1")
    assert seen(other, Person(user=guest)) == HIDDEN


def test_a_view_may_reveal_for_the_host_of_a_session(subject, stranger):
    assert seen(subject, Person(user=stranger), as_host=True) == everything(subject)


def test_a_key_sees_its_organization(subject, api_key, other_tenant):
    person = Person(user=api_key[0].acts_as, api_key=grant_of(api_key[0]))
    assert seen(subject, person) == everything(subject)
    assert seen(other_tenant.member, person) == HIDDEN
