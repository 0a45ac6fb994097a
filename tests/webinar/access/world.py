"""Everything that the routes speak of, and everybody who may ask: two organizations, sessions in each state, secrets."""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from PIL import Image

from accounts import credentials
from accounts.models import User
from chat.models import ChatMessage, ChatReport, TeamMessage
from organizations.models import Membership
from organizations.services import create_api_key
from polls.models import Poll, PollOption, Vote
from questions.models import Question
from recordings.models import TextTrack
from rooms.logos import store_logo
from rooms.models import Preset, Room
from sessions.models import Attendance, Ban, Session, SessionRole, StageMember
from sessions.people import invitations
from sessions.stream_keys import give_stream_key
from stage.models import HandRaise, JoinRequest
from tests.conftest import Tenant, make_tenant
from tests.one_of_each import one_of_each
from tests.recordings.conftest import make_recording

#: Everybody with an account. ``limited``: the host's sign-in by a code for another session.
PEOPLE = (
    *("guest", "attendee", "banned", "speaker", "moderator", "co_host"),  # guests, by what they are in the session
    *("host", "manager", "colleague", "viewer"),  # of its organization; the manager is an admin of it
    *("homeless", "stranger", "staff", "superuser"),  # a host without organization, one of another, two of the operator
)
KEYS = ("key", "codes_key", "other_key")  # all scopes, codes alone, all scopes in another organization
CALLERS = ("anonymous", *PEOPLE, "limited", *KEYS)
#: Credentials that do not hold.
BAD = ("revoked_key", "bad_token", "signed_out")
STATES = ("scheduled", "backstage", "live", "ended", "deleted")


@dataclass
class World:
    """``users`` by name, ``headers`` for API calls and ``cookies`` for pages by caller.

    ``ids``: what stands in addresses, by the name of the parameter; ``sessions`` by state. ``secrets``: a text → who may
    read it.
    """

    acme: Tenant
    globex: Tenant
    users: dict[str, User] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, frozenset[str]] = field(default_factory=dict)


ACME = frozenset({"host", "manager", "colleague", "viewer", "limited", "key", "codes_key"})
HOSTS = frozenset({"host", "manager", "key"})
OPERATOR = frozenset({"superuser"})
#: What stands in a mail that the product kept.
MAILED = "a-key-that-resets-the-password-of-root"


def make_world() -> World:
    world = World(make_tenant("acme"), make_tenant("globex"))
    _people(world)
    _sessions(world)
    _credentials(world)
    _content(world)
    _elsewhere(world)
    _more(world)
    return world


def _people(world: World) -> None:
    acme = world.acme
    users = world.users
    users["host"], users["colleague"], users["stranger"] = acme.owner, acme.member, world.globex.owner
    Membership.objects.filter(user=acme.owner).update(role="member")  # a host because of the room, not of the role
    for name, place in (("manager", "admin"), ("viewer", "member")):
        role = "viewer" if name == "viewer" else "host"
        users[name] = User.objects.create_user(
            f"{name}@acme.example", "correct horse", username=name.title(), role=role, organization=acme.organization
        )
        Membership.objects.create(organization=acme.organization, user=users[name], role=place)
    users["homeless"] = User.objects.create_user("homeless@nowhere.example", "x", username="Homeless", role="host")
    users["staff"] = User.objects.create_user("staff@operator.example", "x", username="Staff", is_staff=True)
    users["superuser"] = User.objects.create_superuser("root@operator.example", "x", username="Root")
    for name in ("guest", "attendee", "banned", "speaker", "moderator", "co_host"):
        users[name] = User.objects.create_user(username=name.title(), is_guest=True)


def _sessions(world: World) -> None:
    now, acme = timezone.now(), world.acme
    Room.objects.filter(pk=acme.room.pk).update(survey={"questions": []})
    on_air = {"started_at": now - timedelta(minutes=9), "backstage_opened_at": now, "last_active_at": now}
    over = {"started_at": now - timedelta(hours=2), "ended_at": now - timedelta(hours=1)}
    for state in STATES:
        session = Session(room=acme.room, preset=acme.preset, title=f"Session {state}", mode="rtmp")
        session.scheduled_start_time = now + timedelta(days=1)
        key = give_stream_key(session)
        session.save()
        world.secrets[key] = HOSTS
        changes: dict[str, Any] = {
            "scheduled": {},
            "backstage": {"backstage_opened_at": now},
            "live": {"status": "live", **on_air},
            "ended": {"status": "ended", **over},
            "deleted": {"status": "ended", **over, "deleted_at": now},
        }[state]
        Session.objects.filter(pk=session.pk).update(**changes)
        session.refresh_from_db()
        world.sessions[state] = session
        _places(world, session)


