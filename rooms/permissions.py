"""Who may do what with rooms and presets; without HTTP, and without a query for each row."""

from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from accounts.person import Person, Scope
from organizations.queries import MANAGERS, organizations_of
from rooms.models import Preset, Room


@dataclass(frozen=True, slots=True)
class Memberships:
    """A person's memberships of organizations: queried once, then used for any number of rooms and sessions.

    ``roles`` maps organizations to the person's role there; for a key it has only the key's organization.
    """

    person: Person
    roles: dict[UUID, str]

    @classmethod
    def of(cls, person: Person) -> "Memberships":
        """One query for a known person, none for an anonymous one."""
        if person.user is None:
            return cls(person, {})
        return cls(person, dict(organizations_of(person).values_list("organization_id", "role")))

    def limited(self) -> "Memberships":
        """The same of a person for whom a key may speak: then only the key's own organization counts."""
        key = self.person.api_key
        if key is None:
            return self
        return Memberships(self.person, {one: role for one, role in self.roles.items() if one == key.organization_id})

    def is_member(self, organization_id: UUID) -> bool:
        """Whether the person may read the organization's private things. A key that only issues codes may not."""
        key = self.person.api_key
        if key is not None:
            reads = self.person.has_scope(Scope.ROOMS) or self.person.has_scope(Scope.SESSIONS)
            return reads and key.organization_id == organization_id
        return organization_id in self.roles

    def hosts(self, room: Room, scope: Scope) -> bool:
        """Whether the person is host of ``room`` (its host, an owner or admin, or a key with ``scope``).

        ``room.library`` must be loaded. A person limited to one session hosts no room; ``sessions.rights.capabilities``
        gives them that session.
        """
        person = self.person
        if person.user is None:
            return False
        organization_id = room.library.organization_id
        if person.api_key is not None:
            return person.api_key.organization_id == organization_id and person.has_scope(scope)
        return room.host_id == person.user.pk or self.roles.get(organization_id) in MANAGERS

    def sees(self, room: Room) -> bool:
        """Whether the room is visible: public and unlisted rooms to anyone with the id, private ones to members and the
        host.
        """
        if room.visibility != Room.Visibility.PRIVATE:
            return True
        return self.is_member(room.library.organization_id) or self.hosts(room, Scope.SESSIONS)


def may_manage_room(memberships: Memberships, room: Room) -> bool:
    """Whether the person may change and delete the room."""
    return memberships.person.session_id is None and memberships.hosts(room, Scope.ROOMS)


def may_run_sessions(memberships: Memberships, room: Room) -> bool:
    """Whether the person may list and create the room's sessions."""
    return memberships.person.session_id is None and memberships.hosts(room, Scope.SESSIONS)


def may_create_rooms(person: Person) -> bool:
    """Accounts with role host, with a key only within its scope; never with a token limited to one session."""
    user = person.user
    return (
        user is not None and user.role == User.Role.HOST and person.session_id is None and person.has_scope(Scope.ROOMS)
    )


def may_use_presets(person: Person) -> bool:
    """Presets belong to people who sign in; guests and tokens limited to one session have none."""
    return (
        person.user is not None
        and not person.user.is_guest
        and person.session_id is None
        and person.has_scope(Scope.ROOMS)
    )


def owns_preset(person: Person, preset: Preset) -> bool:
    """Only the owner changes and deletes a preset; a key only within its organization."""
    if person.user is None or preset.user_id != person.user.pk:
        return False
    return person.api_key is None or person.api_key.organization_id == preset.library.organization_id
