"""Reads about people and tenants."""

from django.db.models import QuerySet

from accounts.models import Library, Membership
from accounts.person import Person

#: Who acts as host in every session of the organization.
MANAGERS = (Membership.Role.OWNER, Membership.Role.ADMIN)


def organizations_of(person: Person) -> QuerySet[Membership]:
    """The caller's memberships; a key sees only its own organization."""
    memberships = Membership.objects.filter(user=person.user) if person.user else Membership.objects.none()
    return memberships.filter(organization=person.api_key.organization_id) if person.api_key else memberships


def libraries_of(person: Person) -> QuerySet[Library]:
    """Libraries whose content the caller may read."""
    return Library.objects.filter(organization__in=organizations_of(person).values("organization"))


def managed_libraries(person: Person) -> QuerySet[Library]:
    """Libraries whose rules the caller sets: those of organizations that they own or administer."""
    managed = organizations_of(person).filter(role__in=MANAGERS)
    return Library.objects.filter(organization__in=managed.values("organization")).select_related("organization")
