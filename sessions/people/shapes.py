"""What is published about people in a session, in replies, events and the state of pages."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from pydantic import Field

from accounts import shapes as accounts
from accounts.person import Person
from core.published import Moment, Published
from sessions import models
from sessions.rights.capabilities import Role


class SessionParticipant(Published, name="SessionParticipantResponse"):
    """A person's role as co-host, moderator or speaker of a session."""

    id: UUID
    session_id: UUID
    user_id: UUID
    username: str
    user: accounts.User
    role: models.Invitation.Role = Field(description="`speaker` is an addition to the published contract.")
    is_active: bool
    assigned_at: Moment
    joined_at: Moment | None = Field(description="When they first joined.")
    assigned_by: UUID
    assigned_by_user: accounts.User
    removed_at: Moment | None
    left_at: Moment | None = Field(description="When they last left; null while they are there.")

    @classmethod
    def of(cls, row: models.SessionRole, reader: Person, *, as_host: bool = False) -> Self:
        """``row.user`` and ``row.assigned_by`` should be loaded; they are shown as ``reader`` may see them."""
        return cls(
            id=row.pk,
            session_id=row.session_id,
            user_id=row.user_id,
            username=row.user.username,
            user=accounts.User.of(row.user, reader, as_host=as_host),
            role=models.Invitation.Role(row.role),
            is_active=row.is_active,
            assigned_at=row.assigned_at,
            joined_at=row.joined_at,
            assigned_by=row.assigned_by_id,
            assigned_by_user=accounts.User.of(row.assigned_by, reader, as_host=as_host),
            removed_at=row.removed_at,
            left_at=row.left_at,
        )


class SessionParticipants(Published, name="SessionParticipantsListResponse"):
    """Everybody with a role now."""

    participants: list[SessionParticipant]
    total: int


class OwnName(Published, name="OwnNameResponse"):
    """What everybody calls you from now on: with a number where somebody in the audience has the name already."""

    user_id: UUID
    username: str


class Invitation(Published, name="InvitationResponse"):
    """A personal invitation. Whoever opens ``link`` first takes the role; no account is needed."""

    id: UUID
    session_id: UUID
    name: str
    email: str = Field(description="Only for the host and whoever made the invitation; otherwise empty.")
    role: models.Invitation.Role
    link: str | None = Field(description="Secret: returned once, when it is made; null afterwards.")
    user_id: UUID | None = Field(description="Who took it.")
    invited_by: UUID
    created_at: Moment
    accepted_at: Moment | None
    revoked_at: Moment | None

    @classmethod
    def of(cls, invitation: models.Invitation, reader: Person, *, as_host: bool) -> Self:
        """The invitation as ``reader`` sees it; ``as_host`` of the session."""
        is_addressed = as_host or invitation.invited_by == reader.user
        return cls(
            id=invitation.pk,
            session_id=invitation.session_id,
            name=invitation.name,
            email=invitation.email if is_addressed else "",
            role=models.Invitation.Role(invitation.role),
            link=invitation.new_link,
            user_id=invitation.user_id,
            invited_by=invitation.invited_by_id,
            created_at=invitation.created_at,
            accepted_at=invitation.accepted_at,
            revoked_at=invitation.revoked_at,
        )


class Invitations(Published, name="InvitationListResponse"):
    """The invitations that are not revoked."""

    invitations: list[Invitation]
    total: int


class ActiveViewer(Published, name="ActiveViewerResponse"):
    """Somebody who is there now."""

    id: UUID
    user_id: UUID
    username: str
    joined_at: Moment
    role: Role

    @classmethod
    def of(cls, row: models.Attendance, role: str) -> Self:
        """``row.user`` should be loaded."""
        return cls(id=row.pk, user_id=row.user_id, username=row.user.username, joined_at=row.joined_at, role=Role(role))


class ActiveViewers(Published, name="ActiveViewersResponse"):
    """One page of the people who are there, in order of arrival."""

    viewers: list[ActiveViewer]
    total: int
    page: int
    limit: int


class WaitingPerson(Published, name="WaitingPersonResponse"):
    """Somebody in the lobby."""

    user_id: UUID
    username: str


class WaitingPeople(Published, name="WaitingPeopleResponse"):
    """Who waits in the lobby, in order of arrival: the first hundred, and how many there are."""

    people: list[WaitingPerson]
    total: int

    @classmethod
    def of(cls, people: Iterable[tuple[UUID, str]], total: int) -> Self:
        """``people``: id and name of each."""
        return cls(people=[WaitingPerson(user_id=user_id, username=name) for user_id, name in people], total=total)
