"""What is published of chat rules and bans, in replies, events and the state of pages."""

from typing import Self
from uuid import UUID

from pydantic import Field

from accounts.models import User
from accounts.person import Person
from accounts.privacy import address_for
from accounts.shapes import EmailAddress
from core.published import Moment, Published
from sessions import models


# The last base of a model has its first fields.
class _Door(Published):
    is_door_closed: bool

    @classmethod
    def of(cls, session: models.Session) -> Self:
        return cls.model_validate({name: getattr(session, name) for name in cls.model_fields})


class _Words(Published):
    blocked_words: list[str]


class _Chat(Published):
    slow_mode: int = Field(description="Seconds.")
    chat_from: models.Session.ChatFrom
    direct_to_crew_only: bool
    hold_messages: bool
    block_links: bool


class Rules(_Door, _Chat, name="ModerationData"):
    """The chat rules that everyone may know; blocked words are read over REST by the crew only."""


class RulesWithWords(_Door, _Words, _Chat, name="ModerationResponse"):
    """The chat rules with the blocked words, which only the crew reads."""


class BanPerson(Published):
    """A person in a ban; the e-mail address is only for the session's host, the person's colleagues and themself."""

    id: UUID
    username: str
    email: EmailAddress | None

    @classmethod
    def of(cls, user: User, reader: Person, *, as_host: bool) -> Self:
        return cls(id=user.pk, username=user.username, email=address_for(reader, user, as_host=as_host))


class Ban(Published, name="BannedParticipantResponse"):
    """A ban."""

    id: UUID
    session_id: UUID
    user_id: UUID
    user: BanPerson
    banned_by: UUID
    banned_by_user: BanPerson
    reason: str
    banned_at: Moment

    @classmethod
    def of(cls, ban: models.Ban, reader: Person, *, as_host: bool) -> Self:
        """The ban as ``reader`` sees it; ``ban.user`` and ``ban.banned_by`` should be loaded."""
        return cls(
            id=ban.pk,
            session_id=ban.session_id,
            user_id=ban.user_id,
            user=BanPerson.of(ban.user, reader, as_host=as_host),
            banned_by=ban.banned_by_id,
            banned_by_user=BanPerson.of(ban.banned_by, reader, as_host=as_host),
            reason=ban.reason,
            banned_at=ban.banned_at,
        )


class Bans(Published, name="BannedParticipantsListResponse"):
    """The present bans, the latest first."""

    banned_participants: list[Ban]
    total: int


class BanStatus(Published, name="BanStatusResponse"):
    """Whether the caller is banned, and whether they may join at all."""

    banned: bool
    reason: str | None
    refused: str | None = Field(
        description="Why the caller may not join: banned, door_closed, registration_required, not_allowed; "
        "null: they may."
    )
