"""The page that moves a room to another host."""

from django.utils import timezone

from rooms.models import Room
from sessions.models import Session
from tests.pages.conftest import text_of


def test_the_page_says_what_it_means_and_the_room_is_moved(browse, host, member, room):
    client = browse(host)
    assert f"/rooms/{room.pk}/move" in text_of(client.get(f"/rooms/{room.pk}"))
    page = text_of(client.get(f"/rooms/{room.pk}/move"))
    for words in ("acme member (member@acme.example)", "new stream keys", "you can still run the sessions"):
        assert words in page
    response = client.post(f"/rooms/{room.pk}/move", {"user_id": str(member.pk)}, follow=True)
    assert "acme member is now the host of “acme room”" in text_of(response)
    room.refresh_from_db()
    assert room.host == member


def test_a_host_who_is_no_owner_reads_what_they_lose(browse, host, member, room):
    Room.objects.update(host=member)
    assert "You can no longer run the sessions" in text_of(browse(member).get(f"/rooms/{room.pk}/move"))
    page = text_of(browse(host).get(f"/rooms/{room.pk}/move"))
    assert "acme member can no longer run the sessions" in page


def test_while_a_session_is_live_the_page_says_so(browse, host, member, room, session):
    Session.objects.update(status="live", started_at=timezone.now(), backstage_opened_at=timezone.now())
    response = browse(host).post(f"/rooms/{room.pk}/move", {"user_id": str(member.pk)})
    assert (response.status_code, "is live or in rehearsal" in text_of(response)) == (200, True)


def test_a_stranger_is_no_choice(browse, host, stranger, room):
    response = browse(host).post(f"/rooms/{room.pk}/move", {"user_id": str(stranger.pk)})
    assert "Choose a host of this organization." in text_of(response)
    room.refresh_from_db()
    assert room.host == host


def test_without_another_host_there_is_nothing_to_choose(browse, host, member, room):
    member.delete()
    page = text_of(browse(host).get(f"/rooms/{room.pk}/move"))
    assert "There is no other host in this organization." in page
    assert "<select" not in page.split("<main")[1]
