"""Where a person can do what the API can: the page of each operation and of each field that can be written.

An entry is ``page(file, control)``: a template, view, form or script of the product and a piece of its text that names
the control; ``api_only(reason)``: another system's, by decision; or ``missing(reason)``: there should be a page, and there is
none yet. ``tests/pages/test_coverage.py`` fails for what has no entry, for an entry without a page, and when more is missing.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A file below the root of the repository, and what stands in it."""

    file: str
    control: str


@dataclass(frozen=True, slots=True)
class ApiOnly:
    """Why no page has it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Why no page has it yet."""

    reason: str


Entry = Page | ApiOnly | Missing

page, api_only, missing = Page, ApiOnly, Missing

#: The same operations once more, below a library.
SCOPED = "/v1/webinar/libraries/"

_BIN = page("templates/bin/bin.html", "{% url 'bin_restore'")
_PURGE = page("templates/bin/bin.html", "{% url 'bin_purge'")
_TOKENS = api_only("Tokens are for programs; pages have the cookie of their sign-in.")
_PRODUCT = api_only("The product's own parts call it.")
_STAFF = page("templates/admin/recordings/recording/storage.html", "<form")

OPERATIONS: dict[str, Entry] = {
    # bin
    "sessions_bin": _BIN,
    "sessions_restore": _BIN,
    "sessions_purge": _PURGE,
    "rooms_bin": _BIN,
    "rooms_restore": _BIN,
    "rooms_purge": _PURGE,
    "presets_bin": _BIN,
    "presets_restore": _BIN,
    "presets_purge": _PURGE,
    "recordings_bin": _BIN,
    "recordings_restore": _BIN,
    "recordings_purge": _PURGE,
    # accounts
    "auth_login": page("templates/account/login.html", "<form"),
    "auth_register": page("templates/pages/watch_entrance.html", "door-form"),
    "auth_device_login": page("pages/watch.py", "guest_from_cookie"),
    "auth_exchange": missing("A code opens a session on another device; no page takes one yet."),
    "auth_generate": missing("The link that opens the studio on another device (studio_url) is not built."),
    "auth_refresh": _TOKENS,
    "auth_logout": page("templates/components/header.html", "{% url 'account_logout' %}"),
    "auth_me": page("templates/components/header.html", "user.username"),
    "accounts_sign_ins": page("templates/accounts/sign_ins.html", "{% for each in sign_ins %}"),
    "accounts_end_sign_in": page("templates/accounts/sign_ins.html", "{% url 'end_sign_in' each.id %}"),
    "accounts_end_other_sign_ins": page("templates/accounts/sign_ins.html", "{% url 'end_other_sign_ins' %}"),
    # rooms
    "rooms_list": page("templates/pages/landing.html", "{% url 'watch' session.room.slug %}"),
    "rooms_create": page("templates/pages/new_webinar.html", "form.title"),
    "rooms_mine": page("templates/rooms/rooms.html", "{% for room in page %}"),
    "rooms_retrieve": page("templates/sessions/room.html", "room.title"),
    "rooms_update": page("templates/rooms/room_edit.html", "form.title"),
    "rooms_move": page("templates/sessions/room_move.html", "form.user_id"),
    "rooms_destroy": page("templates/sessions/room.html", "{% url 'room_delete'"),
    # presets
    "presets_list": page("templates/rooms/presets.html", "{% for preset, differences in rows %}"),
    "presets_create": page("templates/rooms/presets.html", "{% url 'preset_new' %}"),
    "presets_retrieve": page("templates/rooms/presets.html", "{% url 'preset' preset.pk %}"),
    "presets_update": page("templates/rooms/preset.html", "Save preset"),
    "presets_destroy": page("templates/rooms/preset.html", "{% url 'preset_delete'"),
    "presets_make_default": page("templates/rooms/preset.html", "form.is_default"),
    # sessions
    "sessions_list_in_room": page("templates/sessions/room.html", "components/session_rows.html"),
    "sessions_create": page("templates/sessions/session_new.html", "form.title"),
    "sessions_list": page("templates/pages/landing.html", "{% for session in upcoming %}"),
    "sessions_live": page("templates/pages/landing.html", "{% for session in live %}"),
    "sessions_stats": page("templates/pages/dashboard.html", "dashboard.figures"),
    "sessions_mine": page("templates/sessions/sessions.html", "form.sort"),
    "sessions_partial_update": page("templates/sessions/session_edit.html", "form.title"),
    "sessions_duplicate": page("templates/sessions/session_duplicate.html", "form.title"),
    "sessions_series": page("templates/sessions/session_series.html", "form.every"),
    "lobby_message_read": page("static/js/watch/watch.js", "lobby_message.message"),
    "lobby_message_set": page("static/js/people/lobby_section.js", '"PUT"'),
    "lobby_message_clear": page("static/js/people/lobby_section.js", '"DELETE"'),
    "attendance_waiting": page("static/js/people/lobby_section.js", "waiting"),
    "team_chat_read": page("static/js/chat/team_panel.js", "team_chat?limit"),
    "team_chat_write": page("static/js/chat/team_panel.js", 'call("team_chat"'),
    "team_chat_delete": page("static/js/chat/team_panel.js", "`team_chat/${id}`"),
    "polls_copy": page("static/js/polls/poll_card.js", '"/copy"'),
    "stage_management_layout": page("static/js/stage/layout_choice.js", '"stage/layout"'),
    "stage_management_mute_all": page("static/js/stage/layout_choice.js", '"stage/mute_all"'),
    "sessions_retrieve": page("templates/sessions/_session.html", "session.title"),
    "sessions_destroy": page("templates/sessions/_session.html", "{% url 'session_delete'"),
    "sessions_reschedule": page("templates/sessions/_session.html", "{% url 'session_reschedule'"),
    "sessions_change_settings": page("templates/sessions/settings_dialog.html", "data-overrides"),
    "sessions_join": page("static/js/watch/watch.js", 'call("join"'),
    "sessions_start": page("static/js/studio/studio.js", 'post("start")'),
    "sessions_go_live": page("static/js/studio/running.js", 'post("go_live")'),
    "sessions_end": page("static/js/studio/running.js", 'post("end")'),
    "sessions_host_video_state": page("static/js/studio/host_state.js", "host_${name}_state"),
    "sessions_host_audio_state": page("static/js/studio/host_state.js", "host_${name}_state"),
    "sessions_monitor": api_only("A hidden connection for other programs, such as speech-to-text."),
    "sessions_stream_key": page("static/js/encoder/setup.js", "stream_key"),
    "sessions_rotate": page("static/js/encoder/setup.js", "/rotate"),
    "sessions_stream_health": page("static/js/studio/studio.js", "/stream_health"),
    "sessions_ensure_hls_egress": api_only("HLS starts by itself when somebody watches; programs may ask for it."),
    "sessions_start_webcam_hls": api_only("HLS starts by itself when somebody watches; programs may ask for it."),
    "sessions_watch_hls": page("static/js/watch/watch.js", 'call("hls"'),
    "sessions_ticket": page("static/js/room/realtime.js", "ticketUrl"),
    # moderation
    "moderation_read": page("static/js/settings/chat_rules.js", 'call("moderation")'),
    "moderation_change": page("templates/sessions/settings_dialog.html", "data-chat-rules"),
    "moderation_index": page("templates/sessions/_audit.html", "entry.sentence"),
    "moderation_bans": page("templates/pages/people.html", "{% for ban in bans %}"),
    "moderation_ban": page("static/js/people/people_panel.js", 'send("bans"'),
    "moderation_unban": page("templates/pages/people.html", "{% url 'lift_ban'"),
    "moderation_mine": page("static/js/shared/failures.js", "/bans/me"),
    "moderation_kick": page("static/js/people/people_panel.js", "`people/${person.id}/remove`"),
    # people
    "participants_index": page("templates/pages/people.html", "roles"),
    "participants_add_co_host": page("static/js/people/people_panel.js", '"co_hosts"'),
    "participants_remove_co_host": page("static/js/people/people_panel.js", "`co_hosts/"),
    "participants_add_moderator": page("static/js/people/people_panel.js", '"moderators"'),
    "participants_remove_moderator": page("static/js/people/people_panel.js", "`moderators/"),
    "participants_add_speaker": page("static/js/people/people_panel.js", '"speakers"'),
    "participants_remove_speaker": page("templates/pages/people.html", "{% url 'remove_role'"),
    "participants_invitations": page("templates/pages/people.html", "invitations"),
    "participants_create": page("templates/pages/people.html", "form.name"),
    "participants_revoke": page("templates/pages/people.html", "{% url 'revoke_invitation'"),
    "participants_change": page("templates/pages/change_invitation.html", "form.email"),
    "participants_change_name": page("static/js/people/rename.js", "participants/me"),
    "participants_renew": page("templates/pages/people.html", "{% url 'renew_invitation'"),
    "participants_connection_check": page("static/js/studio/studio.js", 'post("connection_check")'),
    # chat
    "chat_index": page("static/js/chat/history.js", "chat?limit="),
    "chat_create": page("templates/chat/panel.html", "data-composer"),
    "chat_destroy_of_person": page("static/js/chat/chat_panel.js", "chat?user_id="),
    "chat_export": page("templates/chat/panel.html", "{% url 'chat_export'"),
    "chat_held": page("templates/chat/panel.html", "data-held"),
    "chat_reports": page("templates/chat/panel.html", "data-reports"),
    "chat_pin": page("static/js/chat/chat_panel.js", "`chat/${message.id}/pin`"),
    "chat_unpin": page("static/js/chat/chat_panel.js", '"chat/pin", "DELETE"'),
    "chat_destroy": page("static/js/chat/chat_panel.js", '`chat/${message.id}`, "DELETE"'),
    "chat_report": page("templates/chat/panel.html", "data-report-dialog"),
    "chat_approve": page("static/js/chat/crew_queues.js", "/approve`"),
    "chat_reject": page("static/js/chat/crew_queues.js", "/reject`"),
    "chat_close_reports": page("static/js/chat/crew_queues.js", "/close_reports`"),
    "chat_react": page("templates/chat/panel.html", "data-reactions"),
    # polls
    "polls_index": page("templates/polls/panel.html", "data-poll-list"),
    "polls_create": page("templates/polls/panel.html", "data-poll-form"),
    "polls_export": page("templates/polls/panel.html", "{% url 'polls_export'"),
    "polls_partial_update": page("static/js/polls/polls_panel.js", "PATCH"),
    "polls_destroy": page("static/js/polls/poll_card.js", '"", { method: "DELETE" }'),
    "polls_launch": page("static/js/polls/poll_card.js", '"/launch"'),
    "polls_vote": page("static/js/polls/polls_panel.js", 'command("poll.vote"'),
    "polls_results": page("static/js/polls/poll_card.js", "vote_count"),
    "polls_show_results": page("static/js/polls/poll_card.js", '"/show_results"'),
    "polls_close": page("static/js/polls/poll_card.js", '"/close"'),
    # questions
    "questions_index": page("templates/questions/panel.html", "data-open"),
    "questions_create": page("templates/questions/panel.html", "<form"),
    "questions_export": page("templates/questions/panel.html", "{% url 'questions_export'"),
    "questions_destroy": page("static/js/questions/question_item.js", 'method: "DELETE"'),
    "questions_vote": page("static/js/questions/question_item.js", "question-vote"),
    "questions_take_vote_back": page("static/js/questions/question_item.js", "question-vote"),
    "questions_approve": page("static/js/questions/question_item.js", "approve: gettext"),
    "questions_answer": page("static/js/questions/question_item.js", "answer: pgettext"),
    "questions_dismiss": page("static/js/questions/question_item.js", "dismiss: gettext"),
    "questions_restore": page("static/js/questions/question_item.js", "restore: gettext"),
    "questions_pin": page("static/js/questions/question_item.js", "pin: gettext"),
    "questions_unpin": page("static/js/questions/question_item.js", "unpin: gettext"),
    # stage
    "stage_raise_hand": page("static/js/on_stage/raise_hand.js", "raise_hand"),
    "stage_lower_hand": page("static/js/on_stage/raise_hand.js", "lower_hand"),
    "stage_hand_raise": page("static/js/on_stage/raise_hand.js", "hand-position"),
    "stage_participants": page("templates/stage/panel.html", "data-members"),
    "stage_leave": page("static/js/on_stage/on_stage.js", '"stage/leave"'),
    "stage_token": page("static/js/on_stage/on_stage.js", '"stage/token"'),
    "stage_request_to_join": api_only("Pages raise a hand instead, which says the same and can carry words."),
    "stage_join_request": api_only("Pages raise a hand instead, which says the same and can carry words."),
    "stage_management_add": page("templates/stage/panel.html", "data-add-toggle"),
    "stage_management_remove": page("static/js/stage/stage_panel.js", '"stage/participants/remove"'),
    "stage_management_permissions": page("static/js/stage/stage_panel.js", "/permissions`"),
    "stage_management_join_requests": page("static/js/stage/stage_panel.js", "stage/join_requests?"),
    "stage_management_hand_raises": page("static/js/stage/stage_panel.js", "stage/hand_raises?"),
    "stage_management_approve_join_request": page("static/js/stage/stage_panel.js", "/approve`"),
    "stage_management_reject_join_request": page("static/js/stage/stage_panel.js", "/reject`"),
    "stage_management_approve_hand_raise": page("static/js/stage/stage_panel.js", "/approve`"),
    "stage_management_reject_hand_raise": page("static/js/stage/stage_panel.js", "/reject`"),
    "stage_management_hide": page("static/js/studio/place.js", '"stage/hide"'),
    "stage_management_show": page("static/js/studio/place.js", '"stage/show"'),
    # captions
    "captions_index": page("templates/captions/captioning.html", 'id="seen"'),
    "captions_create": page("static/js/captions/captioning.js", "/captions`"),
    # recordings
    "recordings_mine": page("templates/recordings/recordings.html", "form.sort"),
    "recordings_retrieve": page("templates/recordings/_session.html", "{% url 'recording'"),
    "recordings_update": page("templates/recordings/_session.html", "{% url 'recording_rename'"),
    "recordings_destroy": page("templates/recordings/_session.html", "{% url 'recording_delete'"),
    "recordings_download": page("templates/recordings/_session.html", "{% url 'recording_download'"),
    "sessions_recordings_index": page("templates/recordings/_session.html", "recording"),
    "recordings_active": page("templates/pages/studio.html", "data-recorded-badge"),
    "recordings_start": page("static/js/studio/recording_controls.js", '"recordings/start"'),
    "recordings_stop": page("static/js/studio/recording_controls.js", '"recordings/stop"'),
    "recordings_file": page("templates/recordings/_session.html", "{% url 'recording_download'"),
    "recordings_read": page("static/js/replay/replay.js", "config.replay"),
    "recordings_change": page("templates/pages/session_settings.html", "form.replay_publishing"),
    "recordings_publish": page("templates/recordings/recording.html", 'value="publish"'),
    "recordings_unpublish": page("templates/recordings/recording.html", 'value="unpublish"'),
    "recordings_read_poster": page("templates/recordings/poster.html", "{{ poster }}"),
    "recordings_choose_poster": page("templates/recordings/poster.html", 'value="poster_moment"'),
    "recordings_reset_poster": page("templates/recordings/poster.html", 'value="poster_reset"'),
    "recordings_upload_poster": page("templates/recordings/poster.html", 'value="poster_upload"'),
    "recordings_index": page("templates/recordings/recording.html", "tracks"),
    "recordings_create": page("templates/recordings/recording.html", 'value="add_track"'),
    "recordings_change_track": page("templates/recordings/recording.html", "{% url 'track_edit'"),
    "recordings_delete_track": page("templates/recordings/recording.html", "{% url 'track_delete'"),
    "admin_usage": _STAFF,
    "admin_cleanup": _STAFF,
    "admin_retry": page("recordings/admin.py", "retry"),
    # attendance
    "attendance_index": page("templates/reports/report.html", "{% for attendee in rows %}"),
    "attendance_stats": page("templates/reports/report.html", "numbers.peak_viewers"),
    "attendance_export": page("templates/reports/report.html", "/export?format="),
    "attendance_viewers": page("static/js/people/roster.js", "viewers?"),
    "attendance_leave": page("static/js/studio/running.js", '"leave"'),
    "attendance_heartbeat": page("static/js/room/realtime.js", "/heartbeat`"),
    # surveys
    "surveys_read": page("static/js/surveys/survey.js", 'call("survey")'),
    "surveys_answer": page("static/js/surveys/survey.js", 'method: "POST"'),
    "surveys_results": page("templates/surveys/results.html", "survey.ratings"),
    "surveys_export": page("templates/surveys/results.html", "{{ survey_api }}/export?format="),
    # the product's own
    "centrifugo_connect": _PRODUCT,
    "centrifugo_subscribe": _PRODUCT,
    "webhooks_receive": _PRODUCT,
    "health_alive": _PRODUCT,
    "health_ready": _PRODUCT,
}

