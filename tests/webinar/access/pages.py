"""Who may open which page and send its form, one row for each. A page without a row fails the test.

Everybody who is not named is refused: 401, 403, 404 or 410, or sent to the sign-in instead.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.webinar.access.callers import HOST_ACCOUNTS, NOBODY, SIGNED_IN, STAFF, SUPERUSER, Callers
from tests.webinar.access.world import PEOPLE, World


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
