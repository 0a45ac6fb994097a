"""Very many rows, made by PostgreSQL itself: a session with a crowd and a chat, one with few, and a list of sessions.

Run as a process of its own with the product's environment: ``python -m bench.lists.rows '{"people": 1000000, …}'``
prints one JSON line.
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
from django.db import connection, models
from django.utils import timezone

from bench.requests.world import make_host

FEW = 1000  # rows of the session that the large one is compared with


def multiply(template: models.Model, number: int, **expressions: str) -> None:
    """Insert ``number`` rows like ``template``, which is not saved; SQL ``expressions`` of ``n`` (1, 2, …) differ."""
    fields = [field for field in template._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values, parameters = [], []
    for field in fields:
        if field.attname in expressions:
            values.append(expressions[field.attname])
        else:
            values.append(f"%s::{field.db_type(connection)}")
            value = field.pre_save(template, add=True)
            parameters.append(field.get_db_prep_save(value, connection))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {template._meta.db_table} ({columns}) SELECT {', '.join(values)} "
            "FROM generate_series(1, %s) AS n",
            [*parameters, number],
        )


def make(people: int, messages: int, sessions: int) -> dict[str, Any]:
    """``{"large", "small", "host", "old"}``: two sessions, the host's token, an old message of the large chat."""
    from accounts import credentials
    from accounts.models import User
    from chat.models import ChatMessage
    from sessions import lifecycle
    from sessions.models import Session

    call_command("migrate", verbosity=0)
    host, preset, rooms = make_host(3)
    begun = timezone.now() - timedelta(hours=5)
    multiply(User(username="Guest", is_guest=True), people, id="md5('user' || n)::uuid", username="'Guest ' || n")
    made = []
    for room, attended, said in ((rooms[0], people, messages), (rooms[1], min(people, FEW), min(messages, FEW))):
        session = Session.objects.create(room=room, preset=preset, title=f"{attended} people")
        Session.objects.filter(pk=session.pk).update(
            status="live",
            started_at=begun,
            backstage_opened_at=begun,
            last_active_at=timezone.now(),
            preset_copy=lifecycle.frozen(preset),
        )
        _fill(session, attended, said, begun)
        made.append(str(session.pk))
    multiply(
        Session(room=rooms[2], preset=preset, title="Session", scheduled_start_time=timezone.now() + timedelta(days=1)),
        sessions,
        id="gen_random_uuid()",
        title="'Session ' || n",
        created_at="now() - n * interval '1 minute'",
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    old = ChatMessage.objects.filter(session=made[0]).order_by("published_at", "id")[min(100, messages - 1)]
    token = credentials.issue_tokens(host).access_token
    return {"large": made[0], "small": made[1], "host": token, "old": str(old.pk)}


def _fill(session: Any, people: int, messages: int, begun: Any) -> None:
    """Attendance and a chat."""
    from chat.models import ChatMessage
    from sessions.models import Attendance

    when = f"'{begun.isoformat()}'::timestamptz + n * interval '10 milliseconds'"
    multiply(
        Attendance(session=session, join_count=1, watch_duration=600, left_at=timezone.now()),
        people,
        id="gen_random_uuid()",
        user_id="md5('user' || n)::uuid",
        joined_at=when,
        name_key="'guest ' || n",
    )
    multiply(
        ChatMessage(session=session, role="audience"),
        messages,
        id="gen_random_uuid()",
        user_id=f"md5('user' || (n %% {min(people, 1000)} + 1))::uuid",
        username=f"'Guest ' || (n %% {min(people, 1000)} + 1)",
        text="'Message ' || n || ' of a length as people write them.'",
        created_at=when,
        published_at=when,
    )


if __name__ == "__main__":
    print(json.dumps(make(**json.loads(sys.argv[1]))))
