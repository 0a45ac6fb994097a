"""The settings of a session on a page: overrides, chat rules, replay; and what the session's page says of them."""

import pytest
from django.utils import timezone

from realtime.models import OutboxEvent
from rooms.models import Preset, Room
from sessions.models import Session
from tests.pages.conftest import text_of
from tests.sessions.members import with_role

OVERRIDES = {"form": "overrides", "chat_enabled": "", "stage_enabled": "", "poll_enabled": "", "max_join_limit": ""}
RULES = {"form": "rules", "slow_mode": "0", "chat_from": "everyone", "blocked_words": ""}


@pytest.fixture
def here(session):
    return f"/sessions/{session.pk}/settings"


def test_each_override_is_set_shown_and_given_back_to_the_preset(browse, host, session, here):
    client = browse(host)
    changed = {"chat_enabled": "off", "stage_enabled": "off", "poll_enabled": "on", "max_join_limit": "40"}
    response = client.post(here, {**OVERRIDES, **changed}, follow=True)
    assert "The settings were saved." in text_of(response)
    assert '<option value="off" selected>' in text_of(response)
    session.refresh_from_db()
    assert (session.chat_enabled_override, session.stage_enabled_override) == (False, False)
    assert (session.poll_enabled_override, session.max_join_limit_override) == (True, 40)
    assert OutboxEvent.objects.filter(type="session.settings").exists()
    client.post(here, OVERRIDES)
    session.refresh_from_db()
    assert (session.chat_enabled_override, session.max_join_limit_override) == (None, None)


def test_each_chat_rule_is_set_and_shown(browse, host, session, here):
    client = browse(host)
    rules = {"slow_mode": "20", "chat_from": "crew", "blocked_words": " spam \nSPAM\n\nEggs"}
    switches = dict.fromkeys(("hold_messages", "block_links", "direct_to_crew_only", "is_door_closed"), "on")
    client.post(here, {**RULES, **rules, **switches})
    session.refresh_from_db()
    assert (session.slow_mode, session.chat_from, session.blocked_words) == (20, "crew", ["spam", "Eggs"])
    assert all(getattr(session, name) for name in switches)
    assert "spam\nEggs</textarea>" in text_of(client.get(here))
    client.post(here, RULES)
    session.refresh_from_db()
    assert (session.slow_mode, session.blocked_words) == (0, [])
    assert not any(getattr(session, name) for name in switches)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({**OVERRIDES, "max_join_limit": "101"}, "max_join_limit"),
        ({**OVERRIDES, "max_join_limit": "0"}, "max_join_limit"),
        ({**OVERRIDES, "chat_enabled": "maybe"}, "chat_enabled"),
        ({**RULES, "slow_mode": "3601"}, "slow_mode"),
        ({**RULES, "chat_from": "nobody"}, "chat_from"),
        ({**RULES, "blocked_words": "x" * 51}, "blocked_words"),
        ({**RULES, "blocked_words": "\n".join(map(str, range(201)))}, "blocked_words"),
        ({"form": "replay", "replay_publishing": "never"}, "replay_publishing"),
    ],
)
def test_wrong_input_is_said_at_its_field_and_changes_nothing(sent, field, browse, host, session, here):
    before = Session.objects.values().get()
    response = browse(host).post(here, sent)
    assert response.status_code == 200
    assert list(response.context["forms"][sent["form"]].errors) == [field]
    assert Session.objects.values().get() == before


def test_moderators_see_the_chat_rules_alone_and_only_with_their_flag(browse, live_session):
    moderator = with_role(live_session, "moderator", "Mo")
    here = f"/sessions/{live_session.pk}/settings"
    client = browse(moderator)
    assert list(client.get(here).context["forms"]) == ["rules"]
    client.post(here, {**OVERRIDES, "chat_enabled": "off"})
    live_session.refresh_from_db()
    assert live_session.chat_enabled_override is None
    Preset.objects.update(moderator_manage_chat=False)
    assert client.get(here).status_code == 403


def test_after_the_end_only_the_replay_is_left_to_choose(browse, host, session, here):
    now = timezone.now()
    Session.objects.update(status="ended", started_at=now, ended_at=now)
    client = browse(host)
    assert list(client.get(here).context["forms"]) == ["replay"]
    client.post(here, {"form": "replay", "replay_publishing": "review"})
    assert Session.objects.get().effective_replay_publishing == Room.Publishing.REVIEW


def test_the_sessions_page_says_what_counts_and_leads_to_the_settings(browse, host, session, here):
    client = browse(host)
    rows = {
        row.label: (row.value, row.is_own) for row in client.get(f"/sessions/{session.pk}").context["settings_rows"]
    }
    assert rows == {
        "Chat": ("on", False),
        "Stage": ("on", False),
        "Polls": ("on", False),
        "Places on stage": ("5", False),
        "Recordings are published": ("as soon as they are ready", False),
    }
    Session.objects.update(
        chat_enabled_override=False, slow_mode=20, block_links=True, is_door_closed=True, replay_publishing="review"
    )
    response = client.get(f"/sessions/{session.pk}")
    rows = {row.label: (row.value, row.is_own) for row in response.context["settings_rows"]}
    assert rows["Chat"] == ("off", True)
    assert rows["Chat rules"] == ("a message every 20 seconds · no links", True)
    assert rows["Locked"] == ("nobody new comes in", True)
    assert rows["Recordings are published"] == ("when the host has published them", True)
    assert f'href="{here}"' in text_of(response)


def test_the_replay_is_chosen_with_the_room_with_the_webinar_and_with_the_session(browse, host, room, preset):
    client = browse(host)
    form = {"title": room.title, "visibility": "unlisted", "replay_publishing": "review"}
    client.post(f"/rooms/{room.pk}/edit", form)
    room.refresh_from_db()
    assert room.replay_publishing == "review"
    page = text_of(client.get(f"/rooms/{room.pk}/sessions/new"))
    assert "As in the room: when the host has published them" in page
    session = {"title": "Another", "planned_duration": "30", "preset_id": str(preset.pk)}
    client.post(f"/rooms/{room.pk}/sessions/new", {**session, "replay_publishing": "automatic"})
    made = Session.objects.get(title="Another")
    assert (made.replay_publishing, made.effective_replay_publishing) == ("automatic", Room.Publishing.AUTOMATIC)
    webinar = {"title": "Whole", "when": "now", "visibility": "unlisted", "planned_duration": "60"}
    client.post("/webinars/new", {**webinar, "preset_id": str(preset.pk), "replay_publishing": "review"})
    assert Room.objects.get(title="Whole").replay_publishing == "review"
