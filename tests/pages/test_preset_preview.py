"""What the editor shows of a preset before it is saved."""

import pytest

from rooms.models import Preset
from tests.pages.conftest import text_of

ALL = {"name": "New", "primary_color": "#00aa00", "max_join_limit": "5", "chat_enabled": "on", "poll_enabled": "on"}
ALL |= dict.fromkeys(
    ("stage_enabled", "audience_stage_join_request", "audience_chat_send_text", "audience_chat_receive_message"), "on"
)
ALL |= dict.fromkeys(("audience_poll_view", "audience_poll_vote", "viewer_count_visible", "host_camera_enabled"), "on")


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in ALL.items() if name not in names}


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (ALL, "They write in the chat"),
        (ALL, "They raise a hand; up to 5 are on stage at a time"),
        ({**ALL, "max_join_limit": "1"}, "They raise a hand; 1 of them is on stage at a time"),
        (without("chat_enabled"), "Nobody writes in the chat"),
        (without("audience_chat_send_text"), "They cannot write in the chat"),
        (without("audience_chat_receive_message"), "They do not see the chat"),
        (without("poll_enabled"), "They see no polls"),
        (without("audience_poll_vote"), "They see polls but cannot vote"),
        (without("stage_enabled"), "Nobody but host and co-hosts is on stage"),
        (without("audience_stage_join_request"), "They cannot raise a hand; the team brings up to 5 people on stage"),
        ({**ALL, "audience_can_see_participants": "on"}, "They see who else is here"),
        (without("viewer_count_visible"), "They do not see how many are watching"),
        ({**ALL, "recording_enabled": "on"}, "They are told that it is recorded"),
    ],
)
def test_it_says_what_the_audience_may_do(form, says, browse, host):
    assert says in text_of(browse(host).post("/presets/preview", form))


def test_it_carries_readable_colours_of_the_preset(browse, host):
    assert 'data-light="#00aa00 ' in text_of(browse(host).post("/presets/preview", ALL))


@pytest.mark.parametrize("form", [{}, {"primary_color": "red", "max_join_limit": "x"}, {"max_join_limit": "1000"}])
def test_what_is_not_valid_yet_counts_as_by_default(form, browse, host):
    response = browse(host).post("/presets/preview", form)
    assert response.status_code == 200
    assert 'data-light="#1d4ed8 ' in text_of(response)


def test_it_reads_no_session_and_saves_nothing(browse, host, preset):
    before = list(Preset.objects.values())
    browse(host).post("/presets/preview", {**ALL, "name": preset.name})
    assert list(Preset.objects.values()) == before
