"""A live session with an audience in the product's database, and a ticket for each person: one JSON line with all.

Run as a process of its own with the product's environment: ``python -m bench.fanout.people 5000``.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webinar.settings")
django.setup()

from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from accounts.person import Person
from organizations.models import Library, Membership, Organization
from rooms.models import Preset, Room
from sessions import lifecycle
from sessions.models import Attendance, Session
from sessions.rights.capabilities import capabilities
from sockets.tickets import issue_realtime


def make(people: int) -> dict[str, object]:
    """``{"session": id, "tickets": [...]}``."""
    call_command("migrate", verbosity=0)
    organization = Organization.objects.create(name="Bench")
    library = Library.objects.create(organization=organization, name="Main", is_default=True)
    host = User.objects.create_user("bench@example.com", "not used here", username="Host", organization=organization)
    Membership.objects.create(organization=organization, user=host, role="owner")
    room = Room.objects.create(host=host, library=library, slug=f"bench-{people}", title="Bench")
    preset = Preset.objects.create(user=host, library=library, name="Bench", type="whip", primary_color="#1d4ed8")
    session = Session.objects.create(room=room, preset=preset, title="Bench")
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(
        status="live", started_at=now, backstage_opened_at=now, last_active_at=now, preset_copy=lifecycle.frozen(preset)
    )
    session.refresh_from_db()
    users = [User(username=f"Guest {number}", is_guest=True) for number in range(people)]
    User.objects.bulk_create(users, batch_size=500)
    Attendance.objects.bulk_create([Attendance(session=session, user=user) for user in users], batch_size=500)
    tickets = []
    allowed = capabilities(Person(user=users[0]), session)  # guests have the same rights
    for user in users:
        person = Person(user=user)
        tickets.append(issue_realtime(person=person, session=session, capabilities=allowed)["ticket"])
    return {"session": str(session.pk), "tickets": tickets}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(make(int(sys.argv[1]))))
