"""Reads of questions; every queryset starts at what the caller may see."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet

from accounts.person import Person
from core.errors import NotFound
from core.ids import parse_uuid
from core.prepared import prepared
from core.rows import chunks
from questions.models import Question, QuestionVote
from sessions.models import Session
from sessions.queries import find_with_rights
from sessions.rights.capabilities import Capabilities, is_inside

#: The most questions that a page shows; the rest is in the list over REST.
MOST_SHOWN = 200


def sees_questions(session: Session, allowed: Capabilities) -> bool:
    """Whether the person sees questions: whoever joined, during the session and afterwards; before it is live crew and
    speakers.
    """
    return allowed.may_see_questions and (allowed.in_session or is_inside(session, allowed))


def questions_seen(session: Session, allowed: Capabilities, user_id: UUID | None = None) -> QuerySet[Question]:
    """The session's questions in the order of asking.

    Held and dismissed ones only for those who manage questions, and for ``user_id``, who asked them.
    """
    if not sees_questions(session, allowed):
        return Question.objects.none()
    questions = _of_session(session.pk)
    if allowed.may_manage_questions:
        return questions
    return questions.filter(_PUBLIC | Q(user=user_id) if user_id else _PUBLIC)


_PUBLIC = Q(dismissed_at=None, is_held=False)
_HIDDEN = Q(is_held=True) | Q(dismissed_at__isnull=False)


def _of_session(session_id: UUID) -> QuerySet[Question]:
    return Question.objects.filter(session=session_id).select_related("user", "answered_by")


def foremost(session: Session, allowed: Capabilities) -> list[Question]:
    """Of :func:`questions_seen` those to show if not all fit: held, pinned, then most votes, then the newest; in the
    order of asking.
    """
    if not sees_questions(session, allowed):
        return []
    ranked = (_ranked if allowed.may_manage_questions else _ranked_public).page(0, MOST_SHOWN, session_id=session.pk)
    return sorted(ranked, key=lambda question: question.pk)


_RANK = ("-is_held", F("pinned_at").desc(nulls_last=True), "-vote_count", "-id")


@prepared
def _ranked(session_id: UUID) -> QuerySet[Question]:
    return _of_session(session_id).order_by(*_RANK)


@prepared
def _ranked_public(session_id: UUID) -> QuerySet[Question]:
    return _of_session(session_id).filter(_PUBLIC).order_by(*_RANK)


def find_question(person: Person, question_id: object) -> tuple[Question, Session, Capabilities]:
    """The question, its session, and the caller's capabilities there. Raises NotFound unless the caller may see it."""
    known = parse_uuid(question_id)
    bare = Question.objects.filter(pk=known).only("session_id").first() if known else None
    if bare is None:
        raise NotFound
    session, allowed = find_with_rights(person, bare.session_id)
    mine = person.user.pk if person.user else None
    question = questions_seen(session, allowed, mine).filter(pk=bare.pk).first()
    if question is None:
        raise NotFound
    return question, session, allowed


def votes_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Person → questions they voted for, in the order of asking; one query for each 500 people."""
    votes: dict[UUID, list[str]] = {user_id: [] for user_id in user_ids}
    for chunk in chunks(user_ids):
        for user_id, question_id in _votes.all(session_id=session.pk, user_ids=chunk):
            votes[user_id].append(str(question_id))
    return votes


def hidden_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, list[Question]]:
    """Person → their own questions that are held or dismissed; one query for each 500 people."""
    found: dict[UUID, list[Question]] = {user_id: [] for user_id in user_ids}
    for chunk in chunks(user_ids):
        for question in _hidden.all(session_id=session.pk, user_ids=chunk):
            if len(found[question.user_id]) < MOST_SHOWN:
                found[question.user_id].insert(0, question)
    return found


def votes_by(_session_id: UUID, person: OuterRef) -> QuerySet[QuestionVote]:
    """This person's votes for questions of any session: asked for one, SQLite would go through all of its questions."""
    return QuestionVote.objects.filter(user=person)


def hidden_by(_session_id: UUID, person: OuterRef) -> QuerySet[Question]:
    """This person's own questions that are held or dismissed, in any session, as above."""
    return Question.objects.filter(_HIDDEN, user=person)


@prepared
def _votes(session_id: UUID, user_ids: list[UUID]) -> QuerySet[QuestionVote, tuple[UUID, UUID]]:
    rows = QuestionVote.objects.filter(question__session=session_id, user__in=user_ids).order_by("question_id")
    return rows.values_list("user_id", "question_id")


@prepared
def _hidden(session_id: UUID, user_ids: list[UUID]) -> QuerySet[Question]:
    return _of_session(session_id).filter(_HIDDEN, user__in=user_ids).order_by("-id")


def export_table(session: Session) -> QuerySet[Question]:
    """Every question of the session with the people in it."""
    return Question.objects.filter(session=session).select_related("user", "answered_by")
