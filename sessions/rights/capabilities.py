"""What a person may do in a session: one frozen answer that API, pages, LiveKit grants and socket topics all use.

Nothing else reads a preset flag. A capability is a right; whether the session's present state allows the action is
checked by the life cycle (409).
"""

from dataclasses import dataclass
from enum import StrEnum

from accounts.person import ANONYMOUS, Person, Scope
from core.errors import NotAllowed
from rooms.models import Room
from sessions.errors import Banned, DoorClosed, RegistrationRequired
from sessions.models import Session
from sessions.rights.context import NOBODY, Place, Viewpoint

__all__ = [
    "CREW",
    "Capabilities",
    "Role",
    "Viewpoint",
    "capabilities",
    "is_inside",
    "judged",
    "keep_judgement",
    "of_role",
    "outsider",
    "require",
    "require_entry",
]


class Role(StrEnum):
    """A person's role in a session."""

    HOST = "host"
    CO_HOST = "co_host"
    MODERATOR = "moderator"
    SPEAKER = "speaker"
    AUDIENCE = "audience"


_JUDGED = "_judged"

CREW = (Role.HOST, Role.CO_HOST, Role.MODERATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The rights of one person in one session. ``publish_sources`` are LiveKit's names of track sources.

    ``is_crew``: host, co-host or moderator. ``leads``: host or co-host. ``in_session``: crew, or joined and not banned.
    A moderator has what the preset's moderator flags give, and nothing without one: hiding the stage belongs to the
    stage flag, captions to the stage or the chat flag. ``may_publish`` is false for everybody while the crew hides the
    stage; ``may_use_camera`` and ``may_use_screen`` say what this person may publish once on stage.
    """

    role: Role
    is_crew: bool
    leads: bool
    in_session: bool
    is_banned: bool
    is_on_stage: bool
    may_see: bool
    may_join: bool
    may_join_backstage: bool
    may_start: bool
    may_go_live: bool
    may_end: bool
    may_reschedule: bool
    may_change_settings: bool
    may_delete: bool
    may_monitor: bool
    may_record: bool
    may_watch_replay: bool
    may_set_host_media: bool
    may_see_stream_key: bool
    may_see_viewer_count: bool
    may_see_people: bool
    may_see_people_details: bool
    may_see_attendance: bool
    may_add_co_hosts: bool
    may_add_moderators: bool
    may_invite: bool
    may_change_name: bool
    may_moderate: bool
    may_read_chat: bool
    may_chat: bool
    may_manage_chat: bool
    may_react: bool
    may_see_polls: bool
    may_create_polls: bool
    may_manage_polls: bool
    may_vote: bool
    may_answer_survey: bool
    may_see_questions: bool
    may_ask: bool
    may_vote_on_questions: bool
    may_manage_questions: bool
    may_ask_for_stage: bool
    may_manage_stage: bool
    may_hide_stage: bool
    may_caption: bool
    may_use_camera: bool
    may_use_screen: bool
    may_publish: bool
    publish_sources: tuple[str, ...]


def capabilities(person: Person, session: Session, viewpoint: Viewpoint | None = None) -> Capabilities:
    """The rights of ``person`` in ``session``; ``session.preset`` and the organization of ``session.room.library``
    should be loaded.

    A person limited to another session counts as anonymous, and so does everybody in a closed organization, whose
    sessions nobody sees.
    """
    is_withdrawn = session.is_withdrawn
    if is_withdrawn or (person.session_id is not None and person.session_id != session.pk):
        person, viewpoint = ANONYMOUS, None
    seen_from = viewpoint or Viewpoint.of(person, [session])
    place = seen_from.places.get(session.pk, NOBODY)
    flag = session.flags().__getitem__
    role = _role(seen_from, session, place.role)
    is_host, leads = role == Role.HOST, role in (Role.HOST, Role.CO_HOST)
    is_crew = role in CREW
    is_banned = place.is_banned and not leads
    may_see = not is_withdrawn and (seen_from.memberships.sees(session.room) or role != Role.AUDIENCE)
    # Whether the session was locked does not matter to its replay.
    may_watch_replay = may_see and person.is_known and not is_banned and (is_host or person.api_key is None)
    # There is no registration yet, so nobody is registered: a room for registered people is closed, not open.
    is_open = session.room.access == Room.Access.OPEN or role != Role.AUDIENCE
    may_watch_replay = may_watch_replay and is_open
    may_join = may_watch_replay and (
        not session.is_door_closed or place.has_joined or place.is_admitted or role != Role.AUDIENCE
    )
    # A banned moderator keeps the role but no rights.
    is_crew = is_crew and not is_banned
    in_session = is_crew or (place.has_joined and may_join)
    on_stage = in_session and place.is_on_stage
    manages_stage = leads or (is_crew and flag("moderator_manage_stage"))
    manages_chat = leads or (is_crew and flag("moderator_manage_chat"))
    manages_polls = (leads and flag("host_poll_create")) or (is_crew and not leads and flag("moderator_manage_poll"))
    side = "host" if is_crew else "audience"
    speaks_up = _may_speak_up(session, person, is_crew=is_crew)
    has_polls = in_session and session.effective_poll_enabled
    sources = _sources(session, place, leads=leads, on_stage=on_stage)
    return Capabilities(
        role=role,
        is_crew=is_crew,
        leads=leads,
        in_session=in_session,
        is_banned=is_banned,
        is_on_stage=on_stage,
        may_see=may_see,
        may_join=may_join,
        may_join_backstage=may_join and role != Role.AUDIENCE,
        may_start=leads,
        may_go_live=leads,
        may_end=leads,
        may_reschedule=is_host,
        may_change_settings=leads,
        may_delete=is_host,
        may_monitor=is_host,
        may_record=leads,
        may_watch_replay=may_watch_replay,
        may_set_host_media=leads,
        may_see_stream_key=is_host,
        may_see_viewer_count=is_crew or flag("viewer_count_visible") or (on_stage and flag("onstage_viewer_view")),
        may_see_people=is_crew or (in_session and flag("audience_can_see_participants")),
        may_see_people_details=is_host,
        may_see_attendance=leads,
        may_add_co_hosts=is_host and flag("host_add_co_host"),
        may_add_moderators=leads,
        may_invite=leads,
        may_change_name=may_join and (role != Role.AUDIENCE or on_stage) and _is_themself(person),
        may_moderate=manages_stage or manages_chat,
        may_read_chat=in_session and flag(f"{side}_chat_receive_message"),
        may_chat=in_session and flag(f"{side}_chat_send_text") and speaks_up,
        may_manage_chat=manages_chat,
        may_react=in_session,
        may_see_polls=has_polls and flag(f"{side}_poll_view"),
        may_create_polls=has_polls and (manages_polls or (not is_crew and flag("audience_poll_create") and speaks_up)),
        may_manage_polls=has_polls and manages_polls,
        may_vote=has_polls and flag(f"{side}_poll_vote"),
        may_answer_survey=in_session and not is_crew,
        may_see_questions=in_session or (may_join and role != Role.AUDIENCE),
        may_ask=in_session and speaks_up,
        may_vote_on_questions=in_session,
        may_manage_questions=manages_chat,
        may_ask_for_stage=in_session and not is_crew and flag("audience_stage_join_request"),
        may_manage_stage=manages_stage,
        may_hide_stage=manages_stage,
        may_caption=manages_stage or manages_chat,
        may_use_camera=flag("host_camera_enabled") if leads else flag("onstage_camera_enabled"),
        may_use_screen=flag("host_screen_share") if leads else flag("onstage_screen_share"),
        may_publish=bool(sources),
        publish_sources=sources,
    )


def of_role(session: Session, role: Role) -> Capabilities:
    """What a person with ``role`` may do there who has not come yet: for whoever is invited."""
    nobody = Viewpoint.of(ANONYMOUS, [session])
    return capabilities(ANONYMOUS, session, Viewpoint(nobody.memberships, {session.pk: Place(role=role)}))


def judged(person: Person, session: Session) -> Capabilities:
    """The rights as they were judged when ``person`` found the session (``sessions.queries``), else judged now.

    For what comes before the lock; under it :func:`capabilities` judges again.
    """
    finder, allowed = getattr(session, _JUDGED, (None, None))
    return allowed if allowed is not None and finder is person else capabilities(person, session)


def keep_judgement(person: Person, session: Session, allowed: Capabilities) -> None:
    """Let :func:`judged` know what was judged of ``person`` when they found the session."""
    setattr(session, _JUDGED, (person, allowed))


def outsider(session: Session) -> Capabilities:
    """The rights of somebody without any role: events that everyone gets are filled for them."""
    return capabilities(ANONYMOUS, session)


def is_inside(session: Session, allowed: Capabilities) -> bool:
    """Whether this person gets events from inside: anyone who may join once it is live, crew and speakers before."""
    return allowed.may_join and (session.is_live or allowed.may_join_backstage)


def require(allowed: bool) -> None:
    """Raises NotAllowed unless ``allowed``."""
    if not allowed:
        raise NotAllowed


def require_entry(session: Session, allowed: Capabilities) -> None:
    """Raises Banned, RegistrationRequired, DoorClosed or NotAllowed unless this person may join."""
    if allowed.may_join:
        return
    if allowed.is_banned:
        raise Banned
    if session.room.access != Room.Access.OPEN and allowed.may_see:
        raise RegistrationRequired
    if session.is_door_closed and allowed.may_see:
        raise DoorClosed
    raise NotAllowed


def _role(seen_from: Viewpoint, session: Session, assigned: str | None) -> Role:
    if seen_from.memberships.hosts(session.room, Scope.SESSIONS):
        return Role.HOST
    return Role(assigned) if assigned else Role.AUDIENCE


def _is_themself(person: Person) -> bool:
    """Whether this caller may change what reaches beyond the session: no key, and no code for this session alone but
    that of a guest.
    """
    if person.user is None or person.api_key is not None:
        return False
    return person.session_id is None or person.user.is_guest


def _may_speak_up(session: Session, person: Person, *, is_crew: bool) -> bool:
    """Whether the chat rules let this person write at all."""
    if is_crew or session.chat_from == Session.ChatFrom.EVERYONE:
        return True
    has_account = person.user is not None and not person.user.is_guest
    return session.chat_from == Session.ChatFrom.REGISTERED and has_account


def _sources(session: Session, place: Place, *, leads: bool, on_stage: bool) -> tuple[str, ...]:
    """The track sources that may be published now; those who lead may always use a microphone."""
    if session.is_stage_hidden:
        return ()
    if leads:
        return _named(
            camera=session.flag("host_camera_enabled"), microphone=True, screen=session.flag("host_screen_share")
        )
    if on_stage:
        return _named(
            camera=place.can_publish_video and session.flag("onstage_camera_enabled"),
            microphone=place.can_publish_audio,
            screen=place.can_publish_video and session.flag("onstage_screen_share"),
        )
    return ()


def _named(*, camera: bool, microphone: bool, screen: bool) -> tuple[str, ...]:
    return (
        *(("camera",) if camera else ()),
        *(("microphone",) if microphone else ()),
        *(("screen_share", "screen_share_audio") if screen else ()),
    )
