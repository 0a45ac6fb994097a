"""No control fails open: what each role may do when every flag of the preset is off, and what each flag gives back."""

import pytest

from accounts.models import User
from rooms.models import PRESET_FLAGS, Preset, Room
from sessions.models import Attendance, Session
from sessions.queries import complete_sessions
from sessions.rights.capabilities import capabilities
from tests.conftest import as_person, client_for
from tests.sessions.members import with_role

#: Rights that come with being there in this role, whatever the preset says.
BY_ROLE = {
    "host": {
        *("is_crew", "leads", "in_session", "may_see", "may_join", "may_join_backstage", "may_start", "may_go_live"),
        *("may_end", "may_reschedule", "may_change_settings", "may_delete", "may_monitor", "may_record"),
        *("may_watch_replay", "may_set_host_media", "may_see_stream_key", "may_see_viewer_count", "may_see_people"),
        *("may_see_people_details", "may_see_attendance", "may_add_moderators", "may_invite", "may_moderate"),
        *(
            "may_manage_chat",
            "may_react",
            "may_ask",
            "may_vote_on_questions",
            "may_see_questions",
            "may_manage_questions",
        ),
        *("may_manage_stage", "may_hide_stage", "may_caption", "may_publish", "may_change_name"),
    },
    "moderator": {
        *(
            "is_crew",
            "in_session",
            "may_see",
            "may_join",
            "may_join_backstage",
            "may_watch_replay",
            "may_see_viewer_count",
        ),
        *("may_see_people", "may_react", "may_ask", "may_vote_on_questions", "may_see_questions", "may_change_name"),
    },
    "speaker": {
        *("in_session", "may_see", "may_join", "may_join_backstage", "may_watch_replay", "may_change_name"),
        *("may_react", "may_ask", "may_vote_on_questions", "may_see_questions", "may_answer_survey"),
    },
    "audience": {
        *("in_session", "may_see", "may_join", "may_watch_replay", "may_react", "may_ask", "may_vote_on_questions"),
        *("may_see_questions", "may_answer_survey"),
    },
    "outsider": {"may_see", "may_join", "may_watch_replay"},
    "nobody": {"may_see"},
}
BY_ROLE["co_host"] = BY_ROLE["host"] - {
    *("may_reschedule", "may_delete", "may_monitor", "may_see_stream_key", "may_see_people_details"),
}
#: What one flag alone gives a moderator.
BY_FLAG = {
    "moderator_manage_stage": {"may_manage_stage", "may_hide_stage", "may_moderate", "may_caption"},
    "moderator_manage_chat": {"may_manage_chat", "may_manage_questions", "may_moderate", "may_caption"},
    "moderator_manage_poll": set(),  # there are no polls without poll_enabled
}


def rights(who, session):
    person = as_person(who) if who else as_person(None)
    allowed = capabilities(person, complete_sessions().get(pk=session.pk))
    return {name for name in allowed.__slots__ if getattr(allowed, name) is True} - {"may_use_camera", "may_use_screen"}


@pytest.fixture
def everybody(live_session, host):
    """Somebody in each role."""
    audience = User.objects.create_user(username="Audience", is_guest=True)
    Attendance.objects.create(session=live_session, user=audience)
    given = {role: with_role(live_session, role, role.title()) for role in ("co_host", "moderator", "speaker")}
    outsider = User.objects.create_user(username="Outsider", is_guest=True)
    for user in given.values():
        Attendance.objects.get_or_create(session=live_session, user=user)
    return {"host": host, **given, "audience": audience, "outsider": outsider, "nobody": None}


@pytest.fixture
def all_off(live_session):
    """The preset with every flag off."""
    Preset.objects.update(**dict.fromkeys(PRESET_FLAGS, False))
    Session.objects.update(preset_copy=None)
    return live_session


@pytest.mark.parametrize("role", BY_ROLE)
def test_with_every_flag_off_a_role_has_what_comes_with_it_and_nothing_more(role, everybody, all_off):
    assert rights(everybody[role], all_off) == BY_ROLE[role]


@pytest.mark.parametrize("flag", BY_FLAG)
def test_a_moderator_gets_from_a_flag_what_it_says(flag, everybody, all_off):
    Preset.objects.update(**{flag: True})
    assert rights(everybody["moderator"], all_off) - BY_ROLE["moderator"] == BY_FLAG[flag]


@pytest.mark.parametrize("flags", [{}, {"moderator_manage_stage": True}, {"moderator_manage_chat": True}])
def test_a_moderators_studio_has_the_buttons_that_do_something(flags, everybody, all_off, client):
    Preset.objects.update(**flags)
    client.force_login(everybody["moderator"])
    page = client.get(f"/sessions/{all_off.pk}/studio").content.decode()
    assert ('id="hide-stage"' in page) == ("moderator_manage_stage" in flags)
    assert ("Write captions" in page) == bool(flags)
    status = client.get(f"/sessions/{all_off.pk}/captions").status_code
    assert status == (200 if flags else 403)


def test_a_room_for_registered_people_lets_nobody_in_who_has_no_role(everybody, live_session):
    Room.objects.update(access="registration")
    admitted = {role for role, user in everybody.items() if "may_join" in rights(user, live_session)}
    assert admitted == {"host", "co_host", "moderator", "speaker"}
    reply = client_for(everybody["outsider"]).post(f"/v1/webinar/sessions/{live_session.pk}/join")
    assert (reply.status_code, reply.json()["code"]) == (403, "registration_required")
