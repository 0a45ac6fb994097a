"""The table of rights: role × flag × state of the session. Each flag gives what its row says, to the roles it names, in
every state; what comes with a role alone stands in ``test_flags.BY_ROLE``.
"""

import pytest
from django.utils import timezone

from rooms.models import PRESET_FLAGS, Preset
from sessions.models import Ban, Session, StageMember
from sessions.queries import complete_sessions
from sessions.rights.capabilities import Capabilities, capabilities
from tests.conftest import as_person
from tests.sessions.rights.test_flags import BY_ROLE, all_off, everybody  # noqa: F401 — fixtures

HOSTS = {"host", "co_host"}
CREW = HOSTS | {"moderator"}
INSIDE = {"speaker", "audience"}
NO_HOSTS = {"moderator", "speaker", "audience", "outsider", "nobody"}
#: Flag → (to whom, what), with the feature's own flag on.
GIVES = {
    "viewer_count_visible": (INSIDE | {"outsider", "nobody"}, {"may_see_viewer_count"}),
    "host_add_co_host": ({"host"}, {"may_add_co_hosts"}),
    "host_camera_enabled": (HOSTS, {"may_use_camera"}),
    "host_screen_share": (HOSTS, {"may_use_screen"}),
    "host_chat_send_text": (CREW, {"may_chat"}),
    "host_chat_receive_message": (CREW, {"may_read_chat"}),
    "host_poll_create": (HOSTS, {"may_create_polls", "may_manage_polls"}),
    "host_poll_vote": (CREW, {"may_vote"}),
    "host_poll_view": (CREW, {"may_see_polls"}),
    "onstage_camera_enabled": (NO_HOSTS, {"may_use_camera"}),
    "onstage_screen_share": (NO_HOSTS, {"may_use_screen"}),
    "audience_stage_join_request": (INSIDE, {"may_ask_for_stage"}),
    "audience_can_see_participants": (INSIDE, {"may_see_people"}),
    "audience_chat_send_text": (INSIDE, {"may_chat"}),
    "audience_chat_receive_message": (INSIDE, {"may_read_chat"}),
    "audience_poll_create": (INSIDE, {"may_create_polls"}),
    "audience_poll_vote": (INSIDE, {"may_vote"}),
    "audience_poll_view": (INSIDE, {"may_see_polls"}),
    "moderator_manage_stage": ({"moderator"}, {"may_manage_stage", "may_hide_stage", "may_moderate", "may_caption"}),
    "moderator_manage_chat": (
        {"moderator"},
        {"may_manage_chat", "may_manage_questions", "may_moderate", "may_caption"},
    ),
    "moderator_manage_poll": ({"moderator"}, {"may_create_polls", "may_manage_polls"}),
}
#: Of these no right depends: they switch a feature on for the others, or are kept for the contract alone.
GIVE_NOTHING = {
    *("stage_enabled", "chat_enabled", "poll_enabled", "recording_enabled"),
    *("host_chat_send_file", "audience_chat_send_file", "onstage_viewer_view"),
}
FEATURES = {"chat": "chat_enabled", "poll": "poll_enabled", "stage": "stage_enabled"}
STATES = {
    "planned": {},
    "backstage": {"backstage_opened_at": True},
    "live": {"status": "live", "backstage_opened_at": True, "started_at": True},
    "ended": {"status": "ended", "backstage_opened_at": True, "started_at": True, "ended_at": True},
}


def put(session, state):
    """Into a state, as its life cycle leaves the row."""
    blank = {"status": "scheduled", "backstage_opened_at": None, "started_at": None, "ended_at": None}
    fields = {name: timezone.now() if value is True else value for name, value in STATES[state].items()}
    Session.objects.filter(pk=session.pk).update(**blank | fields)


def rights(who, session):
    allowed = capabilities(as_person(who), complete_sessions().get(pk=session.pk))
    return {name for name in allowed.__slots__ if getattr(allowed, name) is True}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("flag", GIVES)
def test_a_flag_gives_its_right_to_its_roles_and_to_nobody_else(flag, state, everybody, all_off):  # noqa: F811
    feature = next((FEATURES[word] for word in flag.split("_") if word in FEATURES), flag)
    Preset.objects.update(**{feature: True, flag: True})
    put(all_off, state)
    to_whom, what = GIVES[flag]
    for role, who in everybody.items():
        assert rights(who, all_off) == BY_ROLE[role] | (what if role in to_whom else set()), role


def test_every_flag_stands_in_the_table():
    assert GIVES.keys() | GIVE_NOTHING == set(PRESET_FLAGS)


def test_every_right_stands_in_the_table_or_has_a_test_here():
    fields = {name for name, kind in Capabilities.__annotations__.items() if kind in (bool, "bool")}
    in_table = set().union(*BY_ROLE.values(), *(what for _to, what in GIVES.values()))
    assert fields == in_table | {"is_banned", "is_on_stage"}


def test_whoever_is_banned_or_on_stage_is_known_as_such(everybody, live_session, host):  # noqa: F811
    user = everybody["audience"]
    assert not {"is_banned", "is_on_stage"} & rights(user, live_session)
    StageMember.objects.create(session=live_session, user=user, can_publish_audio=True, can_publish_video=True)
    assert "is_on_stage" in rights(user, live_session)
    Ban.objects.create(session=live_session, user=user, banned_by=host)
    assert {"is_banned"} == {name for name in rights(user, live_session) if name.startswith("is_")} - {"is_on_stage"}
