"""Writes of polls: one function a use case."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import Person
from audit.services import record
from core.errors import Invalid, NotAllowed, NotFound
from core.limits import Limiter
from core.prepared import prepared
from core.writes import insert, update
from polls.errors import AlreadyVoted, PollClosed, PollLaunched, PollNotLaunched, TooManyPolls
from polls.events import PollClosed as PollClosedEvent
from polls.events import PollCreated, PollUpdated, PollVoted, emit_deletion, emit_to_all, results_now
from polls.models import Poll, PollOption, Vote
from polls.queries import choices_of, options_of, polls_to_copy
from realtime.outbox import emit
from realtime.recount import recount
from sessions import lifecycle
from sessions.errors import SessionEnded, SessionNotLive
from sessions.events import RightsChanged
from sessions.models import Session
from sessions.moderation.rules import check_text
from sessions.rights.capabilities import Capabilities, Role, capabilities, require
from sessions.rows import lean

#: What a copy of a poll takes along beside question and options.
SETTINGS = ("allow_multiple_votes", "results_hidden", "results_after_vote", "is_anonymous")
#: The limit of polls in a session: every page shows all of them.
MOST_POLLS = 100
FOR_THE_CREW = 20  # of these
_CREATES, _CREATES_WITHIN = 3, 600  # of one person of the audience, seconds
_VOTES, _VOTES_WITHIN = 60, 60  # of one person, seconds


def create_poll(
    *,
    actor: Person,
    session: Session,
    question: str,
    options: list[str],
    allow_multiple_votes: bool = False,
    results_hidden: bool = False,
    results_after_vote: bool = False,
    is_anonymous: bool = False,
    launch: bool | None = None,
) -> Poll:
    """Create a poll and launch it, or (``launch`` false) prepare it, which the crew may do long before the session.

    ``is_anonymous`` cannot be changed afterwards: nobody shall have voted believing something else.

    Unless said, it is launched while the session runs, and one of the crew is prepared before that. Where the preset
    lets the audience make polls, those are launched at once with open results. Raises NotAllowed, NotFound, TooMany,
    Invalid (chat rules on words and links), SessionEnded, SessionNotLive, TooManyPolls.
    """
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        require(allowed.may_create_polls)
        if not allowed.may_manage_polls:
            if results_hidden or launch is False:
                raise NotAllowed(_("Only the team can prepare polls or hide their results."))
            Limiter().check("poll.create", str(actor.account().pk), _CREATES, _CREATES_WITHIN)
        _check_texts(locked, allowed, question, options)
        _check_open(locked)
        if launch is None:
            launch = _is_running(locked) or not allowed.may_manage_polls
        if launch:
            _check_running(locked)
        _check_number(locked, allowed, actor.account().pk)
        poll = Poll.objects.create(
            session=locked,
            created_by_id=actor.account().pk,
            role=allowed.role,
            question=question,
            allow_multiple_votes=allow_multiple_votes,
            results_hidden=results_hidden,
            results_after_vote=results_after_vote,
            is_anonymous=is_anonymous,
            launched_at=timezone.now() if launch else None,
        )
        _set_options(poll, options)
        _record("poll.created" if launch else "poll.prepared", actor, allowed, poll)
        emit_to_all(PollCreated, locked, poll)
    return _complete(poll.pk)


def _check_number(session: Session, allowed: Capabilities, user_id: UUID | None) -> None:
    """Keep room for polls of others of the audience, and of the crew. Raises TooManyPolls."""
    polls = Poll.objects.filter(session=session)
    total = polls.count()
    if total >= MOST_POLLS:
        raise TooManyPolls
    if not allowed.may_manage_polls:
        if polls.filter(created_by=user_id).count() >= settings.POLLS_PER_PERSON:
            raise TooManyPolls(_("You have reached the number of polls that one person can make here."))
        if total >= MOST_POLLS - FOR_THE_CREW:
            raise TooManyPolls


def update_poll(*, actor: Person, poll: Poll, **changes: Any) -> Poll:
    """Edit a prepared poll: question, options (all of them), allow_multiple_votes, results_hidden, results_after_vote.

    Raises NotAllowed, NotFound, PollLaunched, SessionEnded.
    """
    with transaction.atomic():
        session, allowed, locked = _lock_to_manage(actor, poll)
        _check_open(session)
        if locked.is_launched:
            raise PollLaunched
        options = changes.pop("options", None)
        for name, value in changes.items():
            setattr(locked, name, value)
        locked.save()
        if options is not None:
            locked.options.all().delete()
            _set_options(locked, options)
        _record("poll.updated", actor, allowed, locked)
        emit_to_all(PollUpdated, session, locked)
    return _complete(poll.pk)


def delete_poll(*, actor: Person, poll: Poll) -> None:
    """Delete a poll with its votes. Not allowed after the end: what the session had stays as it was.

    Raises NotAllowed, NotFound, SessionEnded.
    """
    with transaction.atomic():
        session, allowed, locked = _lock_to_manage(actor, poll)
        _check_open(session)
        _record("poll.deleted", actor, allowed, locked)
        emit_deletion(session, locked)
        locked.delete()


def launch_poll(*, actor: Person, poll: Poll) -> Poll:
    """Launch a prepared poll. Repeating it is harmless.

    Raises NotAllowed, NotFound, SessionEnded, SessionNotLive, PollClosed.
    """
    with transaction.atomic():
        session, allowed, locked = _lock_to_manage(actor, poll)
        if locked.is_closed:
            raise PollClosed
        if not locked.is_launched:
            _check_open(session)
            _check_running(session)
            locked.launched_at = timezone.now()
            locked.save(update_fields=["launched_at"])
            _record("poll.launched", actor, allowed, locked)
            emit_to_all(PollCreated, session, locked)
    return _complete(poll.pk)


def close_poll(*, actor: Person, poll: Poll) -> Poll:
    """Close a poll: no vote is counted after the commit. Repeating it is harmless.

    Raises NotAllowed, NotFound, PollNotLaunched.
    """
    with transaction.atomic():
        session, allowed, locked = _lock_to_manage(actor, poll)
        if not locked.is_launched:
            raise PollNotLaunched
        if not locked.is_closed:
            _close(session, locked)
            _record("poll.closed", actor, allowed, locked)
    return _complete(poll.pk)


def show_results(*, actor: Person, poll: Poll) -> Poll:
    """Show everybody the counts from now on. Repeating it is harmless.

    Raises NotAllowed, NotFound, PollNotLaunched.
    """
    with transaction.atomic():
        session, allowed, locked = _lock_to_manage(actor, poll)
        if not locked.is_launched:
            raise PollNotLaunched
        if locked.results_hidden:
            locked.results_hidden = False
            locked.save(update_fields=["results_hidden"])
            _record("poll.results_shown", actor, allowed, locked)
            emit_to_all(PollUpdated, session, locked)
    return _complete(poll.pk)


def copy_poll(*, actor: Person, poll: Poll, launch: bool = False) -> Poll:
    """A new poll with the same question, options and settings, without votes: prepared, or (``launch``) asked at once.

    What the first one got stays. Raises NotAllowed, NotFound, SessionEnded, SessionNotLive, TooManyPolls.
    """
    options = [option.text for option in poll.ordered_options]
    require(capabilities(actor, poll.session).may_manage_polls)
    return create_poll(
        actor=actor,
        session=poll.session,
        question=poll.question,
        options=options,
        launch=launch,
        **{name: getattr(poll, name) for name in SETTINGS},
    )


def vote(*, actor: Person, poll: Poll, option_id: UUID | None = None, option_ids: Sequence[UUID] = ()) -> Poll:
    """Vote for an option, or for several in a poll that allows it. Choosing one again is harmless; each counts once.

    In an anonymous poll a person votes once, and every repetition is AlreadyVoted, since nobody knows what they chose.
    The lock is the poll's row, not the session's: only its voters wait for each other, a vote is either counted before
    the poll closes or refused, and the counters equal the number of votes. Raises NotAllowed, NotFound, TooMany,
    Invalid (an option of another poll, several in a single choice), PollNotLaunched, PollClosed, AlreadyVoted.
    """
    user_id = actor.account().pk
    wanted = {option_id} if option_id else set(option_ids)
    Limiter().check("poll.vote", str(user_id), _VOTES, _VOTES_WITHIN)
    with transaction.atomic():
        locked = _lock_poll(poll.pk)
        require(capabilities(actor, locked.session).may_vote)
        locked.read_options = options_of.all(poll_id=locked.pk)
        options = [known for known in locked.read_options if known.pk in wanted]
        if len(options) < len(wanted):
            raise Invalid.field("option_id", _("This option does not belong to the poll."), "unknown")
        if len(options) > 1 and not locked.allow_multiple_votes:
            raise Invalid.field("option_ids", _("Choose one option: this poll allows one."), "max_length")
        if not locked.is_launched:
            raise PollNotLaunched
        if locked.is_closed:
            raise PollClosed
        chosen = choices_of(user_id, locked.pk)
        if chosen and locked.is_anonymous:
            raise AlreadyVoted
        new = [option for option in options if option.pk not in chosen]
        if new:
            if chosen and not locked.allow_multiple_votes:
                raise AlreadyVoted
            insert(*_votes_for(locked, user_id, new))
            for option in new:
                option.vote_count += 1
                update(option, "vote_count")
            if not chosen:
                locked.voter_count += 1
                update(locked, "voter_count")
            theirs: set[UUID | None] = set() if locked.is_anonymous else {*chosen, *(option.pk for option in new)}
            emit(PollVoted.of(locked, user_id, [known.pk for known in locked.read_options if known.pk in theirs]))
            recount(results_now, locked.pk)
    return locked


def _votes_for(poll: Poll, user_id: UUID, options: list[PollOption]) -> list[Vote]:
    """The rows to write; of an anonymous poll one that tells nothing but that the person voted."""
    if poll.is_anonymous:
        launched = poll.launched_at or poll.created_at
        return [Vote(id=uuid4(), poll=poll, option=None, user_id=user_id, is_only=True, created_at=launched)]
    is_only = not poll.allow_multiple_votes
    return [Vote(poll=poll, option=option, user_id=user_id, is_only=is_only) for option in options]


def drop_rehearsal(session: Session) -> None:
    """At go-live: delete the rehearsal's votes and make its polls prepared ones again. ``session`` is locked.

    No events: going live sends every open page a new state.
    """
    _drop(session)


def close(session: Session) -> None:
    """At the end: close the polls; a closed backstage leaves them prepared. ``session`` is locked."""
    if session.status != Session.Status.ENDED:
        if _drop(session):
            emit(RightsChanged.of(session))
        return
    for poll in Poll.objects.select_for_update(no_key=True).filter(
        session=session, launched_at__isnull=False, closed_at=None
    ):
        _close(session, poll)


def copy(source: Session, copy: Session, by: User) -> None:
    """Prepare the crew's polls of ``source`` in ``copy``, a new session, as those of ``by``; its host."""
    pairs = [(poll, _prepared_again(poll, copy, by)) for poll in polls_to_copy(source).prefetch_related("options")]
    Poll.objects.bulk_create(again for _poll, again in pairs)
    PollOption.objects.bulk_create(
        PollOption(poll=again, text=option.text, position=option.position)
        for poll, again in pairs
        for option in poll.options.all()
    )