def _places(world: World, session: Session) -> None:
    """Everybody's place in the session."""
    users = world.users
    for name in ("speaker", "moderator", "co_host"):
        SessionRole.objects.create(session=session, user=users[name], role=name, assigned_by=users["host"])
    for name in ("attendee", "speaker", "moderator", "co_host", "banned"):
        Attendance.objects.create(session=session, user=users[name], join_count=1)
    Ban.objects.create(session=session, user=users["banned"], banned_by=users["host"], reason="noise")


def _credentials(world: World) -> None:
    acme, globex, users = world.acme, world.globex, world.users
    world.headers["anonymous"] = {}
    for name in PEOPLE:
        token = credentials.issue_tokens(users[name]).access_token
        world.headers[name] = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        world.cookies[name] = _signed_in(users[name])
    limited = credentials.issue_tokens(users["host"], session_id=world.sessions["scheduled"].pk).access_token
    world.headers["limited"] = {"HTTP_AUTHORIZATION": f"Bearer {limited}"}
    for name, tenant, actor, scopes in (
        ("key", acme, users["manager"], ["rooms", "sessions", "codes"]),
        ("codes_key", acme, users["manager"], ["codes"]),
        ("other_key", globex, globex.owner, ["rooms", "sessions", "codes"]),
        ("revoked_key", acme, users["manager"], ["rooms", "sessions", "codes"]),
    ):
        row, secret = create_api_key(
            organization=tenant.organization, acts_as=actor, name=f"{name} of them", scopes=scopes
        )
        world.headers[name] = {"HTTP_X_API_KEY": secret}
        if name == "revoked_key":
            row.revoked_at = timezone.now()
            row.save()
    world.headers["bad_token"] = {"HTTP_AUTHORIZATION": "Bearer nonsense"}
    gone = credentials.issue_tokens(users["host"])
    credentials.sign_out(gone.refresh_token)
    world.headers["signed_out"] = {"HTTP_AUTHORIZATION": f"Bearer {gone.access_token}"}


def _signed_in(user: User) -> str:
    """The key of a page's session, as after the sign-in."""
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _content(world: World) -> None:
    """What is in the live and in the ended session, and what the addresses name."""
    live, ended, users = world.sessions["live"], world.sessions["ended"], world.users
    ids, secrets = world.ids, world.secrets
    Attendance.objects.create(session=ended, user=users["viewer"], join_count=1)
    hand = HandRaise.objects.create(session=live, user=users["attendee"])
    asked = JoinRequest.objects.create(session=live, user=users["attendee"])
    StageMember.objects.create(session=live, user=users["speaker"])
    reported = _message(live, users["speaker"], "Buy this")
    ChatReport.objects.create(message=reported, reported_by=users["attendee"])
    ids |= {name: str(users[name].pk) for name in ("banned", "speaker", "moderator", "co_host")}
    ids |= {
        "join_request": str(asked.pk),
        "reported_message": str(reported.pk),
        "somebodys_message": str(_message(live, users["guest"], "Welcome").pk),
        "team_message": str(_team_message(live, users["speaker"]).pk),
        "binned_recording": str(make_recording(ended, name="Thrown away", deleted_at=timezone.now()).pk),
        "binned_session": str(world.sessions["deleted"].pk),
        "binned_room": str(_thrown_away(world.acme.room).pk),
        "binned_preset": str(_thrown_away(world.acme.preset, is_default=False).pk),
    }
    recording = make_recording(ended, name="Recording of Friday", published_at=timezone.now())
    track = TextTrack.objects.create(
        recording=recording,
        language="en",
        label="English",
        source="upload",
        text="WEBVTT\n\n00:01.000 --> 00:02.000\nHi",
    )
    made = invitations.make(live, name="Ada", email="", role="co_host", by=users["host"])
    speaker = invitations.make(live, name="Ben", email="", role="speaker", by=users["host"])
    ids |= {
        "room_id": str(world.acme.room.pk),
        "slug": world.acme.room.slug,
        "session_id": str(live.pk),
        "preset_id": str(world.acme.preset.pk),
        "library_id": str(world.acme.library.pk),
        "message_id": str(_message(live, users["attendee"], "Hello").pk),
        "poll_id": str(_poll(live, users).pk),
        "question_id": str(Question.objects.create(session=live, user=users["attendee"], text="How long?").pk),
        "identity": str(users["speaker"].pk),
        "user_id": str(users["attendee"].pk),
        "sign_in_id": str(users["attendee"].pk),  # nobody's
        "request_id": str(hand.pk),
        "recording_id": str(recording.pk),
        "track_id": str(track.pk),
        "which": "original",
        "at": "0",
        "invitation_id": str(speaker.pk),
        "token": str(speaker.new_link).rpartition("/")[2],
        "name": store_logo(_picture()).partition("/")[2],
        "language": "en",
        "version": "present",
        "url": "nowhere",
        "app_label": "accounts",
        "uidb36": "1",
        "key": "set-password",
        "object_id": str(users["attendee"].pk),
        "id": str(users["attendee"].pk),
        "kind": "sessions",
        "item_id": str(world.sessions["deleted"].pk),
        "content_type_id": str(ContentType.objects.get_for_model(User).pk),
    }
    # Links were shown to who made them, once.
    secrets[str(made.new_link).rpartition("/")[2]] = frozenset()
    secrets[ids["token"]] = frozenset()
    _message(live, users["host"], "between the two of us", recipient=users["speaker"], recipient_username="Speaker")
    secrets["between the two of us"] = frozenset({"host", "limited", "speaker"})
    _message(live, users["attendee"], "held until somebody looks", status="held", published_at=None)
    crew = HOSTS | {"co_host", "moderator", "limited"}
    secrets["held until somebody looks"] = crew | {"attendee"} | OPERATOR
    Poll.objects.create(session=live, created_by=users["host"], role="host", question="A poll that nobody saw yet")
    secrets["A poll that nobody saw yet"] = crew | OPERATOR
    make_recording(ended, name="Recording for review")
    secrets["Recording for review"] = HOSTS | {"co_host", "limited"} | OPERATOR
    for name in ("host", "manager", "colleague", "viewer"):
        secrets[str(users[name].email)] = ACME | OPERATOR
    hidden = Room.objects.create(
        host=users["host"],
        library=world.acme.library,
        slug="hidden-room",
        title="Plans that are private",
        visibility="private",
    )
    Session.objects.create(room=hidden, preset=world.acme.preset, title="Private rehearsal of plans")
    for text in ("Plans that are private", "Private rehearsal of plans"):
        secrets[text] = ACME | OPERATOR


