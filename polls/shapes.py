"""What polls publish, in replies, events and the state of pages."""

from collections.abc import Iterable
from typing import Literal, Self
from uuid import UUID

from pydantic import Field

from core.published import Moment, Published
from polls import models
from sessions.rights.capabilities import Capabilities, Role


class PollOption(Published, name="PollOptionResponse"):
    """One option."""

    id: UUID
    text: str
    vote_count: int | None = Field(description="Null while results are hidden from the caller.")


class Poll(Published, name="PollResponse"):
    """A poll with its options."""

    id: UUID
    session_id: UUID
    user_id: UUID
    username: str
    role: Role = Field(description="The author's when they made the poll.")
    question: str
    status: Literal["active", "closed"]
    allow_multiple_votes: bool
    options: list[PollOption]
    is_launched: bool = Field(description="False: prepared; only the crew sees it.")
    results_hidden: bool
    results: models.Poll.Results = Field(
        description="When the audience sees counts. `after_vote` is for pages to follow: the counts are in the reply."
    )
    is_anonymous: bool = Field(description="Nobody can tell who chose what; a vote cannot be repeated or added to.")
    total_votes: int | None = Field(description="Null as vote_count.")
    total_voters: int | None = Field(description="People who voted; null as vote_count.")
    created_at: Moment
    launched_at: Moment | None
    closed_at: Moment | None

    @classmethod
    def of(cls, poll: models.Poll, *, with_counts: bool) -> Self:
        """``poll.created_by`` and its options should be loaded. Without counts they are null."""
        options = poll.ordered_options
        return cls(
            id=poll.pk,
            session_id=poll.session_id,
            user_id=poll.created_by_id,
            username=poll.created_by.username,
            role=Role(poll.role),
            question=poll.question,
            status="closed" if poll.is_closed else "active",
            allow_multiple_votes=poll.allow_multiple_votes,
            options=[
                PollOption(id=option.pk, text=option.text, vote_count=option.vote_count if with_counts else None)
                for option in options
            ],
            is_launched=poll.is_launched,
            results_hidden=poll.results_hidden,
            results=poll.results,
            is_anonymous=poll.is_anonymous,
            total_votes=sum(option.vote_count for option in options) if with_counts else None,
            total_voters=poll.voter_count if with_counts else None,
            created_at=poll.created_at,
            launched_at=poll.launched_at,
            closed_at=poll.closed_at,
        )

    @classmethod
    def seen_by(cls, allowed: Capabilities, poll: models.Poll) -> Self:
        """The poll as a person may see it: hidden counts are for the crew, and people without the right see no counts
        at all.
        """
        return cls.of(poll, with_counts=allowed.may_see_polls and (allowed.is_crew or not poll.results_hidden))


class Polls(Published, name="PollListResponse"):
    """The session's polls, oldest first."""

    polls: list[Poll]
    total: int

    @classmethod
    def seen_by(cls, allowed: Capabilities, polls: Iterable[models.Poll]) -> Self:
        seen = [Poll.seen_by(allowed, poll) for poll in polls]
        return cls(polls=seen, total=len(seen))


class PollWithVotes(Poll, name="PollResultsResponse"):
    """A poll, and the caller's choices."""

    my_votes: list[UUID] | None = Field(description="Null in an anonymous poll.")
    has_voted: bool

    @classmethod
    def of_voter(cls, poll: Poll, my_votes: list[UUID | None]) -> Self:
        """``my_votes``: an option of each vote of the caller, None in an anonymous poll."""
        chosen = None if poll.is_anonymous else [option for option in my_votes if option is not None]
        return cls(**dict(poll), my_votes=chosen, has_voted=bool(my_votes))
