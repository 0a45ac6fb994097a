"""Studio, invitation and what stands in them for each role: only what the person can do."""

import re

import pytest
from django.urls import reverse

from accounts.person import Person
from rooms.models import Preset
from sessions.models import Session
from sessions.people import services
from tests.pages.conftest import text_of
from tests.sessions.members import attendee, with_role

#: What the studio offers, by a mark in the page, to whom.
OFFERED = {
    'id="go-live"': {"host", "co_host"},
    'id="end"': {"host", "co_host"},
    'id="recording"': {"host", "co_host"},
    'id="health-open"': {"host", "co_host"},
    "People and invitations": {"host", "co_host"},
    'id="alert-sound"': {"host", "co_host", "moderator", "idle_moderator"},
    'id="viewers-open"': {"host", "co_host", "moderator", "idle_moderator"},
    'id="hide-stage"': {"host", "co_host", "moderator"},
    'id="show-stage"': {"host", "co_host", "moderator"},
    "Write captions": {"host", "co_host", "moderator"},
    'id="leave-stage"': {"moderator", "idle_moderator", "speaker"},
    "Check your devices": {"host", "co_host", "speaker"},
    'data-check="camera"': {"host", "co_host", "speaker"},
    "Go on air": set(),
}
ROLES = ["host", "co_host", "moderator", "idle_moderator", "speaker"]


def somebody(role, session, host):
    if role == "host":
        return host
    if role == "idle_moderator":
        flags = ("moderator_manage_stage", "moderator_manage_chat", "moderator_manage_poll")
        Preset.objects.filter(pk=session.preset_id).update(**dict.fromkeys(flags, False))
    return with_role(session, role.removeprefix("idle_"), name="Role holder")


def links(page):
    """Where the page leads, here, but for what its scripts show to those who lead alone."""
    main = re.sub(r"<p[^>]* hidden>.*?</p>", "", page.partition("<main")[2].partition("</main>")[0], flags=re.DOTALL)
    return {address for address in re.findall(r'href="(/[^"#]*)"', main) if not address.startswith("/static/")}


@pytest.mark.parametrize("role", ROLES)
def test_the_studio_offers_each_role_what_it_can_do_and_each_link_opens(role, browse, session, host):
    client = browse(somebody(role, session, host))
    page = text_of(client.get(f"/sessions/{session.pk}/studio"))
    assert {mark: mark in page for mark in OFFERED} == {mark: role in who for mark, who in OFFERED.items()}
    Session.objects.filter(pk=session.pk).update(status="live", started_at=session.created_at)
    live = text_of(client.get(f"/sessions/{session.pk}/studio"))
    assert ("Go on air" in live, "Back on air" in live) == (role in {"host", "co_host"}, False)
    for address in links(page) | links(live):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("who", ["attendee", "guest", "anonymous"])
def test_who_has_no_role_gets_no_studio_and_no_link_that_refuses(who, browse, session, guest):
    person = {"attendee": attendee(session, "Attendee"), "guest": guest, "anonymous": None}[who]
    client = browse(person)
    assert client.get(f"/sessions/{session.pk}/studio").status_code in {302, 403}
    page = text_of(client.get(reverse("watch_session", args=[session.room.slug, session.pk])))
    assert "studio" not in page.partition("<main")[2]
    for address in links(page):
        assert client.get(address).status_code == 200, address


CAMERA, MICROPHONE = "Next you check your camera and microphone.", "Next you check your microphone."
NO_DEVICES = "Next you enter the studio, without camera and microphone."


@pytest.mark.parametrize(
    ("role", "changes", "said", "unsaid"),
    [
        ("speaker", {}, ["see your own camera", CAMERA], []),
        ("speaker", {"onstage_camera_enabled": False}, ["sound without cameras", MICROPHONE], ["your own camera"]),
        ("co_host", {}, ["together with the host", CAMERA], []),
        ("co_host", {"host_camera_enabled": False}, [MICROPHONE], ["camera"]),
        ("moderator", {}, ["people, chat and questions, the stage, the polls", NO_DEVICES], ["check your"]),
        (
            "moderator",
            {"moderator_manage_stage": False, "moderator_manage_poll": False},
            ["look after: people"],
            ["stage"],
        ),
        (
            "moderator",
            dict.fromkeys(("moderator_manage_stage", "moderator_manage_chat", "moderator_manage_poll"), False),
            ["You follow the webinar together with the team."],
            ["look after", "check your"],
        ),
    ],
)
def test_an_invitation_speaks_of_what_this_role_will_do(role, changes, said, unsaid, browse, session, host):
    Preset.objects.filter(pk=session.preset_id).update(**changes)
    made = services.invite(actor=Person(user=host), session=session, name="Ada", role=role)
    page = text_of(browse().get(f"/{made.new_link.split('/', 3)[3]}"))
    words = page.partition('class="door')[2].partition("</main>")[0]
    assert [sentence for sentence in said if sentence not in words] == []
    assert [sentence for sentence in unsaid if sentence in words] == []


def test_a_co_host_of_an_encoders_session_is_not_sent_to_a_device_check(browse, session, host):
    Session.objects.filter(pk=session.pk).update(mode="rtmp")
    session.refresh_from_db()
    made = services.invite(actor=Person(user=host), session=session, name="Ada", role="co_host")
    page = text_of(browse().get(f"/{made.new_link.split('/', 3)[3]}"))
    assert "The picture comes from the host" in page
    assert "check your" not in page