def _prepared_again(poll: Poll, session: Session, by: User) -> Poll:
    kept = {name: getattr(poll, name) for name in ("question", *SETTINGS)}
    return Poll(session=session, created_by=by, role=Role.HOST, **kept)


def forget(session: Session) -> None:
    """Delete the polls of a session that can no longer be restored. ``session`` is locked."""
    Poll.objects.filter(session=session).delete()


def _drop(session: Session) -> int:
    """Undo what a rehearsal did; returns how many polls had been launched."""
    launched = list(
        Poll.objects.select_for_update(no_key=True)
        .filter(session=session, launched_at__isnull=False)
        .values_list("pk", flat=True)
    )
    Vote.objects.filter(poll__in=launched).delete()
    PollOption.objects.filter(poll__in=launched).update(vote_count=0)
    return Poll.objects.filter(pk__in=launched).update(launched_at=None, closed_at=None, voter_count=0)


def _close(session: Session, poll: Poll) -> None:
    poll.closed_at = timezone.now()
    poll.save(update_fields=["closed_at"])
    emit_to_all(PollClosedEvent, session, poll)


def _lock_poll(poll_id: UUID) -> Poll:
    """The poll, locked, with what capabilities need of its session. Raises NotFound when it was deleted."""
    poll = _locked.first(poll_id=poll_id)
    if poll is None:
        raise NotFound
    return poll


