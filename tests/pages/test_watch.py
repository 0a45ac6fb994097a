"""The watch page as the server makes it: who sees which state, and how people come in."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from rooms.models import Room
from sessions.models import Session, SessionRole


def address(session=None, room=None):
    return f"/w/{session.room.slug}/{session.pk}" if session else f"/w/{room.slug}"


def make_session(room, preset, **fields):
    return Session.objects.create(room=room, preset=preset, **{"title": "Other", **fields})


def config_of(answer):
    text = (
        answer.content.decode().partition('<script id="config" type="application/json">')[2].partition("</script>")[0]
    )
    return json.loads(text)


def test_a_stranger_is_asked_for_a_name(client, session):
    answer = client.get(address(session))
    assert answer.status_code == 200
    assert 'name="display_name"' in answer.content.decode()
    assert "Launch" in answer.content.decode()


def test_giving_a_name_makes_a_guest_and_leads_into_the_lobby(client, session):
    answer = client.post(address(session), {"display_name": "  Grace "})
    assert (answer.status_code, answer.headers["Location"]) == (302, address(session))
    guest = User.objects.get(is_guest=True)
    assert guest.username == "Grace"
    assert answer.cookies["device_token"]["httponly"] is True
    page = client.get(address(session))
    assert page.templates[0].name == "pages/watch.html"
    assert config_of(page)["session"]["status"] == "scheduled"


def test_an_empty_name_is_refused_with_a_sentence_and_makes_nobody(client, session):
    page = client.post(address(session), {"display_name": "   "}, follow=True)
    assert "Enter a name." in page.content.decode()
    assert list(User.objects.filter(is_guest=True)) == []


def test_a_name_cannot_carry_markup(client, session):
    client.post(address(session), {"display_name": "<script>x</script>"})
    Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    assert "<script>x" not in client.get(address(session)).content.decode()


def test_the_same_name_in_the_same_browser_is_the_same_guest(client, session):
    client.post(address(session), {"display_name": "Grace"})
    client.cookies.pop("sessionid")
    client.post(address(session), {"display_name": "Grace"})
    assert User.objects.filter(is_guest=True).count() == 1


def test_another_name_in_the_same_browser_is_another_guest(client, session):
    client.post(address(session), {"display_name": "Grace"})
    client.post(address(session), {"display_name": "Ada"})
    assert sorted(User.objects.filter(is_guest=True).values_list("username", flat=True)) == ["Ada", "Grace"]


def test_signed_in_people_continue_under_their_name(client, session, stranger):
    client.force_login(stranger)
    assert "Continue as globex owner" in client.get(address(session)).content.decode()
    client.post(address(session), {"continue": "1"})
    assert client.get(address(session)).templates[0].name == "pages/watch.html"
    assert list(User.objects.filter(is_guest=True)) == []


def test_continue_without_a_sign_in_makes_nobody(client, session):
    client.post(address(session), {"continue": "1"})
    assert list(User.objects.filter(is_guest=True)) == []


def test_registrations_beyond_the_limit_are_told_to_wait(client, session, settings):
    settings.REGISTER_LIMIT = 1
    client.post(address(session), {"display_name": "Grace"})
    page = client.post(address(session), {"display_name": "Ada"}, follow=True)
    assert "Too many requests came from your network" in page.content.decode()
    assert [user.username for user in User.objects.filter(is_guest=True)] == ["Grace"]


def test_the_room_picks_the_live_session_before_the_next(client, room, preset, session, live_session):
    make_session(room, preset, title="Tomorrow", scheduled_start_time=timezone.now() + timedelta(hours=1))
    assert client.get(address(room=room)).context["session"] == live_session


def test_the_room_picks_the_next_session_and_lists_the_others(client, room, preset, session):
    sooner = make_session(room, preset, title="Sooner", scheduled_start_time=timezone.now() + timedelta(hours=1))
    over = make_session(room, preset, title="Over", status="ended", started_at=timezone.now(), ended_at=timezone.now())
    context = client.get(address(room=room)).context
    assert context["session"] == sooner
    assert context["others"] == [session, over]


def test_the_room_picks_the_latest_when_nothing_is_to_come(client, room, preset):
    now = timezone.now()
    make_session(
        room,
        preset,
        title="First",
        status="ended",
        started_at=now - timedelta(days=2),
        ended_at=now - timedelta(days=2),
    )
    last = make_session(room, preset, title="Last", status="ended", started_at=now, ended_at=now)
    assert client.get(address(room=room)).context["session"] == last


def test_an_empty_room_says_that_nothing_is_planned(client, room):
    assert "Nothing is planned here yet" in client.get(address(room=room)).content.decode()


def test_an_ended_session_says_so_and_asks_for_no_name(client, session):
    Session.objects.update(status="ended", started_at=timezone.now(), ended_at=timezone.now())
    page = client.get(address(session)).content.decode()
    assert 'data-failure="ended"' in page
    assert "display_name" not in page


def test_an_expired_session_says_so(client, session):
    Session.objects.update(status="expired")
    assert 'data-failure="expired"' in client.get(address(session)).content.decode()


def test_a_cancelled_session_keeps_its_address_and_says_so(client, session):
    Session.objects.update(deleted_at=timezone.now())
    answer = client.get(address(session))
    assert answer.status_code == 410
    assert 'data-failure="cancelled"' in answer.content.decode()
    assert "Launch" in answer.content.decode()


def test_a_cancelled_session_of_a_private_room_stays_private(client, session):
    Session.objects.update(deleted_at=timezone.now())
    Room.objects.update(visibility="private")
    answer = client.get(address(session))
    assert answer.status_code == 404
    assert "Launch" not in answer.content.decode()


@pytest.mark.parametrize("which", ["room", "session"])
def test_a_private_room_looks_like_one_that_does_not_exist(client, session, stranger, which):
    Room.objects.update(visibility="private")
    client.force_login(stranger)
    private = client.get(address(session) if which == "session" else address(room=session.room))
    unknown = client.get("/w/no-such-room")
    assert private.status_code == unknown.status_code == 404
    assert 'data-failure="not_found"' in private.content.decode()
    assert "Launch" not in private.content.decode()
    assert "acme" not in private.content.decode()


def test_a_private_room_opens_for_members(client, session, member):
    Room.objects.update(visibility="private")
    client.force_login(member)
    assert client.get(address(session)).status_code == 200


def test_nobody_enters_a_private_room_by_posting_a_name(client, session):
    Room.objects.update(visibility="private")
    assert client.post(address(session), {"display_name": "Eve"}).status_code == 404
    assert list(User.objects.filter(is_guest=True)) == []


def test_a_session_has_no_address_in_another_room(client, session, other_tenant):
    assert client.get(f"/w/{other_tenant.room.slug}/{session.pk}").status_code == 404


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (None, None),
        ("host", "You are the host: open the studio"),
        *(
            (role, "You are on the team of this webinar: open the studio")
            for role in ("co_host", "moderator", "speaker")
        ),
    ],
)
def test_whoever_may_enter_the_studio_is_offered_it_as_what_they_are(client, session, host, member, role, words):
    if role in ("co_host", "moderator", "speaker"):
        SessionRole.objects.create(session=session, user=member, role=role, assigned_by=host)
    client.force_login(host if role == "host" else member)
    page = client.get(address(session)).content.decode()
    assert (f"/sessions/{session.pk}/studio" in page) is (role is not None)
    assert re.findall(r"You [^<]+ open the studio", page) == ([words] if words else [])


def test_the_viewer_count_is_in_the_page_only_when_the_preset_shows_it(client, session, preset, guest):
    client.force_login(guest)
    client.post(address(session), {"continue": "1"})
    assert "data-viewers" in client.get(address(session)).content.decode()
    preset.viewer_count_visible = False
    preset.save()
    assert "data-viewers" not in client.get(address(session)).content.decode()


@pytest.mark.parametrize("others", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_sessions(client, room, preset, others, django_assert_num_queries):
    for number in range(others):
        make_session(room, preset, title=f"Session {number}")
    with django_assert_num_queries(6):
        client.get(address(room=room))
