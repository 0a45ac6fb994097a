"""Writes of questions: one function a use case."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from audit.services import record
from core.errors import NotAllowed, NotFound
from core.limits import Limiter
from core.rows import check_most
from core.writes import insert
from questions.errors import QuestionAnswered, QuestionDismissed, QuestionHeld
from questions.events import (
    QuestionAsked,
    QuestionDeleted,
    QuestionUpdated,
    QuestionVoted,
    votes_now,
)
from questions.events import QuestionDismissed as QuestionDismissedEvent
from questions.events import QuestionHeld as QuestionHeldEvent
from questions.models import Question, QuestionVote
from realtime.outbox import emit
from realtime.recount import recount
from sessions import lifecycle
from sessions.errors import SessionEnded, SessionNotLive
from sessions.events import RightsChanged
from sessions.models import Session
from sessions.moderation import rules
from sessions.rights.capabilities import Capabilities, capabilities, require

_ASKS, _ASKS_WITHIN = 5, 60  # of one person of the audience, seconds
_TOO_MANY = _("You have reached the number of questions that one person can ask here.")
_VOTES, _VOTES_WITHIN = 60, 60  # of one person, seconds


def check_may_ask(session: Session, allowed: Capabilities) -> None:
    """Raises NotAllowed or WritingClosed unless the person may ask."""
    rules.check_may_write(session, allowed, may=allowed.may_ask)


def ask(*, actor: Person, session: Session, text: str) -> Question:
    """Ask a question; where the crew approves messages first, it is held.

    The chat rules apply. Raises NotAllowed, WritingClosed, NotFound, TooMany, SlowMode, Invalid (words and links),
    SessionEnded, SessionNotLive, LimitReached.
    """
    user = actor.account()
    with transaction.atomic():
        locked = lifecycle.lock_session(session.pk)
        allowed = capabilities(actor, locked)
        check_may_ask(locked, allowed)
        if not allowed.is_crew:
            Limiter().check("question.ask", str(user.pk), _ASKS, _ASKS_WITHIN)
        rules.check_text(locked, allowed, text, field="text")
        _check_running(locked)
        mine = Question.objects.filter(session=locked, user=user)
        rules.check_pace(locked, allowed, mine)
        check_most(mine, settings.QUESTIONS_PER_PERSON, _TOO_MANY)
        is_held = rules.is_held(locked, allowed)
        if is_held:
            check_most(mine.filter(is_held=True), settings.HELD_PER_PERSON, rules.TOO_MANY_HELD)
        question = Question(session=locked, user=user, role=allowed.role, text=text, is_held=is_held)
        insert(question)
        emit(*QuestionHeldEvent.new(question).for_few(question) if is_held else [QuestionAsked.new(question)])
    return question


def vote(*, actor: Person, question: Question) -> Question:
    """Vote for a question. Repeating it is harmless.

    The lock is the question's row, so the count equals the number of votes. Raises NotAllowed, NotFound, TooMany,
    QuestionDismissed, QuestionHeld, SessionEnded, SessionNotLive.
    """
    return _vote(actor, question, wanted=True)


def take_vote_back(*, actor: Person, question: Question) -> Question:
    """Undo :func:`vote`. Repeating it is harmless. Raises the same errors."""
    return _vote(actor, question, wanted=False)


def _vote(actor: Person, question: Question, *, wanted: bool) -> Question:
    user_id = actor.account().pk
    Limiter().check("question.vote", str(user_id), _VOTES, _VOTES_WITHIN)
    with transaction.atomic():
        locked = _lock_question(question.pk)
        require(capabilities(actor, locked.session).may_vote_on_questions)
        _check_running(locked.session)
        _check_shown(locked)
        if wanted:
            _row, changed = QuestionVote.objects.get_or_create(question=locked, user_id=user_id)
        else:
            changed = QuestionVote.objects.filter(question=locked, user=user_id).delete()[0] > 0
        if changed:
            locked.vote_count += 1 if wanted else -1
            locked.save(update_fields=["vote_count"])
            emit(QuestionVoted.of(locked, user_id, voted=wanted))
            recount(votes_now, locked.pk)
    return _complete(question.pk)


def approve(*, actor: Person, question: Question) -> Question:
    """Publish a held question. Repeating it is harmless. Raises NotAllowed, NotFound, QuestionDismissed."""
    with transaction.atomic():
        locked = _lock_to_manage(actor, question)
        if locked.is_dismissed:
            raise QuestionDismissed
        if locked.is_held:
            locked.is_held = False
            locked.save(update_fields=["is_held"])
            _record("question.approved", actor, locked)
            emit(QuestionAsked.of(locked))
    return _complete(question.pk)


def answer(*, actor: Person, question: Question, answer: str = "") -> Question:
    """Answer in writing, or (empty) mark as answered aloud; a later answer replaces an earlier one.

    Also after the session has ended. Raises NotAllowed, NotFound, QuestionDismissed, QuestionHeld.
    """

    def change(locked: Question) -> bool:
        if locked.answered_at is not None and locked.answer == answer:
            return False
        locked.answer, locked.answered_by_id, locked.answered_at = answer, actor.account().pk, timezone.now()
        return True

    return _manage(actor, question, "question.answered", change)


def pin(*, actor: Person, question: Question) -> Question:
    """Pin a question above all others. Repeating it is harmless.

    Raises NotAllowed, NotFound, QuestionDismissed, QuestionHeld.
    """

    def change(locked: Question) -> bool:
        changed, locked.pinned_at = not locked.is_pinned, locked.pinned_at or timezone.now()
        return changed

    return _manage(actor, question, "question.pinned", change)


def unpin(*, actor: Person, question: Question) -> Question:
    """Undo :func:`pin`. Raises the same errors."""

    def change(locked: Question) -> bool:
        changed, locked.pinned_at = locked.is_pinned, None
        return changed

    return _manage(actor, question, "question.unpinned", change)


def dismiss(*, actor: Person, question: Question) -> Question:
    """Dismiss a question, held or not: only its asker and those who manage questions see it then. Repeating it is
    harmless.

    Raises NotAllowed, NotFound.
    """
    with transaction.atomic():
        locked = _lock_to_manage(actor, question)
        if not locked.is_dismissed:
            was_held = locked.is_held
            locked.dismissed_at, locked.pinned_at, locked.is_held = timezone.now(), None, False
            locked.save(update_fields=["dismissed_at", "pinned_at", "is_held"])
            _record("question.dismissed", actor, locked)
            emit(*QuestionDismissedEvent.of(locked, was_held=was_held))
    return _complete(question.pk)


def restore(*, actor: Person, question: Question) -> Question:
    """Undo :func:`dismiss`. Repeating it is harmless. Raises NotAllowed, NotFound."""

    def change(locked: Question) -> bool:
        changed, locked.dismissed_at = locked.is_dismissed, None
        return changed

    return _manage(actor, question, "question.restored", change, also_dismissed=True)


def withdraw(*, actor: Person, question: Question) -> None:
    """Withdraw one's own question with its votes, as long as it is not answered.

    Raises NotAllowed (somebody else's), NotFound, QuestionAnswered, SessionEnded.
    """
    with transaction.atomic():
        session = lifecycle.lock_session(question.session_id)
        require(capabilities(actor, session).in_session)
        locked = _lock_question(question.pk)
        if locked.user_id != actor.account().pk:
            raise NotAllowed
        if session.status == Session.Status.ENDED:
            raise SessionEnded
        if locked.answered_at is not None:
            raise QuestionAnswered
        emit(*QuestionDeleted.of(locked, was_held=locked.is_held))
        locked.delete()


def drop_rehearsal(session: Session) -> None:
    """At go-live: delete the rehearsal's questions. ``session`` is locked.

    No events: going live sends every open page a new state.
    """
    Question.objects.filter(session=session).delete()


def close(session: Session) -> None:
    """At the end: questions stay; a closed backstage deletes them. ``session`` is locked."""
    if session.status != Session.Status.ENDED and Question.objects.filter(session=session).delete()[0]:
        emit(RightsChanged.of(session))


def forget(session: Session) -> None:
    """Delete the questions of a session that can no longer be restored. ``session`` is locked."""
    Question.objects.filter(session=session).delete()


def _manage(
    actor: Person, question: Question, action: str, change: Callable[[Question], bool], *, also_dismissed: bool = False
) -> Question:
    """Lock, check the right and call ``change`` with the row; if it reports a change, save the row and publish it."""
    with transaction.atomic():
        locked = _lock_to_manage(actor, question)
        if not also_dismissed:
            _check_shown(locked)
        if change(locked):
            locked.save()
            _record(action, actor, locked)
            emit(QuestionUpdated.of(locked))
    return _complete(question.pk)


def _lock_to_manage(actor: Person, question: Question) -> Question:
    """Lock session and question, in this order, for somebody who manages questions. Raises NotFound, NotAllowed."""
    session = lifecycle.lock_session(question.session_id)
    require(capabilities(actor, session).may_manage_questions)
    return _lock_question(question.pk)


def _lock_question(question_id: UUID) -> Question:
    """Lock the question and load what capabilities need of its session. Raises NotFound if it was withdrawn."""
    rows = Question.objects.select_related(
        "session__room__library__organization", "session__room__host", "session__preset"
    )
    here = rows.filter(pk=question_id, session__deleted_at=None, session__room__deleted_at=None)
    question = here.select_for_update(no_key=True, of=("self",)).first()
    if question is None:
        raise NotFound
    return question


def _check_shown(question: Question) -> None:
    if question.is_held:
        raise QuestionHeld
    if question.is_dismissed:
        raise QuestionDismissed


def _check_running(session: Session) -> None:
    if session.status == Session.Status.ENDED:
        raise SessionEnded
    if not (session.is_live or session.is_backstage):
        raise SessionNotLive


def _record(action: str, actor: Person, question: Question) -> None:
    details: dict[str, Any] = {"question": str(question.pk), "text": question.text}
    record(action, actor=actor.account().pk, session=question.session_id, subject=question.user_id, **details)


def _complete(question_id: UUID) -> Question:
    question = Question.objects.select_related("user", "answered_by").filter(pk=question_id).first()
    if question is None:  # withdrawn in the meantime
        raise NotFound
    return question
