"""Reads about organizations, and about what belongs to whom."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person
from core.errors import Sentence
from organizations.models import Library, Membership

#: Who acts as host in every session of the organization.
MANAGERS = (Membership.Role.OWNER, Membership.Role.ADMIN)


def organizations_of(person: Person) -> QuerySet[Membership]:
    """The caller's memberships in active organizations; a key sees only its own organization."""
    if person.user is None:
        return Membership.objects.none()
    memberships = Membership.objects.filter(user=person.user, organization__is_active=True)
    return memberships.filter(organization=person.api_key.organization_id) if person.api_key else memberships


def libraries_of(person: Person) -> QuerySet[Library]:
    """Libraries whose content the caller may read."""
    return Library.objects.filter(organization__in=organizations_of(person).values("organization"))


def managed_libraries(person: Person) -> QuerySet[Library]:
    """Libraries whose rules the caller can set: those of organizations that they own or administer."""
    managed = organizations_of(person).filter(role__in=MANAGERS)
    return Library.objects.filter(organization__in=managed.values("organization")).select_related("organization")


def why_idle(user: User) -> Sentence | None:
    """Why this account cannot hold webinars; None if it can, or is not meant to."""
    if user.role != User.Role.HOST:
        return None
    if not user.memberships.exists():
        return _("Your account belongs to no organization yet. Ask your administrator.")
    return None
