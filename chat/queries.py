"""Reads of the chat. Direct messages are only ever looked up through one of their two people."""

from collections import defaultdict
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from chat.models import ChatMessage, ChatReport, LobbyMessage, TeamMessage
from core.errors import Invalid
from core.prepared import prepared
from core.rows import chunks
from core.totals import total_of
from sessions.models import Session

#: How many messages a page's state has, of the public chat and of each person's direct messages.
IN_STATE = 50

Messages = QuerySet[ChatMessage]


def public_messages(session: Session) -> Messages:
    """The public chat, oldest first."""
    return _public(session.chat_messages.all())


def _public(rows: Messages) -> Messages:
    return rows.filter(status=ChatMessage.Status.VISIBLE, recipient=None, deleted_at=None)


def messages_for(session: Session, person: Person) -> Messages:
    """The public chat and the direct messages of ``person``. A key reads no direct ones: others hold it too."""
    if person.user is not None and person.api_key is None:
        return _readable(session.pk, person.user.pk)
    return public_messages(session)


def held_messages(session: Session) -> Messages:
    """Messages that wait for approval, oldest first."""
    return _held(session.pk)


@prepared
def oldest_held(session_id: UUID) -> Messages:
    """As :func:`held_messages`, for the state of pages."""
    return _held(session_id)


def pinned_message(session: Session) -> ChatMessage | None:
    """The pinned message."""
    return _pinned.first(session_id=session.pk)


@prepared
def _pinned(session_id: UUID) -> Messages:
    return ChatMessage.objects.filter(session=session_id, pinned_at__isnull=False).order_by()


def open_reports(session: Session) -> QuerySet[ChatReport]:
    """Reports that the crew has not closed, oldest first."""
    return _open_reports(session.pk)


def _open_reports(session_id: UUID) -> QuerySet[ChatReport]:
    reports = ChatReport.objects.filter(message__session=session_id, message__deleted_at=None, closed_at=None)
    return reports.select_related("message", "reported_by")


@prepared
def oldest_reports(session_id: UUID) -> QuerySet[ChatReport]:
    """As :func:`open_reports`, for the state of pages."""
    return _open_reports(session_id)


def team_messages(session: Session, *, limit: int, before: UUID | None = None) -> list[TeamMessage]:
    """The newest ``limit`` messages of the team, or those right before the message ``before``; oldest first."""
    if before is None:
        return _newest_of_team.page(0, limit, session_id=session.pk)[::-1]
    return list(session.team_messages.filter(pk__lt=before).order_by("-id")[:limit])[::-1]


@prepared
def _newest_of_team(session_id: UUID) -> QuerySet[TeamMessage]:
    return TeamMessage.objects.filter(session=session_id).order_by("-id")


def lobby_message(session: Session) -> LobbyMessage | None:
    """What those who wait are told; None also once the session is live or over."""
    if session.status != Session.Status.SCHEDULED:
        return None
    return _lobby.first(session_id=session.pk)


