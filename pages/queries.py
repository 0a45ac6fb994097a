"""Reads over several apps for the host's pages."""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.person import Person
from organizations.models import Membership
from organizations.queries import MANAGERS
from sessions.lists import figures
from sessions.models import Session, SessionQuerySet
from sessions.queries import managed_sessions, people_of

_AHEAD = 50
_RECENT = 10


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The dashboard. ``running``: live, or in rehearsal with an open backstage."""

    running: list[Session]
    upcoming: list[Session]
    recent: list[Session]
    figures: dict[str, int]

    @property
    def is_new(self) -> bool:
        """Whether the host has made nothing yet."""
        return not (self.running or self.upcoming or self.recent)


def running_sessions(person: Person) -> SessionQuerySet:
    """Live ones first, then rehearsals."""
    return managed_sessions(person).open().order_by("status", "-started_at", "-backstage_opened_at")


def dashboard_of(person: Person) -> Dashboard:
    """The caller's sessions: running, upcoming with the next first, the latest past ones, and figures over all."""
    sessions = managed_sessions(person)
    closed = Q(status=Session.Status.SCHEDULED, backstage_opened_at=None)
    over = Q(status__in=[Session.Status.ENDED, Session.Status.EXPIRED])
    return Dashboard(
        running=list(running_sessions(person)),
        upcoming=list(sessions.filter(closed).order_by(F("scheduled_start_time").asc(nulls_first=True), "pk")[:_AHEAD]),
        recent=list(
            sessions.filter(over).order_by(Coalesce("ended_at", "scheduled_start_time", "created_at").desc())[:_RECENT]
        ),
        figures=figures(sessions),
    )


def possible_team(session: Session, *, most: int) -> QuerySet[User]:
    """Who can get a role in the session, by name, at most ``most``: colleagues and those who came, but no hosts and
    nobody who is banned.
    """
    organization = session.room.library.organization_id
    hosts = Membership.objects.filter(organization=organization, role__in=MANAGERS).values("user")
    banned = session.bans.filter(lifted_at=None).order_by().values("user")
    people = people_of(session).exclude(pk=session.room.host_id).exclude(pk__in=hosts).exclude(pk__in=banned)
    shown = list(people.order_by("username", "pk").values_list("pk", flat=True)[:most])
    return User.objects.filter(pk__in=shown).order_by("username", "pk")
