"""Addresses of pages, and of what their scripts say."""

from django.urls import URLPattern, URLResolver, path

from pages import people
from pages.bin import bin_page, bin_purge, bin_restore
from pages.captions import captioning
from pages.dashboard import dashboard, dashboard_running
from pages.invitation import invitation
from pages.landing import landing
from pages.mailbox import mailbox
from pages.new_webinar import new_webinar
from pages.prepared_polls import poll_delete, poll_edit, session_polls
from pages.preset_preview import preset_preview
from pages.recording import recording, recording_file, recording_moment, track_delete, track_edit
from pages.script_catalog import script_catalog
from pages.session_edit import session_duplicate, session_edit, session_series
from pages.session_settings import session_settings
from pages.studio import studio
from pages.watch import watch, watch_session

urlpatterns: list[URLPattern | URLResolver] = [
    path("", landing, name="landing"),
    path("dashboard", dashboard, name="dashboard"),
    path("dashboard/running", dashboard_running, name="dashboard_running"),
    path("webinars/new", new_webinar, name="new_webinar"),
    path("presets/preview", preset_preview, name="preset_preview"),
    path("bin", bin_page, name="bin"),
    path("bin/<str:kind>/<uuid:item_id>/restore", bin_restore, name="bin_restore"),
    path("bin/<str:kind>/<uuid:item_id>/delete", bin_purge, name="bin_purge"),
    path("mailbox", mailbox, name="mailbox"),
    path("recordings/<uuid:recording_id>", recording, name="recording"),
    path("recordings/<uuid:recording_id>/moments/<int:at>.jpg", recording_moment, name="recording_moment"),
    path("recordings/<uuid:recording_id>/captions/<uuid:track_id>/edit", track_edit, name="track_edit"),
    path("recordings/<uuid:recording_id>/captions/<uuid:track_id>/delete", track_delete, name="track_delete"),
    path("recordings/<uuid:recording_id>/<str:which>/file", recording_file, name="recording_file"),
    path("sessions/<uuid:session_id>/edit", session_edit, name="session_edit"),
    path("sessions/<uuid:session_id>/duplicate", session_duplicate, name="session_duplicate"),
    path("sessions/<uuid:session_id>/series", session_series, name="session_series"),
    path("sessions/<uuid:session_id>/studio", studio, name="studio"),
    path("sessions/<uuid:session_id>/settings", session_settings, name="session_settings"),
    path("sessions/<uuid:session_id>/captions", captioning, name="captioning"),
    path("sessions/<uuid:session_id>/polls", session_polls, name="session_polls"),
    path("sessions/<uuid:session_id>/polls/<uuid:poll_id>/edit", poll_edit, name="poll_edit"),
    path("sessions/<uuid:session_id>/polls/<uuid:poll_id>/delete", poll_delete, name="poll_delete"),
    path("sessions/<uuid:session_id>/people", people.people, name="people"),
    path("sessions/<uuid:session_id>/people/roles", people.give_role, name="give_role"),
    path("sessions/<uuid:session_id>/people/<uuid:user_id>/remove", people.remove_role, name="remove_role"),
    path("sessions/<uuid:session_id>/bans/<uuid:user_id>/lift", people.lift_ban, name="lift_ban"),
    path(
        "sessions/<uuid:session_id>/invitations/<uuid:invitation_id>/edit",
        people.change_invitation,
        name="change_invitation",
    ),
    path(
        "sessions/<uuid:session_id>/invitations/<uuid:invitation_id>/link",
        people.renew_invitation,
        name="renew_invitation",
    ),
    path(
        "sessions/<uuid:session_id>/invitations/<uuid:invitation_id>/revoke",
        people.revoke_invitation,
        name="revoke_invitation",
    ),
    path("script-catalog/<slug:language>/<slug:version>.js", script_catalog, name="script_catalog"),
    path("i/<str:token>", invitation, name="invitation"),
    path("w/<slug:slug>", watch, name="watch"),
    path("w/<slug:slug>/<uuid:session_id>", watch_session, name="watch_session"),
]
