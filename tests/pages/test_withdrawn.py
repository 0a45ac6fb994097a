"""What staff closed the organization of is no longer available to anybody, and says no more than that."""

import pytest

from core.errors import NotFound
from organizations.services import set_organization_active
from rooms.models import Room
from sessions.people.invitations import make
from sessions.people.services import accept, deliver_due
from tests.conftest import API, as_person, client_for
from tests.live.filled import ended, fill
from tests.pages.conftest import text_of

LEAKS = ("Launch", "Acme", "primary_color")


@pytest.fixture(params=["scheduled", "ended"])
def told(request, session, host, guest):
    """A public session that has a speaker, before it and after it."""
    Room.objects.update(visibility="public")
    if request.param == "ended":
        fill(ended(session), host, guest)
    session.roles.get_or_create(user=guest, defaults={"role": "speaker", "assigned_by": host})
    return session


def close(session, *, is_active=False):
    set_organization_active(organization=session.room.library.organization, is_active=is_active)


def test_every_page_of_the_audience_says_no_longer_available_until_it_is_open_again(browse, host, guest, told):
    link = make(told, name="Ada", email="", role="speaker", by=host).new_link.partition("/i/")[2]
    slug = told.room.slug
    pages = [f"/w/{slug}", f"/w/{slug}/{told.pk}", f"/i/{link}", f"/sessions/{told.pk}/studio"]
    before = [browse(guest).get(page).status_code for page in pages]
    close(told)
    for page in pages:
        answer = browse(guest).get(page)
        assert (answer.status_code, 'data-failure="withdrawn"' in text_of(answer)) == (410, True), page
        assert "This webinar is no longer available." in text_of(answer)
        assert not [leak for leak in LEAKS if leak in text_of(answer)], page
        assert browse(guest).post(page, {"name": "Ada", "display_name": "Ada"}).status_code in {405, 410}, page
    close(told, is_active=True)
    assert [browse(guest).get(page).status_code for page in pages] == before


def test_a_private_room_of_a_closed_organization_looks_like_one_that_does_not_exist(browse, guest, session):
    Room.objects.update(visibility="private")
    close(session)
    for page in (f"/w/{session.room.slug}", f"/w/{session.room.slug}/{session.pk}"):
        assert browse(guest).get(page).status_code == 404


def test_no_list_names_it_and_no_other_page_of_it_is_there(browse, guest, told):
    close(told)
    assert not [leak for leak in LEAKS if leak in text_of(browse().get("/"))]
    for end in ("report", "people", "captions"):
        assert browse(guest).get(f"/sessions/{told.pk}/{end}").status_code == 404
    for end in ("theme.css", f"{told.pk}/theme.css"):
        assert browse(guest).get(f"/w/{told.room.slug}/{end}").status_code == 404


def test_the_api_answers_as_for_what_is_gone(guest, told):
    paths = ["", "/replay", "/chat", "/polls", "/questions", "/participants", "/recordings", "/bans/me"]
    addresses = [f"/sessions/{told.pk}{path}" for path in paths] + [f"/rooms/{told.room_id}"]
    api = client_for(guest)
    missing = api.get(f"{API}/sessions/{told.room_id}")
    close(told)
    for address in addresses:
        answer = api.get(API + address)
        assert (answer.status_code, answer.json()["code"]) == (404, missing.json()["code"]), address
    for action in ("join", "realtime/ticket", "leave", "heartbeat"):
        assert api.post(f"{API}/sessions/{told.pk}/{action}").status_code == 404, action
    for name in ("/sessions", "/sessions/live", "/rooms"):
        answer = client_for().get(API + name)
        assert (answer.status_code, str(told.room_id) in text_of(answer)) == (200, False), name


def test_no_invitation_of_a_closed_organization_is_mailed(host, session, mailoutbox):
    invitation = make(session, name="Ada", email="ada@example.com", role="speaker", by=host)
    close(session)
    deliver_due()
    assert mailoutbox == []
    close(session, is_active=True)
    deliver_due()
    assert [mail.to for mail in mailoutbox] == [[invitation.email]]


def test_an_invitation_of_a_closed_organization_cannot_be_taken(host, guest, session):
    token = make(session, name="Ada", email="", role="speaker", by=host).new_link.partition("/i/")[2]
    close(session)
    with pytest.raises(NotFound):
        accept(token=token, actor=as_person(guest), name="Ada", device_guest=None)
    assert not session.roles.exists()