_EDITOR = page("rooms/flags.py", '"{name}",')
_NO_FILES = api_only("Chat carries no files yet: nothing reads the flag.")
_PRESET_FORM = page("templates/rooms/preset.html", "form.{name}")
_ROOM_FORM = page("templates/rooms/room_edit.html", "form.{name}")
_NEW_SESSION = page("templates/sessions/session_new.html", "form.{name}")
_EDITED = page("templates/sessions/session_edit.html", "form.{name}")
_NO_REGISTRATION = missing("Registration is not built, so there is only “open”.")
_NO_ANALYTICS = api_only("Stored for the programs that read it; no page of the product loads a tag manager.")
_OVERRIDE = page("templates/sessions/settings_dialog.html", 'name="{name}"')
_RULE = page("templates/sessions/settings_dialog.html", 'name="{name}"')

#: Request of the API → its fields; ``{name}`` in a control stands for the field.
FIELDS: dict[str, dict[str, Entry]] = {
    "CreatePresetRequest": {
        "name": _PRESET_FORM,
        "type": _PRESET_FORM,
        "primary_color": _PRESET_FORM,
        "logo": _PRESET_FORM,
        "logo_destination_url": _PRESET_FORM,
        "is_default": _PRESET_FORM,
        "max_join_limit": page("rooms/forms.py", "max_join_limit = NumberField"),
        "library_id": page("templates/rooms/preset.html", "form.{name}"),
        "host_chat_send_file": _NO_FILES,
        "audience_chat_send_file": _NO_FILES,
    },
    "CreateRoomRequest": {
        "title": _ROOM_FORM,
        "description": _ROOM_FORM,
        "visibility": _ROOM_FORM,
        "replay_publishing": _ROOM_FORM,
        "access": _NO_REGISTRATION,
        "analytics": _NO_ANALYTICS,
        "library_id": page("templates/pages/new_webinar.html", "form.{name}"),
    },
    "UpdateRoomRequest": {
        **dict.fromkeys(("title", "description", "visibility", "replay_publishing"), _ROOM_FORM),
        **dict.fromkeys(("thank_you_text", "thank_you_link_url", "thank_you_link_label"), _ROOM_FORM),
        "survey": page("templates/rooms/room_edit.html", "survey.ask_survey"),
        "access": _NO_REGISTRATION,
        "analytics": _NO_ANALYTICS,
    },
    "AnswerSurveyRequest": dict.fromkeys(("rating", "answers"), page("static/js/surveys/survey.js", "{name}")),
    "UpdateSessionRequest": dict.fromkeys(("title", "description", "planned_duration", "preset_id", "mode"), _EDITED),
    "CreateSessionRequest": {
        "title": _NEW_SESSION,
        "scheduled_start_time": _NEW_SESSION,
        "planned_duration": _NEW_SESSION,
        "preset_id": _NEW_SESSION,
        "replay_publishing": _NEW_SESSION,
        "description": page("templates/pages/new_webinar.html", "form.description"),
        "mode": page("templates/pages/new_webinar.html", "form.mode"),
    },
    "RescheduleSessionRequest": {
        "scheduled_start_time": page("templates/sessions/session_reschedule.html", "form.{name}"),
    },
    "UpdateSessionSettingsRequest": dict.fromkeys(
        ("chat_enabled", "stage_enabled", "poll_enabled", "max_join_limit"), _OVERRIDE
    ),
    "UpdateModerationRequest": dict.fromkeys(
        (
            *("slow_mode", "chat_from", "direct_to_crew_only", "hold_messages", "block_links", "blocked_words"),
            "is_door_closed",
        ),
        _RULE,
    ),
    "UpdateReplayRequest": {"publishing": page("templates/pages/session_settings.html", "form.replay_publishing")},
    "UpdateRecordingRequest": {
        "name": page("recordings/forms.py", "name = LineField"),
        "trim_start": page("recordings/replay_forms.py", "{name} ="),
        "trim_end": page("recordings/replay_forms.py", "{name} ="),
        "is_kept": page("templates/recordings/recording.html", 'value="keep"'),
    },
    "UpdateTrackRequest": dict.fromkeys(("label", "is_default"), page("recordings/replay_forms.py", "{name} =")),
    "ChoosePosterRequest": {"at": page("recordings/replay_forms.py", "{name} = forms.FloatField")},
    "UploadPosterRequest": {"file": page("templates/recordings/poster.html", "picture_form.{name}")},
    "AddTrackRequest": {
        "file": page("recordings/replay_forms.py", "{name} ="),
        "language": page("recordings/replay_forms.py", "{name} ="),
        "is_default": page("recordings/replay_forms.py", "{name} ="),
        "label": page("recordings/replay_forms.py", "{name} ="),
    },
}
FIELDS["CreatePresetRequest"] |= dict.fromkeys(
    (
        *("stage_enabled", "chat_enabled", "poll_enabled", "viewer_count_visible", "recording_enabled"),
        *("host_add_co_host", "host_camera_enabled", "host_screen_share"),
        *("host_chat_send_text", "host_chat_receive_message", "host_poll_create", "host_poll_vote", "host_poll_view"),
        *("onstage_camera_enabled", "onstage_screen_share", "onstage_viewer_view"),
        *("audience_stage_join_request", "audience_can_see_participants"),
        *("audience_chat_send_text", "audience_chat_receive_message"),
        *("audience_poll_create", "audience_poll_vote", "audience_poll_view"),
        *("moderator_manage_stage", "moderator_manage_chat", "moderator_manage_poll"),
    ),
    _EDITOR,
)
#: What a host expects of a page beyond the API's operations, and does not find yet.
WISHES: dict[str, Missing] = {}
