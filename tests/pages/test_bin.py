"""The page of a host's bin, what the questions before deleting name, and what others read of what was deleted."""

import pytest

from recordings.models import Recording
from rooms.models import Preset
from sessions.models import Session
from sessions.people.invitations import make
from tests.live.filled import ended, fill
from tests.pages.conftest import text_of


@pytest.fixture
def told(session, host, guest):
    """An ended session with something of every kind."""
    fill(ended(session), host, guest)
    return session


GOES = (
    "1 recording (1000\xa0bytes)",
    "the replay that people can watch",
    "the report with 1 person",
    "2 chat messages",
    "1 poll",
    "1 question",
    "1 line of captions",
)


def test_the_question_names_what_goes_in_the_dialog_and_on_its_page(browse, host, told):
    for address in (f"/sessions/{told.pk}", f"/sessions/{told.pk}/delete"):
        text = text_of(browse(host).get(address))
        for line in (*GOES, "read that it is no longer available", "For 7 days you can restore all of it"):
            assert line in text, (address, line)
        assert "cancelled" not in text.partition('id="delete-session"')[2]


def test_of_a_session_that_never_was_live_it_says_cancelled_and_nothing_goes_with_it(browse, host, session):
    text = text_of(browse(host).get(f"/sessions/{session.pk}/delete"))
    assert "read that it was cancelled" in text
    assert "Also deleted:" not in text


def test_a_rooms_question_names_its_sessions_and_what_belongs_to_them(browse, host, told, room):
    for address in (f"/rooms/{room.pk}", f"/rooms/{room.pk}/delete"):
        text = text_of(browse(host).get(address))
        for line in ("1 session", *GOES):
            assert line in text, (address, line)


def test_deleted_things_are_in_the_bin_and_come_back(browse, host, told, room):
    client = browse(host)
    page = client.post(f"/sessions/{told.pk}/delete", follow=True)
    assert "“Launch” is in the bin." in text_of(page)
    text = text_of(client.get("/bin"))
    for line in ("Launch", *GOES, "Will be deleted for good"):
        assert line in text
    page = client.post(f"/bin/sessions/{told.pk}/restore", follow=True)
    assert "“Launch” was restored." in text_of(page)
    assert "The bin is empty" in text_of(page)
    assert client.get(f"/sessions/{told.pk}/report").status_code == 200
    assert client.get(f"/recordings/{Recording.objects.get().pk}").status_code == 200


@pytest.mark.parametrize("kind", ["rooms", "sessions", "recordings", "presets"])
def test_each_kind_is_listed_asked_about_and_deleted_for_good(kind, browse, host, told, room):
    Session.objects.exclude(pk=told.pk).delete()
    client = browse(host)
    row = {"rooms": room, "sessions": told, "recordings": told.recordings.get(), "presets": Preset.objects.get()}[kind]
    client.post(f"/{kind}/{row.pk}/delete")
    assert f"/bin/{kind}/{row.pk}/restore" in text_of(client.get("/bin"))
    asked = text_of(client.get(f"/bin/{kind}/{row.pk}/delete"))
    assert "This cannot be undone." in asked
    assert ("2 chat messages" in asked) == (kind in {"rooms", "sessions"})
    assert f"/bin/{kind}/{row.pk}/restore" in text_of(client.get("/bin"))
    page = client.post(f"/bin/{kind}/{row.pk}/delete", follow=True)
    assert "was deleted for good." in text_of(page)
    assert "The bin is empty" in text_of(page)
    assert client.post(f"/bin/{kind}/{row.pk}/restore").status_code == 404


