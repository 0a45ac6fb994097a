"""Who may do what, one row for each method of each route. A route without a row fails the test.

Everybody who is not named is refused: 401, 403, 404 or 410, and pages may send to the sign-in instead.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.webinar.access.callers import (
    CREW,
    EVERYBODY,
    HOST,
    HOST_ACCOUNTS,
    INSIDE,
    KNOWN,
    LEADS,
    MAY_COME,
    NO_KEYS,
    NOBODY,
    PERSONS,
    PUBLIC,
    SIGNED_IN,
    STAFF,
    SUPERUSER,
    WHOLE,
    Callers,
)
from tests.webinar.access.world import BAD, PEOPLE, World

SESSION = "sessions/<str:session_id>"
STAGE = f"{SESSION}/stage"
ROOM = "rooms/<str:room_id>"
PRESET = "presets/<str:preset_id>"
RECORDING = "recordings/<str:recording_id>"
POLL = "polls/<str:poll_id>"
QUESTION = "questions/<str:question_id>"
MESSAGE = f"{SESSION}/chat/<str:message_id>"

API_ROWS: dict[str, Callers] = {
    # accounts: the body alone authorises; keys never
    "POST auth/login": NO_KEYS,
    "POST auth/viewer/register": NO_KEYS,
    "POST auth/viewer/device-login": NO_KEYS,
    "POST auth/code/exchange": NO_KEYS,
    "POST auth/refresh": NO_KEYS,
    "POST auth/logout": NO_KEYS,
    "GET auth/me": PERSONS | {"limited"},
    "POST auth/code/generate": PERSONS,
    **dict.fromkeys(("GET auth/sign_ins", "DELETE auth/sign_ins"), PERSONS),
    "DELETE auth/sign_ins/<str:sign_in_id>": NOBODY,  # but for whose it is
    # rooms and presets
    "GET rooms": PUBLIC,
    "POST rooms": HOST_ACCOUNTS | {"key", "other_key"},
    "GET rooms/my": WHOLE,
    f"GET {ROOM}": PUBLIC,
    f"PATCH {ROOM}": HOST,
    f"DELETE {ROOM}": HOST,
    f"POST {ROOM}/host": HOST,
    f"GET {ROOM}/sessions": HOST,
    f"POST {ROOM}/sessions": HOST,
    "GET presets": WHOLE,
    "POST presets": SIGNED_IN | {"key", "other_key"},
    f"GET {PRESET}": HOST | {"colleague", "viewer"},
    f"PATCH {PRESET}": {"host"},
    f"DELETE {PRESET}": {"host"},
    f"POST {PRESET}/default": {"host"},
    # sessions
    "GET sessions": PUBLIC,
    "GET sessions/live": PUBLIC,
    "GET sessions/my": WHOLE,
    "GET sessions/stats": WHOLE,
    f"GET {SESSION}": PUBLIC,
    f"PATCH {SESSION}": LEADS,
    f"DELETE {SESSION}": HOST,
    f"POST {SESSION}/duplicate": HOST,
    f"POST {SESSION}/series": HOST,
    f"PATCH {SESSION}/reschedule": HOST,
    f"PATCH {SESSION}/settings": LEADS,
    f"GET {SESSION}/moderation": CREW,
    f"PATCH {SESSION}/moderation": CREW,
    f"GET {SESSION}/audit": LEADS,
    f"POST {SESSION}/join": MAY_COME,
    f"POST {SESSION}/connection_check": LEADS | {"moderator", "speaker"},
    f"POST {SESSION}/start": LEADS,
    f"POST {SESSION}/go_live": LEADS,
    f"POST {SESSION}/end": LEADS,
    f"POST {SESSION}/host_video_state": LEADS,
    f"POST {SESSION}/host_audio_state": LEADS,
    f"GET {SESSION}/monitor": HOST,
    f"GET {SESSION}/stream_health": LEADS,
    f"GET {SESSION}/stream_key": HOST,
    f"POST {SESSION}/stream_key/rotate": HOST,
    f"POST {SESSION}/ensure_hls_egress": LEADS,
    f"POST {SESSION}/start_webcam_hls": LEADS,
    f"POST {SESSION}/hls": INSIDE,
    f"POST {SESSION}/leave": INSIDE,
    f"POST {SESSION}/heartbeat": MAY_COME,
    f"GET {SESSION}/viewers": CREW,
    f"GET {SESSION}/waiting": CREW,
    f"POST {SESSION}/realtime/ticket": MAY_COME,
    # people
    f"GET {SESSION}/participants": INSIDE,
    f"PATCH {SESSION}/participants/me": (CREW | {"speaker"}) - {"key"},
    f"POST {SESSION}/co_hosts": HOST,
    f"DELETE {SESSION}/co_hosts/<str:user_id>": HOST,
    f"POST {SESSION}/moderators": LEADS,
    f"DELETE {SESSION}/moderators/<str:user_id>": LEADS,
    f"POST {SESSION}/speakers": LEADS,
    f"DELETE {SESSION}/speakers/<str:user_id>": LEADS,
    f"GET {SESSION}/invitations": LEADS,
    f"POST {SESSION}/invitations": LEADS,
    f"PATCH {SESSION}/invitations/<str:invitation_id>": LEADS,
    f"DELETE {SESSION}/invitations/<str:invitation_id>": LEADS,
    f"POST {SESSION}/invitations/<str:invitation_id>/link": LEADS,
    f"GET {SESSION}/bans": CREW,
    f"POST {SESSION}/bans": CREW,
    f"GET {SESSION}/bans/me": KNOWN - {"limited"},
    f"DELETE {SESSION}/bans/<str:user_id>": CREW,
    f"POST {SESSION}/people/<str:user_id>/remove": CREW,
    f"GET {SESSION}/attendance": LEADS,
    f"GET {SESSION}/attendance/stats": LEADS,
    f"GET {SESSION}/attendance/export": LEADS,
    # chat and reactions
    f"GET {SESSION}/chat": INSIDE,
    f"POST {SESSION}/chat": INSIDE,
    f"DELETE {SESSION}/chat": CREW,
    f"GET {SESSION}/chat/export": LEADS,
    f"GET {SESSION}/team_chat": CREW | {"speaker"},
    f"POST {SESSION}/team_chat": CREW | {"speaker"},
    f"DELETE {SESSION}/team_chat/<str:message_id>": LEADS | {"speaker"},
    f"GET {SESSION}/lobby_message": MAY_COME,
    f"PUT {SESSION}/lobby_message": CREW,
    f"DELETE {SESSION}/lobby_message": CREW,
    f"GET {SESSION}/chat/held": CREW,
    f"GET {SESSION}/chat/reports": CREW,
    f"DELETE {SESSION}/chat/pin": CREW,
    f"DELETE {MESSAGE}": CREW | {"attendee"},
    f"POST {MESSAGE}/report": INSIDE,
    f"POST {MESSAGE}/pin": CREW,
    f"POST {MESSAGE}/approve": CREW,
    f"POST {MESSAGE}/reject": CREW,
    f"POST {MESSAGE}/close_reports": CREW,
    f"POST {SESSION}/reactions": INSIDE,
    # polls and questions
    f"GET {SESSION}/polls": INSIDE,
    f"POST {SESSION}/polls": CREW,
    f"GET {SESSION}/polls/export": LEADS,
    f"PATCH {POLL}": CREW,
    f"DELETE {POLL}": CREW,
    f"POST {POLL}/copy": CREW,
    f"POST {POLL}/launch": CREW,
    f"POST {POLL}/vote": INSIDE,
    f"GET {POLL}/results": INSIDE,
    f"POST {POLL}/show_results": CREW,
    f"POST {POLL}/close": CREW,
    f"GET {SESSION}/questions": INSIDE,
    f"POST {SESSION}/questions": INSIDE,
    f"GET {SESSION}/questions/export": LEADS,
    f"DELETE {QUESTION}": {"attendee"},
    f"POST {QUESTION}/vote": INSIDE,
    f"DELETE {QUESTION}/vote": INSIDE,
    f"POST {QUESTION}/approve": CREW,
    f"POST {QUESTION}/answer": CREW,
    f"POST {QUESTION}/dismiss": CREW,
    f"POST {QUESTION}/restore": CREW,
    f"POST {QUESTION}/pin": CREW,
    f"POST {QUESTION}/unpin": CREW,
    f"GET {SESSION}/survey": INSIDE - CREW,
    f"POST {SESSION}/survey": INSIDE - CREW,
    f"GET {SESSION}/survey/results": LEADS,
    f"GET {SESSION}/survey/export": LEADS,
    # the stage
    f"POST {STAGE}/raise_hand": INSIDE - CREW,
    f"POST {STAGE}/lower_hand": INSIDE,
    f"GET {STAGE}/hand_raise": INSIDE,
    f"GET {STAGE}/participants": INSIDE,
    f"POST {STAGE}/participants": CREW,
    f"POST {STAGE}/leave": INSIDE,
    f"POST {STAGE}/token": {"speaker"},
    f"GET {STAGE}/join_requests": CREW,
    f"POST {STAGE}/join_requests": INSIDE - CREW,
    f"GET {STAGE}/join_requests/me": INSIDE,
    f"POST {STAGE}/participants/remove": CREW,
    f"PATCH {STAGE}/participants/<str:identity>/permissions": CREW,
    f"GET {STAGE}/hand_raises": CREW,
    f"POST {STAGE}/join_requests/<str:request_id>/approve": CREW,
    f"POST {STAGE}/join_requests/<str:request_id>/reject": CREW,
    f"POST {STAGE}/hand_raises/<str:request_id>/approve": CREW,
    f"POST {STAGE}/hand_raises/<str:request_id>/reject": CREW,
    f"POST {STAGE}/hide": CREW,
    f"PATCH {STAGE}/layout": CREW,
    f"POST {STAGE}/mute_all": CREW,
    f"POST {STAGE}/show": CREW,
    f"GET {SESSION}/captions": INSIDE,
    f"POST {SESSION}/captions": CREW,
    # recordings
    "GET recordings/my": WHOLE,
    "GET recordings/bin": WHOLE,
    f"GET {RECORDING}": LEADS,
    f"PATCH {RECORDING}": LEADS,
    f"DELETE {RECORDING}": HOST,
    f"GET {RECORDING}/download": LEADS,
    f"GET {RECORDING}/file": NOBODY,
    f"POST {RECORDING}/restore": HOST,
    f"POST {RECORDING}/publish": LEADS,
    f"POST {RECORDING}/unpublish": LEADS,
    f"GET {RECORDING}/poster": LEADS,
    f"PUT {RECORDING}/poster": LEADS,
    f"DELETE {RECORDING}/poster": LEADS,
    f"POST {RECORDING}/poster/upload": LEADS,
    f"GET {RECORDING}/tracks": LEADS,
    f"POST {RECORDING}/tracks": LEADS,
    **dict.fromkeys((f"{method} {RECORDING}/tracks/<str:track_id>" for method in ("PATCH", "DELETE")), LEADS),
    f"GET {SESSION}/recordings": LEADS,
    f"GET {SESSION}/recordings/active": LEADS,
    f"POST {SESSION}/recordings/start": LEADS,
    f"POST {SESSION}/recordings/stop": LEADS,
    f"GET {SESSION}/replay": MAY_COME,
    f"PATCH {SESSION}/replay": LEADS,
    # the bin
    "GET rooms/bin": WHOLE,
    "GET sessions/bin": WHOLE,
    "GET presets/bin": WHOLE,
    f"POST {ROOM}/restore": HOST,
    f"POST {ROOM}/delete_for_good": HOST,
    f"POST {SESSION}/restore": HOST,
    f"POST {SESSION}/delete_for_good": HOST,
    f"POST {PRESET}/restore": {"host"},
    f"POST {PRESET}/delete_for_good": {"host"},
    f"POST {RECORDING}/delete_for_good": HOST,
    # the operator
    "GET admin/storage": SUPERUSER,
    "POST admin/storage/cleanup": SUPERUSER,
    "POST admin/recordings/<str:recording_id>/retry": SUPERUSER,
    # the product itself, and its engines with their own secrets
    "POST webhooks/livekit": NOBODY,
    "POST centrifugo/connect": EVERYBODY,
    "POST centrifugo/subscribe": EVERYBODY,
    "GET health": EVERYBODY,
    "GET health/ready": EVERYBODY,
    "GET schema": EVERYBODY,
    "GET asyncapi": EVERYBODY,
    "GET docs": EVERYBODY,
    "GET ^.*$": NOBODY,
}

#: Where the credentials of a call are not looked at, or a stale one does no harm: bad ones are no reason to refuse.
BAD_ONES_PASS: dict[str, Callers] = {
    **{row: frozenset({"bad_token", "signed_out"}) for row in API_ROWS if row.startswith("POST auth/")},
    "POST auth/code/generate": NOBODY,
    **{
        row: frozenset(BAD)
        for row in (
            "GET health",
            "GET health/ready",
            "GET schema",
            "GET asyncapi",
            "GET docs",
            "POST centrifugo/connect",
            "POST centrifugo/subscribe",
        )
    },
}
#: Bodies of another type than JSON: a wrong one is told before anything else is.
KINDS = {
    f"POST {RECORDING}/tracks": "multipart/form-data; boundary=x",
    f"POST {RECORDING}/poster/upload": "multipart/form-data; boundary=x",
    "POST webhooks/livekit": "application/webhook+json",
}
#: Where an address needs another row than its parameter's name says: row → parameter → its name in the world.
OTHER_IDS = {
    **{
        f"POST {STAGE}/join_requests/<str:request_id>/{what}": {"request_id": "join_request"}
        for what in ("approve", "reject")
    },
    f"POST {RECORDING}/restore": {"recording_id": "binned_recording"},
    f"POST {RECORDING}/delete_for_good": {"recording_id": "binned_recording"},
    **{f"POST {ROOM}/{what}": {"room_id": "binned_room"} for what in ("restore", "delete_for_good")},
    **{f"POST {SESSION}/{what}": {"session_id": "binned_session"} for what in ("restore", "delete_for_good")},
    **{f"POST {PRESET}/{what}": {"preset_id": "binned_preset"} for what in ("restore", "delete_for_good")},
    f"POST {MESSAGE}/report": {"message_id": "somebodys_message"},
    f"POST {MESSAGE}/close_reports": {"message_id": "reported_message"},
    f"DELETE {SESSION}/team_chat/<str:message_id>": {"message_id": "team_message"},
    f"DELETE {SESSION}/bans/<str:user_id>": {"user_id": "banned"},
    f"DELETE {SESSION}/co_hosts/<str:user_id>": {"user_id": "co_host"},
    f"DELETE {SESSION}/moderators/<str:user_id>": {"user_id": "moderator"},
    f"DELETE {SESSION}/speakers/<str:user_id>": {"user_id": "speaker"},
}


def _no_ids(world: World) -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class PageRow:
    """Who sees the page, and whose form it takes. ``ids``: what stands in its address, where the general one is wrong."""

    may_see: Callers
    may_send: Callers = NOBODY
    ids: Callable[[World], dict[str, str]] = _no_ids


VISITORS: Callers = frozenset({"anonymous", *PEOPLE})
WELCOME = VISITORS - {"banned"}
HOSTS: Callers = frozenset({"host", "manager"})
LEADERS = HOSTS | {"co_host"}
TEAM = LEADERS | {"moderator"}

PAGE_ROWS: dict[str, PageRow] = {
    "": PageRow(VISITORS),
    **dict.fromkeys(("logos/<str:name>", "script-catalog/<slug:language>/<slug:version>.js"), PageRow(VISITORS)),
    # the way in and out
    "accounts/login/": PageRow(VISITORS, VISITORS),
    "accounts/logout/": PageRow(VISITORS, VISITORS),
    "accounts/password/change/": PageRow(SIGNED_IN, SIGNED_IN),
    "accounts/password/reset/": PageRow(VISITORS, VISITORS),
    "accounts/password/reset/done/": PageRow(VISITORS),
    "accounts/password/reset/key/done/": PageRow(VISITORS),
    "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]{1,32})-(?P<key>[0-9A-Za-z-]{1,128})/$": PageRow(
        VISITORS, VISITORS
    ),
    # one's account
    "account": PageRow(SIGNED_IN, SIGNED_IN),
    "account/email": PageRow(SIGNED_IN, SIGNED_IN),
    "account/sign-ins/end-others": PageRow(NOBODY, SIGNED_IN),
    "account/sign-ins/<uuid:sign_in_id>/end": PageRow(NOBODY, SIGNED_IN),
    "account/email/confirm": PageRow(NOBODY),  # but for who holds a mailed link
    "account/email/link/<str:token>": PageRow(NOBODY, ids=lambda _world: {"token": "mailed"}),
    "account/libraries/<uuid:library_id>": PageRow(NOBODY, frozenset({"manager"})),
    "mailbox": PageRow(SUPERUSER),
    # pages of hosts
    **dict.fromkeys(("dashboard", "dashboard/running", "rooms", "presets", "bin"), PageRow(HOST_ACCOUNTS)),
    **dict.fromkeys(("webinars/new", "presets/new"), PageRow(HOST_ACCOUNTS, HOST_ACCOUNTS)),
    "rooms/<uuid:room_id>": PageRow(HOSTS),
    "rooms/<uuid:room_id>/edit": PageRow(HOSTS, HOSTS),
    "rooms/<uuid:room_id>/delete": PageRow(HOSTS, HOSTS),
    "rooms/<uuid:room_id>/move": PageRow(HOSTS, HOSTS),
    "rooms/<uuid:room_id>/sessions/new": PageRow(HOSTS, HOSTS),
    "presets/preview": PageRow(NOBODY, HOST_ACCOUNTS),
    "presets/<uuid:preset_id>": PageRow(frozenset({"host"}), frozenset({"host"})),
    "presets/<uuid:preset_id>/delete": PageRow(frozenset({"host"}), frozenset({"host"})),
    **dict.fromkeys(("sessions", "recordings"), PageRow(HOST_ACCOUNTS)),
    "sessions/<uuid:session_id>": PageRow(HOSTS),
    "sessions/<uuid:session_id>/edit": PageRow(LEADERS, LEADERS),
    "sessions/<uuid:session_id>/duplicate": PageRow(HOSTS, HOSTS),
    "sessions/<uuid:session_id>/series": PageRow(HOSTS, HOSTS),
    "sessions/<uuid:session_id>/reschedule": PageRow(HOSTS, HOSTS),
    "sessions/<uuid:session_id>/delete": PageRow(HOSTS, HOSTS),
    "sessions/<uuid:session_id>/report": PageRow(LEADERS),
    "recordings/<uuid:recording_id>/download": PageRow(HOSTS),
    "recordings/<uuid:recording_id>/keep": PageRow(NOBODY, HOSTS),
    "recordings/<uuid:recording_id>/rename": PageRow(HOSTS, HOSTS),
    "recordings/<uuid:recording_id>/delete": PageRow(HOSTS, HOSTS),
    "recordings/<uuid:recording_id>": PageRow(LEADERS, LEADERS),
    "recordings/<uuid:recording_id>/<str:which>/file": PageRow(LEADERS),
    "recordings/<uuid:recording_id>/moments/<int:at>.jpg": PageRow(NOBODY),  # it has no thumbnails
    **dict.fromkeys(
        (f"recordings/<uuid:recording_id>/captions/<uuid:track_id>/{what}" for what in ("edit", "delete")),
        PageRow(LEADERS, LEADERS),
    ),
    "bin/<str:kind>/<uuid:item_id>/restore": PageRow(NOBODY, HOSTS),
    "bin/<str:kind>/<uuid:item_id>/delete": PageRow(HOSTS, HOSTS),
    # pages of a session
    "sessions/<uuid:session_id>/studio": PageRow(TEAM | {"speaker"}),
    "sessions/<uuid:session_id>/captions": PageRow(TEAM),
    "sessions/<uuid:session_id>/polls": PageRow(TEAM, TEAM),
    "sessions/<uuid:session_id>/polls/<uuid:poll_id>/edit": PageRow(TEAM, TEAM),
    "sessions/<uuid:session_id>/polls/<uuid:poll_id>/delete": PageRow(TEAM, TEAM),
    "sessions/<uuid:session_id>/settings": PageRow(TEAM, TEAM),
    "sessions/<uuid:session_id>/people": PageRow(LEADERS, LEADERS),
    "sessions/<uuid:session_id>/people/roles": PageRow(LEADERS, LEADERS),
    "sessions/<uuid:session_id>/people/<uuid:user_id>/remove": PageRow(
        LEADERS, LEADERS, lambda world: {"user_id": world.ids["speaker"]}
    ),
    "sessions/<uuid:session_id>/invitations/<uuid:invitation_id>/edit": PageRow(LEADERS, LEADERS),
    "sessions/<uuid:session_id>/invitations/<uuid:invitation_id>/revoke": PageRow(LEADERS, LEADERS),
    "sessions/<uuid:session_id>/invitations/<uuid:invitation_id>/link": PageRow(NOBODY, LEADERS),
    "sessions/<uuid:session_id>/bans/<uuid:user_id>/lift": PageRow(
        NOBODY, LEADERS, ids=lambda world: {"user_id": world.ids["banned"]}
    ),
    # pages for everybody
    "i/<str:token>": PageRow(VISITORS, VISITORS),
    "w/<slug:slug>": PageRow(WELCOME, WELCOME),
    "w/<slug:slug>/<uuid:session_id>": PageRow(WELCOME, WELCOME),
    "w/<slug:slug>/qr.svg": PageRow(NOBODY),  # nothing to scan as long as links work on this machine alone
    "w/<slug:slug>/<uuid:session_id>/qr.svg": PageRow(NOBODY),
    "w/<slug:slug>/theme.css": PageRow(VISITORS),
    "w/<slug:slug>/<uuid:session_id>/theme.css": PageRow(VISITORS),
    "replay/captions/<uuid:track_id>.vtt": PageRow(NOBODY),  # but for who holds a signed link
    # admin; its models follow from what each of them permits
    "admin/": PageRow(STAFF, STAFF),
    "admin/login/": PageRow(VISITORS, VISITORS),
    "admin/logout/": PageRow(NOBODY, STAFF),
    "admin/password_change/": PageRow(STAFF, STAFF),
    "admin/password_change/done/": PageRow(STAFF),
    "admin/autocomplete/": PageRow(NOBODY),
    "admin/jsi18n/": PageRow(STAFF),
    "admin/r/<path:content_type_id>/<path:object_id>/": PageRow(NOBODY),
    "admin/recordings/recording/storage/": PageRow(SUPERUSER, SUPERUSER),
    "admin/^(?P<app_label>…)/$": PageRow(SUPERUSER, SUPERUSER),
    "admin/(?P<url>.*)$": PageRow(NOBODY),
}
