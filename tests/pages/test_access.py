"""Who gets which page: one table for all pages of hosts."""

import pytest

from sessions.models import Session
from tests.pages.conftest import text_of

OWN = [
    "/rooms/{room}",
    "/rooms/{room}/edit",
    "/rooms/{room}/delete",
    "/rooms/{room}/move",
    "/rooms/{room}/sessions/new",
    "/sessions/{session}",
    "/sessions/{session}/reschedule",
    "/sessions/{session}/delete",
    "/presets/{preset}",
    "/presets/{preset}/delete",
]
GENERAL = ["/dashboard", "/dashboard/running", "/webinars/new", "/rooms", "/presets", "/presets/new"]


@pytest.fixture
def address(room, session, preset):
    return lambda pattern: pattern.format(room=room.pk, session=session.pk, preset=preset.pk)


@pytest.mark.any_database
@pytest.mark.parametrize("pattern", [*OWN, *GENERAL, "/account", "/mailbox"])
def test_someone_not_signed_in_is_sent_to_the_sign_in_and_back(pattern, address, browse):
    response = browse().get(address(pattern))
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address(pattern)}")


@pytest.mark.any_database
@pytest.mark.parametrize("pattern", [*OWN, *GENERAL, "/account"])
def test_a_guest_is_sent_to_the_sign_in(pattern, address, browse, guest):
    assert browse(guest).get(address(pattern)).status_code == 302


@pytest.mark.any_database
@pytest.mark.parametrize("pattern", [*OWN, *GENERAL])
def test_a_viewer_reads_that_the_page_is_for_hosts(pattern, address, browse, viewer, room):
    response = browse(viewer).get(address(pattern))
    assert response.status_code == 403
    assert "This page is for hosts" in text_of(response)
    assert room.title not in text_of(response)


@pytest.mark.parametrize(
    ("method", "pattern"),
    [
        *(("get", pattern) for pattern in OWN),
        *(("post", pattern) for pattern in OWN if pattern not in {"/rooms/{room}", "/sessions/{session}"}),
    ],
)
def test_a_host_of_another_organization_finds_nothing(
    pattern, method, address, browse, stranger, room, session, preset
):
    response = getattr(browse(stranger), method)(address(pattern))
    assert response.status_code == 404
    assert room.title not in text_of(response)
    for row in (room, session, preset):
        row.refresh_from_db()
        assert row.deleted_at is None


@pytest.mark.parametrize("pattern", OWN[:8])
def test_a_colleague_who_only_is_a_member_does_not_manage_the_room(pattern, address, browse, member):
    assert browse(member).get(address(pattern)).status_code == 404


@pytest.mark.parametrize("pattern", [*OWN, *GENERAL, "/account"])
def test_the_host_gets_the_page(pattern, address, browse, host):
    assert browse(host).get(address(pattern)).status_code == 200


@pytest.mark.parametrize("pattern", OWN)
def test_what_is_not_there_is_a_page_and_not_a_failure(pattern, browse, host):
    nothing = "00000000-0000-7000-8000-000000000000"
    response = browse(host).get(pattern.format(room=nothing, session=nothing, preset=nothing))
    assert response.status_code == 404
    assert "<h1>Page not found</h1>" in text_of(response)


def test_lists_show_only_what_is_ones_own(browse, stranger, session, preset, room):
    Session.objects.create(room=room, preset=preset, title="Rehearsal of acme", backstage_opened_at=room.created_at)
    client = browse(stranger)
    for address in ("/dashboard", "/dashboard/running", "/rooms"):
        text = text_of(client.get(address))
        assert session.title not in text
        assert "acme" not in text


@pytest.mark.any_database
def test_no_page_carries_inline_script_or_style(address, browse, host):
    client = browse(host)
    for pattern in [*OWN, *GENERAL, "/account", "/", "/accounts/password/change/"]:
        response = client.get(address(pattern))
        text = text_of(response)
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script type="module" src=') + text.count(
            "<script defer src="
        ) + text.count('type="application/json"')
        assert "script-src 'self';" in response["Content-Security-Policy"] + ";"
