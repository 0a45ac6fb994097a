"""Names in a session: what crew and speakers are called is theirs, and a copy of an attendee's name gets a number."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.person import Person
from live.services.joining import join
from realtime.models import OutboxEvent
from rooms.models import Room
from sessions.models import Attendance, Invitation, Session
from sessions.people.services import add_role, invite


@pytest.fixture
def comes(live_session):
    """A guest of this name joins, and is shown with the name that is returned."""

    def come(name, session=live_session, user=None):
        guest = user or User.objects.create_user(username=name, is_guest=True)
        join(actor=Person(user=guest), session=session)
        return User.objects.get(pk=guest.pk).username

    return come


@pytest.fixture
def called(host):
    host.username = "Ada Lovelace"
    host.save()
    return host


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "ada  lovelace",
        "ADA LOVELACE",
        "Аdа Lоvеlасе",  # Cyrillic
        "Ada LoveIace",
        "Àda Lovelace",
        "𝓐𝓭𝓪 Lovelace",
        "★ Ada Lovelace ★",
        "AdaLovelace",
    ],
)
def test_a_guest_who_takes_the_hosts_name_or_one_like_it_gets_a_number(called, comes, name):
    assert comes(name) == f"{name} (2)"


def test_names_of_roles_and_of_people_who_were_invited_are_taken_too(live_session, host, member, comes):
    member.username = "Grace"
    member.save()
    add_role(actor=Person(user=host), session=live_session, user_id=member.pk, role=Invitation.Role.SPEAKER)
    invite(actor=Person(user=host), session=live_session, name="Alan", role=Invitation.Role.SPEAKER)
    assert [comes("Grace"), comes("alan"), comes("Edsger")] == ["Grace (2)", "alan (2)", "Edsger"]


def test_each_copy_of_an_attendees_name_gets_the_next_number(comes):
    assert [comes(name) for name in ("Bo", "Bo", "bo", "Bo (2)", "Boa")] == ["Bo", "Bo (2)", "bo (3)", "Bo (4)", "Boa"]


def test_coming_back_changes_no_name(live_session, comes):
    comes("Bo")
    second = User.objects.create_user(username="Bo", is_guest=True)
    assert [comes("", user=second), comes("", user=second)] == ["Bo (2)", "Bo (2)"]


def test_a_number_that_was_given_stays_different_where_the_guest_was_before(comes, other_live):
    wanderer = User.objects.create_user(username="Bo", is_guest=True)
    assert [comes("Bo"), comes("", user=wanderer)] == ["Bo", "Bo (2)"]
    assert [comes("Bo"), comes("Bo", other_live)] == ["Bo (3)", "Bo"]
    assert comes("", other_live, wanderer) == "Bo (4)"


def named(user, name):
    user.username = name
    user.save()
    return user


def test_members_keep_the_name_of_their_account_beside_others_of_the_audience(live_session, member, comes):
    assert [comes("Bo"), comes("", user=named(member, "Bo"))] == ["Bo", "Bo"]


@pytest.mark.parametrize("name", ["Ada Lovelace", "Аdа Lоvеlасе"])
def test_a_member_of_the_audience_who_has_the_hosts_name_gets_a_number_too(called, member, comes, name):
    assert comes("", user=named(member, name)) == f"{name} (2)"


def test_a_member_gives_way_to_who_gets_a_role_but_not_to_a_name_that_is_only_invited(
    live_session, host, member, stranger, comes
):
    assert comes("", user=named(member, "Grace")) == "Grace"
    invite(actor=Person(user=host), session=live_session, name="Grace", role=Invitation.Role.SPEAKER)
    member.refresh_from_db()
    assert member.username == "Grace"
    assert comes("", user=named(stranger, "Grace")) == "Grace"
    add_role(actor=Person(user=host), session=live_session, user_id=stranger.pk, role=Invitation.Role.SPEAKER)
    for user in (member, stranger):
        user.refresh_from_db()
    assert (member.username, stranger.username) == ("Grace (2)", "Grace")


def test_a_very_long_name_of_an_account_is_cut_for_its_number(host, member, comes):
    named(host, "x" * 150)
    assert comes("", user=named(member, "x" * 150)) == "x" * 146 + " (2)"


def rename_on_the_page(client, user, name):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/account", {"username": name, "time_zone": ""}).status_code == 302
    return User.objects.get(pk=user.pk).username


def test_a_member_who_takes_the_hosts_name_while_in_the_session_gets_a_number(
    called, live_session, member, stranger, comes, client
):
    for user in (member, stranger):
        comes("", user=user)
    OutboxEvent.objects.all().delete()
    assert rename_on_the_page(client, member, "ada lovelace") == "ada lovelace (2)"
    assert rename_on_the_page(client, stranger, "Ada Lovelace") == "Ada Lovelace (3)"
    assert rename_on_the_page(client, stranger, "Ada Lovelace (7)") == "Ada Lovelace (7)"
    assert rename_on_the_page(client, stranger, "Charles") == "Charles"
    told = OutboxEvent.objects.filter(type="presence.joined").order_by("pk")
    assert [event.data["username"] for event in told] == [
        "ada lovelace (2)",
        "Ada Lovelace (3)",
        "Ada Lovelace (7)",
        "Charles",
    ]
    row = Attendance.objects.get(user=stranger)
    assert (row.name_key, row.name_number) == ("charles", 1)


def test_a_name_that_staff_gives_in_the_admin_is_settled_too(called, live_session, member, comes, admin_client):
    comes("", user=member)
    page = f"/admin/accounts/user/{member.pk}/change/"
    form = admin_client.get(page).context["adminform"].form
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    inlines = admin_client.get(page).context["inline_admin_formsets"]
    for inline in inlines:
        for each in [inline.formset.management_form, *inline.formset.initial_forms]:
            values |= {each.add_prefix(name): each[name].value() or "" for name in each.fields if name != "DELETE"}
    response = admin_client.post(page, {**values, "username": "Ada Lovelace"})
    assert response.status_code == 302, response.context["errors"]
    member.refresh_from_db()
    assert member.username == "Ada Lovelace (2)"


def test_a_host_who_takes_the_name_of_somebody_in_the_session_keeps_it(live_session, host, member, comes, client):
    Attendance.objects.create(session=live_session, user=host, name_key="acmeowner")
    assert [comes("Grace"), comes("", user=named(member, "grace"))] == ["Grace", "grace"]
    assert rename_on_the_page(client, host, "Grace") == "Grace"
    shown = Attendance.objects.filter(session=live_session).values_list("user__username", flat=True)
    assert sorted(shown) == ["Grace", "Grace (2)", "grace (3)"]


def test_what_is_over_stays_as_it_was(called, live_session, member, comes, client):
    comes("", user=member)
    Session.objects.update(status=Session.Status.ENDED, ended_at=timezone.now())
    assert rename_on_the_page(client, member, "Ada Lovelace") == "Ada Lovelace"


def test_a_guest_gives_way_to_somebody_who_gets_a_role_or_an_invitation_later(live_session, host, member, comes):
    assert [comes("Grace"), comes("Alan")] == ["Grace", "Alan"]
    member.username = "Grace"
    member.save()
    add_role(actor=Person(user=host), session=live_session, user_id=member.pk, role=Invitation.Role.SPEAKER)
    invite(actor=Person(user=host), session=live_session, name="Alan", role=Invitation.Role.SPEAKER)
    shown = Attendance.objects.filter(user__is_guest=True).values_list("user__username", "name_number")
    assert sorted(shown) == [("Alan (2)", 2), ("Grace (2)", 2)]


def test_a_guest_gives_way_to_a_host_who_was_renamed_once_the_host_comes_in(live_session, host, comes, monkeypatch):
    monkeypatch.setattr("live.services.joining.ensure_media_room", lambda session: None)
    monkeypatch.setattr("live.services.joining.is_connected", lambda *args, **options: False)
    guest = User.objects.create_user(username="Grace", is_guest=True)
    assert comes("", user=guest) == "Grace"
    host.username = "Grace"
    host.save()
    join(actor=Person(user=host), session=live_session)
    guest.refresh_from_db()
    host.refresh_from_db()
    assert (guest.username, host.username) == ("Grace (2)", "Grace")


def test_a_guest_with_a_role_keeps_the_name_even_if_it_is_the_hosts(called, live_session):
    speaker = User.objects.create_user(username="Ada Lovelace", is_guest=True)
    Attendance.objects.create(session=live_session, user=speaker, name_key="ada")
    add_role(actor=Person(user=called), session=live_session, user_id=speaker.pk, role=Invitation.Role.SPEAKER)
    speaker.refresh_from_db()
    assert speaker.username == "Ada Lovelace"


def test_what_a_name_costs_does_not_grow_with_the_crowd(comes):
    def statements(name):
        with CaptureQueriesContext(connection) as seen:
            comes(name)
        return len(seen)

    comes("Bo")
    few = statements("Bo")
    for _ in range(5):
        comes("Bo")
    assert statements("Bo") == few


@pytest.fixture
def other_live(live_session, host):
    room = Room.objects.create(host=host, library=live_session.room.library, title="Another", slug="another")
    return Session.objects.create(
        room=room, preset=live_session.preset, title="Other", status=Session.Status.LIVE, started_at=timezone.now()
    )