@prepared
def _lobby(session_id: UUID) -> QuerySet[LobbyMessage]:
    return LobbyMessage.objects.filter(session=session_id)


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a chat, oldest first; ``total`` counts all that the reader sees."""

    messages: list[ChatMessage]
    total: int
    limit: int
    offset: int


def page_of_chat(session: Session, person: Person, *, limit: int, offset: int, before: UUID | None = None) -> Page:
    """The newest ``limit`` messages after skipping ``offset``, or those right before the message ``before``.

    New messages shift what ``offset`` counts from; ``before`` is stable. Raises Invalid if ``before`` is unknown.
    """
    if before is None and person.user is not None and person.api_key is None:
        reader = {"session_id": session.pk, "user_id": person.user.pk}
        messages = _read.page(offset, offset + limit, **reader)
        counted = partial(_read_ids.count, **reader)
        total = total_of(counted, start=offset, limit=limit, shown=len(messages), kept_as=_reader(session, person))
        return Page(messages[::-1], total, limit, offset)
    seen = messages_for(session, person)
    rows = seen
    if before is not None:
        # Also finds a message that was deleted meanwhile, so that paging continues from its place.
        at = session.chat_messages.filter(pk=before).values_list("published_at", flat=True).first()
        if at is None:
            raise Invalid.field("before", _("There is no such message in this chat."), "unknown")
        rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=before))
    newest = list(rows.order_by("-published_at", "-id")[offset : offset + limit])
    # Where it ends before a message, a page says nothing of how many follow.
    start, shown = (offset, len(newest)) if before is None else (0, limit)
    total = total_of(seen.order_by().count, start=start, limit=limit, shown=shown, kept_as=_reader(session, person))
    return Page(newest[::-1], total, limit, offset)


def _reader(session: Session, person: Person) -> tuple[Hashable, ...]:
    reads_own = person.user is not None and person.api_key is None
    return ("chat", session.pk, person.user.pk if reads_own and person.user else None)


@prepared
def _read(session_id: UUID, user_id: UUID) -> Messages:
    """What a person reads of a chat, newest first: as ``messages_for``."""
    return _readable(session_id, user_id).order_by("-published_at", "-id")


@prepared
def _read_ids(session_id: UUID, user_id: UUID) -> QuerySet[ChatMessage, UUID]:
    return _readable(session_id, user_id).order_by().values_list("pk", flat=True)


def _readable(session_id: UUID, user_id: UUID) -> Messages:
    sees = Q(recipient=None) | Q(user=user_id) | Q(recipient=user_id)
    rows = ChatMessage.objects.filter(sees, status=ChatMessage.Status.VISIBLE, deleted_at=None)
    return rows.filter(session=session_id)


def latest_messages(session: Session) -> list[ChatMessage]:
    """The newest public messages, oldest first."""
    return _newest_public.page(0, IN_STATE, session_id=session.pk)[::-1]


@prepared
def _newest_public(session_id: UUID) -> Messages:
    return _public(ChatMessage.objects.filter(session=session_id)).order_by("-published_at", "-id")


def direct_messages_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, list[ChatMessage]]:
    """The newest direct messages of each of these people, oldest first; two queries for each 500 people."""
    found: dict[UUID, list[ChatMessage]] = defaultdict(list)
    for some in chunks(user_ids):
        for message in _newest_sent.all(session_id=session.pk, user_ids=some):
            found[message.user_id].append(message)
        for message in _newest_received.all(session_id=session.pk, user_ids=some):
            if message.recipient_id is not None:
                found[message.recipient_id].append(message)
    return {user_id: sorted(messages, key=_place)[-IN_STATE:] for user_id, messages in found.items()}


def held_messages_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, list[ChatMessage]]:
    """Each person's messages that wait for approval, oldest first; one query for each 500 people."""
    found: dict[UUID, list[ChatMessage]] = defaultdict(list)
    for some in chunks(user_ids):
        for message in _held_of.all(session_id=session.pk, user_ids=some):
            if len(found[message.user_id]) < IN_STATE:
                found[message.user_id].append(message)
    return found


def own_messages(session_id: UUID, person: OuterRef) -> Messages:
    """What this person wrote that not everybody reads: direct messages, and those that wait for approval."""
    rows = ChatMessage.objects.filter(session=session_id, user=person, deleted_at=None)
    return rows.filter(Q(recipient__isnull=False) | Q(status=ChatMessage.Status.HELD))


def received_messages(_session_id: UUID, person: OuterRef) -> Messages:
    """Direct messages to this person, in any session: asked for one, SQLite would read all of its messages."""
    return ChatMessage.objects.filter(recipient=person, deleted_at=None)


@prepared
def _held_of(session_id: UUID, user_ids: list[UUID]) -> Messages:
    return _held(session_id).filter(user__in=user_ids)


def _held(session_id: UUID) -> Messages:
    rows = ChatMessage.objects.filter(session=session_id, status=ChatMessage.Status.HELD, deleted_at=None)
    return rows.order_by("id")


@prepared
def _newest_sent(session_id: UUID, user_ids: list[UUID]) -> Messages:
    return _newest_of_each(ChatMessage.objects.filter(session=session_id, user__in=user_ids), "user")


@prepared
def _newest_received(session_id: UUID, user_ids: list[UUID]) -> Messages:
    return _newest_of_each(ChatMessage.objects.filter(session=session_id, recipient__in=user_ids), "recipient")


def _newest_of_each(rows: Messages, end: str) -> Messages:
    """The newest direct messages of each person as sender or recipient (``end``)."""
    newest = [F("published_at").desc(), F("id").desc()]
    rows = rows.filter(recipient__isnull=False, deleted_at=None)
    return rows.annotate(_rank=Window(RowNumber(), partition_by=[F(end)], order_by=newest)).filter(_rank__lte=IN_STATE)


def _place(message: ChatMessage) -> tuple[object, UUID]:
    return message.published_at, message.pk
