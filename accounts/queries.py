"""Reads about people and tenants."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Library, Membership, User
from accounts.person import Person

_MANAGERS = (Membership.Role.OWNER, Membership.Role.ADMIN)


def organizations_of(person: Person) -> QuerySet[Membership]:
    """The caller's memberships; a key sees only its own organization."""
    memberships = Membership.objects.filter(user=person.user) if person.user else Membership.objects.none()
    return memberships.filter(organization=person.api_key.organization_id) if person.api_key else memberships


def is_member(person: Person, organization_id: UUID) -> bool:
    """Whether the caller belongs to the organization."""
    return organizations_of(person).filter(organization=organization_id).exists()


def manages(person: Person, organization_id: UUID) -> bool:
    """Whether the caller is owner or admin of the organization."""
    return organizations_of(person).filter(organization=organization_id, role__in=_MANAGERS).exists()


def libraries_of(person: Person) -> QuerySet[Library]:
    """Libraries whose content the caller may read."""
    return Library.objects.filter(organization__in=organizations_of(person).values("organization"))


def default_library(user: User) -> Library | None:
    """Where a person's new rooms and presets go: the default library of their home organization."""
    return Library.objects.filter(organization=user.organization_id, is_default=True).first()
