"""The page of a session after its end: the replay, also while it is being made."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pages.failures import failure_texts
from recordings.queries import ReplayStatus, replay_status, sessions_with_replay
from rooms.models import Room
from sessions.models import Session
from sessions.queries import complete_session, session_of_room_now

SPEEDS = ("0.5", "0.75", "1", "1.25", "1.5", "1.75", "2")


def has_replay(session: Session | None) -> bool:
    """Whether the session has a replay, or one is being made."""
    if session is None or session.status != Session.Status.ENDED:
        return False
    return replay_status(session) != ReplayStatus.NONE


def session_to_show(room: Room) -> Session | None:
    """The session that the room's address shows: the live one, else the next, else the latest with a replay."""
    session = session_of_room_now(room)
    if session is None or session.status in (Session.Status.LIVE, Session.Status.SCHEDULED) or has_replay(session):
        return session
    latest = sessions_with_replay(room).order_by("-ended_at").first()
    return session if latest is None else complete_session(latest.pk)


def replay_page(request: HttpRequest, session: Session, context: dict[str, Any]) -> HttpResponse:
    """For people who have joined; ``context`` as for the watch page."""
    context |= {
        "config": {"replay": f"/v1/webinar/sessions/{session.pk}/replay"},
        "failures": failure_texts(),
        **player_context(),
    }
    return render(request, "pages/replay.html", context)


def player_context() -> dict[str, Any]:
    """Context of templates/replay/player.html."""
    return {"speeds": [(speed, f"{speed}×") for speed in SPEEDS], "shortcuts": _shortcuts()}


def _shortcuts() -> list[tuple[tuple[str, ...], str]]:
    return [
        ((_("Space"), "K"), _("Play or pause")),
        (("←", "→"), _("5 seconds back or forward")),
        (("J", "L"), _("10 seconds back or forward")),
        (("0", "–", "9"), _("To the beginning, to 10 %, … to 90 %")),
        (("↑", "↓"), _("Volume up or down")),
        (("M",), _("Sound on or off")),
        (("C",), _("Captions on or off")),
        (("<", ">"), _("Slower or faster")),
        (("F",), _("Full screen")),
        (("?",), _("This list")),
    ]
