"""A host's rooms: list, page, edit, delete, QR code."""

import pytest
from django.utils import timezone

from rooms.models import Room
from sessions.models import Session
from tests.pages.conftest import text_of


def test_the_list_shows_ones_rooms_newest_first_with_the_same_queries(browse, host, room, django_assert_num_queries):
    client = browse(host)
    client.get("/rooms")
    with django_assert_num_queries(3) as few:
        client.get("/rooms")
    for number in range(3):
        Room.objects.create(host=host, library=room.library, slug=f"more-{number}", title=f"More {number}")
    with django_assert_num_queries(len(few)):
        page = client.get("/rooms").context["page"]
    assert [found.title for found in page] == ["More 2", "More 1", "More 0", "acme room"]


def test_a_room_page_counts_its_queries_once(browse, host, room, session, preset, django_assert_num_queries):
    client = browse(host)
    client.get(f"/rooms/{room.pk}")
    with django_assert_num_queries(6) as few:
        client.get(f"/rooms/{room.pk}")
    for number in range(3):
        Session.objects.create(room=room, preset=preset, title=f"More {number}")
    with django_assert_num_queries(len(few)):
        client.get(f"/rooms/{room.pk}")


def test_without_a_public_address_the_link_is_marked_as_local(browse, host, room, settings):
    settings.PUBLIC_URL = ""
    settings.BASE_URL = "http://localhost:8000"
    text = text_of(browse(host).get(f"/rooms/{room.pk}"))
    assert "on this machine only" in text
    assert "qr.svg" not in text
    assert browse().get(f"/w/{room.slug}/qr.svg").status_code == 404


def test_with_a_public_address_there_is_a_link_and_a_qr_code(browse, host, room, settings):
    settings.PUBLIC_URL = settings.BASE_URL = "https://webinar.example.com"
    text = text_of(browse(host).get(f"/rooms/{room.pk}"))
    assert ">https://webinar.example.com/w/acme-room</textarea>" in text
    assert "on this machine only" not in text
    assert "localhost" not in text
    assert "127.0.0.1" not in text
    code = browse().get(f"/w/{room.slug}/qr.svg")
    assert (code.status_code, code["Content-Type"]) == (200, "image/svg+xml")
    assert code.content.startswith(b"<?xml")


def test_the_qr_code_of_a_private_room_is_not_for_strangers(browse, room, stranger, host, settings):
    settings.PUBLIC_URL = settings.BASE_URL = "https://webinar.example.com"
    Room.objects.filter(pk=room.pk).update(visibility="private")
    statuses = [browse(who).get(f"/w/{room.slug}/qr.svg").status_code for who in (None, stranger, host)]
    assert statuses == [404, 404, 200]


def test_a_room_is_edited_and_keeps_its_address(browse, host, room):
    data = {"title": "New name", "description": "Text", "visibility": "private"}
    response = browse(host).post(f"/rooms/{room.pk}/edit", data)
    assert (response.status_code, response["Location"]) == (302, f"/rooms/{room.pk}")
    room.refresh_from_db()
    assert (room.title, room.description, room.visibility, room.slug) == ("New name", "Text", "private", "acme-room")


@pytest.mark.parametrize(
    ("changes", "field"), [({"title": "ab"}, "title"), ({"title": ""}, "title"), ({"visibility": "x"}, "visibility")]
)
def test_wrong_input_leaves_the_room_as_it_was(changes, field, browse, host, room):
    data = {"title": "New name", "description": "", "visibility": "public", **changes}
    response = browse(host).post(f"/rooms/{room.pk}/edit", data)
    assert list(response.context["form"].errors) == [field]
    room.refresh_from_db()
    assert room.title == "acme room"


def test_deleting_asks_first(browse, host, room):
    assert "Delete “acme room”?" in text_of(browse(host).get(f"/rooms/{room.pk}/delete"))
    room.refresh_from_db()
    assert room.deleted_at is None


def test_a_deleted_room_is_gone(browse, host, room):
    client = browse(host)
    response = client.post(f"/rooms/{room.pk}/delete", follow=True)
    assert response.redirect_chain == [("/dashboard", 302)]
    assert "“acme room” is in the bin." in text_of(response)
    assert client.get(f"/rooms/{room.pk}").status_code == 404


def test_a_room_with_a_live_session_stays_and_says_why(browse, host, room, live_session):
    response = browse(host).post(f"/rooms/{room.pk}/delete", follow=True)
    assert response.redirect_chain == [(f"/rooms/{room.pk}", 302)]
    assert "A session of this room is live. End it first." in text_of(response)
    room.refresh_from_db()
    assert room.deleted_at is None


def test_titles_are_never_markup(browse, host, room, session):
    Room.objects.filter(pk=room.pk).update(title="<script>alert(1)</script>", description="<img src=x onerror=y>")
    Session.objects.filter(pk=session.pk).update(title="<b>bold</b>", scheduled_start_time=timezone.now())
    for address in (f"/rooms/{room.pk}", f"/sessions/{session.pk}", "/dashboard", "/rooms", "/"):
        text = text_of(browse(host).get(address))
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<b>bold" not in text


def test_a_dated_session_wins_over_an_undated_one_at_the_rooms_address(browse, room, preset, session):
    undated = Session.objects.create(room=room, preset=preset, title="Whenever")
    assert browse().get(f"/w/{room.slug}").context["session"] == session
    Session.objects.filter(pk=undated.pk).update(status="live", started_at=timezone.now())
    assert browse().get(f"/w/{room.slug}").context["session"] == undated


def test_a_sessions_own_link_stands_first_and_has_a_qr_code(browse, host, room, session, settings):
    settings.PUBLIC_URL = settings.BASE_URL = "https://webinar.example"
    text = text_of(browse(host).get(f"/sessions/{session.pk}"))
    own, shared = f"https://webinar.example/w/{room.slug}/{session.pk}", f"https://webinar.example/w/{room.slug}"
    assert -1 < text.index(f">{own}</textarea>") < text.index(f">{shared}</textarea>")
    assert f'href="/w/{room.slug}/{session.pk}"' in text
    code = browse().get(f"/w/{room.slug}/{session.pk}/qr.svg")
    assert (code.status_code, code["Content-Type"]) == (200, "image/svg+xml")
    assert browse().get(f"/w/other/{session.pk}/qr.svg").status_code == 404
    Room.objects.update(visibility="private")
    assert browse().get(f"/w/{room.slug}/{session.pk}/qr.svg").status_code == 404
