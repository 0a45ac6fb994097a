"""What requests are about, in the product's database: two live sessions, a crowd in each, and people who will ask.

Run as a process of its own with the product's environment: ``python -m bench.requests.world '{"crowds": [20, 2000],
"askers": 100}'`` prints one JSON line.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webinar.settings")
if __name__ == "__main__":
    django.setup()

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

LISTED = 25  # sessions in the public list, of which a page holds 20
MESSAGES = 120  # in each chat, of which a page holds 50
BENCH = "bench"  # the source of the crowd's presence
_CHUNK = 500


def make_host(rooms: int) -> tuple[Any, Any, list[Any]]:
    """A host with an organization: the account, a preset, and so many rooms."""
    from accounts.models import User
    from organizations.models import Library, Membership, Organization
    from rooms.models import Preset, Room

    organization = Organization.objects.create(name="Bench")
    library = Library.objects.create(organization=organization, name="Main", is_default=True)
    host = User.objects.create_user(
        "host-of-the-bench@example.com", "not used here", username="Host", organization=organization, role="host"
    )
    Membership.objects.create(organization=organization, user=host, role="owner")
    preset = Preset.objects.create(user=host, library=library, name="Bench", type="whip", primary_color="#1d4ed8")
    return (
        host,
        preset,
        [
            Room.objects.create(host=host, library=library, slug=f"bench-{number}", title=f"Bench {number}")
            for number in range(rooms)
        ],
    )


def make(crowds: list[int], askers: int, newcomers: int | None = None) -> dict[str, Any]:
    """Make all of it: ``{"sessions": [...], "host": token}``; see :func:`_session` for a session.

    ``askers``: people who came in already, one request each in every round; ``newcomers`` did not come in yet, and are
    as many by themselves. Their tokens say when they end: ACCESS_TOKEN_MINUTES of this process alone may be more.
    """
    from accounts import credentials
    from sessions.models import Session

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        host, preset, rooms = make_host(len(crowds) + 3)
        for number in range(LISTED):
            Session.objects.create(
                room=rooms[number % len(rooms)],
                preset=preset,
                title=f"Session {number}",
                description="What it is about. " * 5,
                scheduled_start_time=timezone.now() + timedelta(days=1 + number),
            )
        sessions = [
            _session(room, preset, host, crowd, askers, askers if newcomers is None else newcomers)
            for room, crowd in zip(rooms, crowds, strict=False)
        ]
        token = credentials.issue_tokens(host).access_token
    return {"sessions": sessions, "host": token}


def _session(room: Any, preset: Any, host: Any, crowd: int, askers: int, newcomers: int) -> dict[str, Any]:
    """A live session with ``crowd`` people present, a chat, an open poll that half of them voted in, and questions.

    ``{"id", "crowd", "poll", "option", "options", "counts", "askers": [token], "asker_ids", "newcomers": [token]}``;
    ``counts``: votes that the options of the poll have already.
    """
    from chat.models import ChatMessage
    from polls.models import Poll, PollOption, Vote
    from questions.models import Question
    from sessions import lifecycle
    from sessions.models import Attendance, Presence, Session

    now = timezone.now()
    began = now - timedelta(minutes=10)
    session = Session.objects.create(room=room, preset=preset, title=f"{crowd} people")
    Session.objects.filter(pk=session.pk).update(
        status="live",
        started_at=began,
        backstage_opened_at=began,
        last_active_at=now,
        preset_copy=lifecycle.frozen(preset),
    )
    present = _people(f"Crowd of {crowd}", crowd)
    asking = _people(f"Asker among {crowd}", askers)
    coming = _people(f"Newcomer to {crowd}", newcomers)
    _bulk(Attendance, [_attendance(session, user, began, is_present=True) for user in present])
    _bulk(Attendance, [_attendance(session, user, began, is_present=False) for user in asking])
    _bulk(Presence, [Presence(session=session, user=user, source=BENCH, seen_at=now) for user in present])
    writers = present[:10]
    _bulk(
        ChatMessage,
        [
            ChatMessage(
                session=session,
                user=(writer := writers[number % len(writers)]),
                username=writer.username,
                role="audience",
                text=f"Message {number}, of a length as people write them.",
                published_at=began + timedelta(seconds=number),
            )
            for number in range(MESSAGES)
        ],
    )
    voters = present[: crowd // 2]
    poll = Poll.objects.create(
        session=session, created_by=host, role="host", question="Which?", launched_at=now, voter_count=len(voters)
    )
    options = [PollOption.objects.create(poll=poll, text=f"Option {number}", position=number) for number in range(4)]
    PollOption.objects.filter(pk=options[0].pk).update(vote_count=len(voters))
    _bulk(Vote, [Vote(poll=poll, option=options[0], user=user, is_only=True) for user in voters])
    _bulk(Question, [Question(session=session, user=user, text="How does it work?") for user in writers])
    return {
        "id": str(session.pk),
        "crowd": crowd,
        "poll": str(poll.pk),
        "option": str(options[1].pk),
        "options": [str(option.pk) for option in options],
        "counts": {str(options[0].pk): len(voters)},
        "askers": _tokens(asking),
        "asker_ids": [str(user.pk) for user in asking],
        "newcomers": _tokens(coming),
    }


def _people(name: str, number: int) -> list[Any]:
    from accounts.models import User

    users = [User(username=f"{name} {each}", is_guest=True) for each in range(number)]
    _bulk(User, users)
    return users


def _tokens(users: list[Any]) -> list[str]:
    from accounts import credentials

    return [credentials.issue_tokens(user).access_token for user in users]


def _attendance(session: Any, user: Any, began: Any, *, is_present: bool) -> Any:
    from sessions.models import Attendance
    from sessions.people.names import name_key

    return Attendance(
        session=session,
        user=user,
        joined_at=began,
        join_count=1,
        present_since=began if is_present else None,
        name_key=name_key(user.username),
    )


def _bulk(model: Any, rows: list[Any]) -> None:
    model.objects.bulk_create(rows, batch_size=_CHUNK)


if __name__ == "__main__":
    print(json.dumps(make(**json.loads(sys.argv[1]))))