@prepared
def _locked(poll_id: UUID) -> QuerySet[Poll]:
    polls = lean(Poll.objects.select_related("created_by"), "session__")
    here = polls.filter(pk=poll_id, session__deleted_at=None, session__room__deleted_at=None)
    return here.select_for_update(no_key=True, of=("self",))


def _lock_to_manage(actor: Person, poll: Poll) -> tuple[Session, Capabilities, Poll]:
    """Lock session and poll, in this order, for somebody who manages polls. Raises NotFound, NotAllowed."""
    session = lifecycle.lock_session(poll.session_id)
    allowed = capabilities(actor, session)
    require(allowed.may_manage_polls)
    return session, allowed, _lock_poll(poll.pk)


def _check_open(session: Session) -> None:
    if session.status == Session.Status.ENDED:
        raise SessionEnded


def _is_running(session: Session) -> bool:
    return session.is_live or session.is_backstage


def _check_running(session: Session) -> None:
    if not _is_running(session):
        raise SessionNotLive


def _check_texts(session: Session, allowed: Capabilities, question: str, options: list[str]) -> None:
    check_text(session, allowed, question, field="question")
    for option in options:
        check_text(session, allowed, option, field="options")


def _set_options(poll: Poll, texts: list[str]) -> None:
    PollOption.objects.bulk_create(
        PollOption(poll=poll, text=text, position=position) for position, text in enumerate(texts)
    )


def _record(action: str, actor: Person, allowed: Capabilities, poll: Poll) -> None:
    """Record actions of the crew in the audit log, which does not hold those of the audience."""
    if allowed.is_crew:
        record(action, actor=actor.account().pk, session=poll.session_id, poll=str(poll.pk), question=poll.question)


def _complete(poll_id: UUID) -> Poll:
    poll = Poll.objects.select_related("created_by").prefetch_related("options").filter(pk=poll_id).first()
    if poll is None:  # deleted in the meantime
        raise NotFound
    return poll