def _thrown_away(row: Room | Preset, **fields: Any) -> Room | Preset:
    """A copy of the row that is in the bin."""
    values = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if not field.primary_key}
    values |= {"slug": "thrown-away"} if "slug" in values else {}
    return type(row).objects.create(**{**values, **fields, "deleted_at": timezone.now()})


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(file, "PNG")
    return file.getvalue()


def _team_message(session: Session, user: User) -> TeamMessage:
    return TeamMessage.objects.create(session=session, user=user, username=user.username, role="speaker", text="Ready")


def _message(session: Session, user: User, text: str, **fields: Any) -> ChatMessage:
    values = {"username": user.username, "role": "audience", "published_at": timezone.now(), **fields}
    return ChatMessage.objects.create(session=session, user=user, text=text, **values)


def _poll(session: Session, users: dict[str, User]) -> Poll:
    poll = Poll.objects.create(
        session=session, created_by=users["host"], role="host", question="Which?", launched_at=timezone.now()
    )
    for position, text in enumerate(("red", "blue")):
        option = PollOption.objects.create(poll=poll, text=text, position=position)
    Vote.objects.create(poll=poll, option=option, user=users["viewer"], is_only=True)
    return poll


def _elsewhere(world: World) -> None:
    """What only the other organization may see."""
    globex = world.globex
    theirs = frozenset({"stranger", "other_key"}) | OPERATOR
    room = Room.objects.create(
        host=globex.owner,
        library=globex.library,
        slug="their-room",
        visibility="private",
        title="Globex takes over the world",
    )
    session = Session.objects.create(room=room, preset=globex.preset, title="Board of Globex")
    for text in ("Globex takes over the world", "Board of Globex", str(globex.owner.email), str(globex.member.email)):
        world.secrets[text] = theirs
    world.secrets["key of them"] = ACME | OPERATOR
    world.secrets[MAILED] = OPERATOR
    world.others = {"room_id": str(room.pk), "session_id": str(session.pk), "slug": room.slug}


def _more(world: World) -> None:
    """A row of every model, in a session of its own."""
    acme = world.acme
    room = Room.objects.create(host=acme.owner, library=acme.library, slug="more", title="More of acme")
    session = Session.objects.create(
        room=room, preset=acme.preset, title="More", status="live", started_at=timezone.now()
    )
    made = one_of_each(acme, session, User.objects.create_user(username="More", is_guest=True))
    world.secrets |= dict.fromkeys(made, frozenset({"host", "limited"}))
