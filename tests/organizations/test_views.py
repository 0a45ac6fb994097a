"""Owners and admins say on their account page how long attendance is kept."""

import pytest

from organizations.models import Membership


def save(client, library, days):
    return client.post(
        f"/account/libraries/{library.pk}", {f"{library.pk.hex}-attendance_retention_days": days}, follow=True
    )


def test_the_owner_sets_and_clears_it(client, tenant, host):
    client.force_login(host)
    page = client.get("/account").content.decode()
    assert "Days to keep names and e-mails of attendees" in page
    assert page.count("csrfmiddlewaretoken") == page.count('method="post"')
    for days, kept in (("30", 30), ("", None)):
        answer = save(client, tenant.library, days)
        assert "Saved." in answer.content.decode()
        tenant.library.refresh_from_db()
        assert tenant.library.attendance_retention_days == kept


@pytest.mark.parametrize("days", ["0", "-1", "36501", "a week"])
def test_what_is_no_number_of_days_is_said_at_its_field(client, tenant, host, days):
    client.force_login(host)
    answer = save(client, tenant.library, days)
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    tenant.library.refresh_from_db()
    assert tenant.library.attendance_retention_days is None


def test_an_admin_may_and_other_members_and_tenants_may_not(client, tenant, member, stranger):
    for user in (member, stranger):
        client.force_login(user)
        assert f"/account/libraries/{tenant.library.pk}" not in client.get("/account").content.decode()
        assert save(client, tenant.library, "30").status_code == 404
    Membership.objects.filter(user=member).update(role=Membership.Role.ADMIN)
    client.force_login(member)
    assert save(client, tenant.library, "30").status_code == 200
    tenant.library.refresh_from_db()
    assert tenant.library.attendance_retention_days == 30


def test_guests_and_anonymous_people_may_not(client, tenant, guest):
    assert client.post(f"/account/libraries/{tenant.library.pk}").status_code == 401
    client.force_login(guest)
    assert client.post(f"/account/libraries/{tenant.library.pk}").status_code == 401
