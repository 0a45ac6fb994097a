"""What the host says when a session is over: the room's thank-you page, on its form, in the API and for the audience."""

import pytest

from sessions.models import Session
from tests.conftest import API, client_for
from tests.pages.conftest import text_of

THANKS = {
    "thank_you_text": "Thank you all.\nSee you in May.",
    "thank_you_link_url": "https://example.org/slides?a=1&b=2",
    "thank_you_link_label": "The slides",
}


def patch(user, room, **fields):
    return client_for(user).patch(f"{API}/rooms/{room.pk}", fields, format="json")


def over(browse, session):
    Session.objects.filter(pk=session.pk).update(
        status="ended", started_at=session.created_at, ended_at=session.created_at
    )
    return text_of(browse().get(f"/w/{session.room.slug}/{session.pk}"))


def test_the_form_keeps_it_and_the_audience_reads_it(browse, session, host):
    room, client = session.room, browse(host)
    fields = {"title": room.title, "description": "", "visibility": room.visibility, **THANKS}
    assert client.post(f"/rooms/{room.pk}/edit", fields).status_code == 302
    assert "The slides" in text_of(client.get(f"/rooms/{room.pk}/edit"))
    page = over(browse, session)
    for words in (
        "Thank you all.\nSee you in May.",
        'href="https://example.org/slides?a=1&amp;b=2"',
        ">The slides</a>",
    ):
        assert words in page


def test_the_api_sets_replies_and_clears_it(session, host, guest):
    room = patch(host, session.room, **THANKS).json()["data"]
    assert {name: room[name] for name in THANKS} == THANKS
    seen = client_for(guest).get(f"{API}/sessions/{session.pk}").json()["data"]["room"]
    assert seen["thank_you_text"] == THANKS["thank_you_text"]
    cleared = patch(host, session.room, **dict.fromkeys(THANKS)).json()["data"]
    assert [cleared[name] for name in THANKS] == ["", None, ""]
    assert patch(guest, session.room, thank_you_text="Mine").status_code == 403


def test_without_it_the_page_ends_as_before(browse, session):
    assert "data-thanks" not in over(browse, session)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "example.org", "https://", f"https://e.org/{'x' * 500}"])
def test_a_link_leads_to_the_web_and_has_a_bound(browse, session, host, link):
    refused = patch(host, session.room, thank_you_link_url=link)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "thank_you_link_url")
    fields = {"title": "Talks", "description": "", "visibility": "public", "thank_you_link_url": link}
    page = browse(host).post(f"/rooms/{session.room_id}/edit", fields)
    assert list(page.context["form"].errors) == ["thank_you_link_url"]


def test_the_text_has_a_bound(session, host):
    assert patch(host, session.room, thank_you_text="x" * 1001).json()["errors"][0]["code"] == "max_length"