def test_what_was_in_the_bin_before_goes_for_good_with_it_and_is_named(browse, host, told, room, preset):
    client = browse(host)
    client.post(f"/recordings/{told.recordings.get().pk}/delete")
    client.post(f"/sessions/{told.pk}/delete")
    assert "1 recording that is in the bin already" not in text_of(client.get("/bin"))
    assert "1 recording that is in the bin already" in text_of(client.get(f"/bin/sessions/{told.pk}/delete"))
    client.post(f"/rooms/{room.pk}/delete")
    assert "1 session that is in the bin already" in text_of(client.get(f"/bin/rooms/{room.pk}/delete"))
    client.post(f"/bin/rooms/{room.pk}/delete")
    told.refresh_from_db()
    assert told.purged_at is not None


def test_the_bin_of_others_is_not_there(browse, host, stranger, member, viewer, told):
    browse(host).post(f"/sessions/{told.pk}/delete")
    for person in (stranger, member):
        assert "The bin is empty" in text_of(browse(person).get("/bin"))
        assert browse(person).post(f"/bin/sessions/{told.pk}/restore").status_code == 404
        assert browse(person).get(f"/bin/sessions/{told.pk}/delete").status_code == 404
    assert browse(viewer).get("/bin").status_code == 403
    assert browse(host).get("/bin/users/01920000-0000-7000-8000-000000000000/delete").status_code == 404
    assert browse(host).get(f"/bin/sessions/{told.pk}/restore").status_code == 405


def test_a_session_whose_room_is_in_the_bin_says_what_to_do(browse, host, told, room):
    client = browse(host)
    client.post(f"/sessions/{told.pk}/delete")
    client.post(f"/rooms/{room.pk}/delete")
    page = client.post(f"/bin/sessions/{told.pk}/restore", follow=True)
    assert "Restore the room first." in text_of(page)


def test_the_page_asks_the_same_number_of_questions_of_one_and_of_three(
    browse, host, told, room, preset, django_assert_max_num_queries
):
    client = browse(host)
    for number in range(3):
        one = Session.objects.create(room=room, preset=preset, title=f"S{number}")
        client.post(f"/sessions/{one.pk}/delete")
        with django_assert_max_num_queries(12):
            client.get("/bin")


@pytest.mark.parametrize(
    ("was_live", "key", "sentence"),
    [
        (True, "no_longer_available", "This webinar took place, and its host has removed it."),
        (False, "cancelled", "This webinar was cancelled by the host."),
    ],
)
@pytest.mark.parametrize("what", ["session", "room"])
def test_what_others_read_of_a_deleted_session(
    browse, host, guest, session, room, preset, was_live, key, sentence, what
):
    invitation = make(session, name="Ada", email="", role="speaker", by=host)
    personal = invitation.new_link.partition("/i/")[2]
    session.roles.create(user=guest, role="speaker", assigned_by=host)
    if was_live:
        ended(session)
    pages = [f"/w/{room.slug}/{session.pk}", f"/i/{personal}", f"/sessions/{session.pk}/studio"]
    before = [browse(guest).get(page).status_code for page in pages]
    browse(host).post(f"/{what}s/{(session if what == 'session' else room).pk}/delete")
    for page in pages:
        answer = browse(guest).get(page)
        assert (answer.status_code, f'data-failure="{key}"' in text_of(answer)) == (410, True), page
        assert sentence in text_of(answer)
    browse(host).post(f"/bin/{what}s/{(session if what == 'session' else room).pk}/restore")
    assert [browse(guest).get(page).status_code for page in pages] == before


def test_a_deleted_rooms_address_says_so_to_whoever_could_see_it(browse, host, stranger, room):
    browse(host).post(f"/rooms/{room.pk}/delete")
    answer = browse().get(f"/w/{room.slug}")
    assert (answer.status_code, 'data-failure="room_removed"' in text_of(answer)) == (410, True)
    type(room).objects.update(visibility="private")
    assert browse(stranger).get(f"/w/{room.slug}").status_code == 404


def test_a_deleted_session_says_nothing_in_the_studio_to_whoever_had_no_place_there(browse, host, member, session):
    browse(host).post(f"/sessions/{session.pk}/delete")
    assert browse(member).get(f"/sessions/{session.pk}/studio").status_code == 404
