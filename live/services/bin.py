"""What goes into the bin with a session or a room, and what is deleted when its time there is over.

Rows and files that belong to a session stay unchanged while it is in the bin. Files are deleted by
``recordings.keeping.bin``, which retries what a storage refuses.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.person import Person
from audit.services import record
from captions.models import CaptionLine
from chat.models import ChatMessage
from core.errors import NotFound
from hls import demand
from polls.models import Poll
from questions.models import Question
from recordings.keeping import bin as recordings_bin
from recordings.models import Recording, RecordingQuerySet
from rooms.bin import lock_binned_room
from rooms.logos import stored_logos
from rooms.models import Preset, Room
from rooms.permissions import Memberships, may_manage_room, owns_preset
from sessions import lifecycle
from sessions.bin import lock_binned
from sessions.models import Attendance, Session
from sessions.parts import parts
from sessions.rights.capabilities import capabilities
from surveys.models import SurveyAnswer

logger = structlog.get_logger(__name__)

_LOGO_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Contents:
    """What belongs to a session: counts, and bytes of files. ``binned_recordings`` were in the bin before it."""

    recordings: int = 0
    binned_recordings: int = 0
    bytes: int = 0
    replays: int = 0
    people: int = 0
    messages: int = 0
    polls: int = 0
    questions: int = 0
    captions: int = 0
    answers: int = 0

    def __add__(self, other: "Contents") -> "Contents":
        return Contents(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Contents)))

    @property
    def sentences(self) -> list[str]:
        """The contents as sentences, one for each kind; empty if there are none."""
        found = []
        if self.recordings:
            text = ngettext("%(n)s recording (%(size)s)", "%(n)s recordings (%(size)s)", self.recordings)
            found.append(text % {"n": self.recordings, "size": filesizeformat(self.bytes)})
        if self.replays:
            found.append(_("the replay that people can watch"))
        if self.people:
            text = ngettext("the report with %(n)s person", "the report with %(n)s people", self.people)
            found.append(text % {"n": self.people})
        if self.messages:
            text = ngettext("%(n)s chat message", "%(n)s chat messages", self.messages)
            found.append(text % {"n": self.messages})
        if self.polls:
            found.append(ngettext("%(n)s poll", "%(n)s polls", self.polls) % {"n": self.polls})
        if self.questions:
            found.append(ngettext("%(n)s question", "%(n)s questions", self.questions) % {"n": self.questions})
        if self.captions:
            text = ngettext("%(n)s line of captions", "%(n)s lines of captions", self.captions)
            found.append(text % {"n": self.captions})
        if self.answers:
            text = ngettext("%(n)s answer to the survey", "%(n)s answers to the survey", self.answers)
            found.append(text % {"n": self.answers})
        return found


# Reads


def contents_of(sessions: Iterable[Session]) -> dict[UUID, Contents]:
    """The contents of each of these sessions; one query whatever their number."""
    wanted = [session.pk for session in sessions]
    return {pk: contents for pk, _room, _deleted, contents in _contents(Session.objects.filter(pk__in=wanted))}


@dataclass(frozen=True, slots=True)
class RoomContents:
    """The sessions that go, or went, into the bin with a room, their contents, and how many were in the bin before."""

    sessions: int = 0
    binned_sessions: int = 0
    contents: Contents = Contents()

    @property
    def sentences(self) -> list[str]:
        """As for a session; empty when no session goes with the room."""
        if not self.sessions:
            return []
        text = ngettext("%(n)s session", "%(n)s sessions", self.sessions)
        return [text % {"n": self.sessions}, *self.contents.sentences]


def contents_of_rooms(rooms: Iterable[Room]) -> dict[UUID, RoomContents]:
    """The contents of each of these rooms; one query whatever their number."""
    found = {room.pk: RoomContents() for room in rooms}
    for _pk, room_id, deleted_at, contents in _contents(Session.objects.filter(room__in=list(found), purged_at=None)):
        so_far = found[room_id]
        if deleted_at is None:
            found[room_id] = replace(so_far, sessions=so_far.sessions + 1, contents=so_far.contents + contents)
        else:
            found[room_id] = replace(so_far, binned_sessions=so_far.binned_sessions + 1)
    return found


def _contents(sessions: QuerySet[Session]) -> Iterator[tuple[UUID, UUID, datetime | None, Contents]]:
    """Rows of: session, its room, when it was binned on its own, and its contents."""
    mine = Recording.objects.filter(session=OuterRef("pk"), deleted_at=None)
    thrown = Recording.objects.binned().filter(session=OuterRef("pk"))
    shown = mine.filter(status=Recording.Status.COMPLETED, published_at__isnull=False)
    visible = {"status": ChatMessage.Status.VISIBLE, "deleted_at": None}
    counted = {
        "recordings": _count(mine),
        "binned_recordings": _count(thrown),
        "bytes": _total(mine),
        "replays": _count(shown),
        "people": _count(Attendance.objects.filter(session=OuterRef("pk"), is_attendee=True, join_count__gt=0)),
        "messages": _count(ChatMessage.objects.filter(session=OuterRef("pk"), **visible)),
        "polls": _count(Poll.objects.filter(session=OuterRef("pk"))),
        "questions": _count(Question.objects.filter(session=OuterRef("pk"))),
        "captions": _count(CaptionLine.objects.filter(session=OuterRef("pk"))),
        "answers": _count(SurveyAnswer.objects.filter(attendance__session=OuterRef("pk")), "attendance__session"),
    }
    numbers = (counted[each.name] for each in fields(Contents))
    for pk, room_id, deleted_at, *found in sessions.order_by().values_list("pk", "room_id", "deleted_at", *numbers):
        yield pk, room_id, deleted_at, Contents(*found)


def _count(rows: QuerySet[Model], session: str = "session") -> Coalesce:
    numbers = rows.order_by().values(session).annotate(_n=Count("pk")).values("_n")
    return Coalesce(Subquery(numbers, output_field=IntegerField()), 0)


def _total(rows: QuerySet[Recording]) -> Coalesce:
    sums = rows.order_by().values("session").annotate(_n=Sum("file_size")).values("_n")
    return Coalesce(Subquery(sums), 0)


# Writes


def delete_session_for_good(*, actor: Person, session: Session) -> None:
    """Delete a session in the bin now instead of later; for its host. Raises NotFound."""
    with transaction.atomic():
        locked = lock_binned(session.pk)
        if not capabilities(actor, locked).may_delete:
            raise NotFound
        due = _forget(locked, actor.user)
    recordings_bin.purge_all(due)


def delete_room_for_good(*, actor: Person, room: Room) -> None:
    """Delete a room in the bin with all its sessions, now; for those who manage it. Raises NotFound."""
    with transaction.atomic():
        locked = lock_binned_room(room)
        if not may_manage_room(Memberships.of(actor), locked):
            raise NotFound
    _forget_room(locked, actor.user)


def delete_preset_for_good(*, actor: Person, preset: Preset) -> None:
    """Delete a preset in the bin now; for its owner. Raises NotFound."""
    with transaction.atomic():
        locked = Preset.objects.binned().select_for_update(no_key=True).filter(pk=preset.pk).first()
        if locked is None or not owns_preset(actor, preset):
            raise NotFound
        _forget_preset(locked, actor.user)


def empty_due() -> int:
    """Delete for good what has been in the bin long enough; returns how many sessions. Files are deleted later by a
    task.
    """
    before = timezone.now() - settings.BIN_FOR
    count = 0
    for session_id in Session.objects.filter(purged_at=None, deleted_at__lte=before).values_list("pk", flat=True):
        count += _forget_by_id(session_id, None)
    for room in Room.objects.filter(purged_at=None, deleted_at__lte=before):
        count += _forget_room(room, None)
    for preset in Preset.objects.filter(deleted_at__lte=before, sessions=None):
        with transaction.atomic():
            locked = Preset.objects.select_for_update(no_key=True).filter(pk=preset.pk, deleted_at__lte=before).first()
            if locked is not None:
                _forget_preset(locked, None)
    return count


def _forget_room(room: Room, by: User | None) -> int:
    """Delete all sessions first, each in its own transaction, then mark the room as deleted."""
    sessions = Session.objects.filter(room=room, room__deleted_at__isnull=False, purged_at=None)
    count = sum(_forget_by_id(session_id, by) for session_id in sessions.values_list("pk", flat=True))
    with transaction.atomic():
        gone = Room.objects.filter(pk=room.pk, deleted_at__isnull=False, purged_at=None)
        if gone.update(purged_at=timezone.now(), description=""):
            record("room.purged", actor=by.pk if by else None, room=str(room.pk))
    return count


def _forget_by_id(session_id: UUID, by: User | None) -> int:
    """Delete one session that is still due, on its own or with its room; does nothing if it was restored meanwhile."""
    with transaction.atomic():
        rows = Session.objects.filter(pk=session_id, purged_at=None).select_related("room")
        session = rows.select_for_update(no_key=True, of=("self", "room")).first()
        if session is None or not session.is_gone:
            return 0
        due = _forget(session, by)
    recordings_bin.purge_all(due)
    return 1


def _forget(locked: Session, by: User | None) -> RecordingQuerySet:
    """Delete everything of a session except attendance and evidence; returns the recordings whose files are due now."""
    for part in parts():
        part.forget(locked)
    demand.close(locked)
    due = recordings_bin.schedule_purge_of(locked)
    lifecycle.forget(locked)
    record("session.purged", actor=by.pk if by else None, session=locked.pk)
    logger.info("A session was deleted for good", session=str(locked.pk))
    return due


def _forget_preset(locked: Preset, by: User | None) -> None:
    """Take a preset out of the bin; its row stays while a session refers to it, its logo while something shows it."""
    record("preset.purged", actor=by.pk if by else None, preset=str(locked.pk), name=locked.name)
    if locked.sessions.exists():
        Preset.objects.filter(pk=locked.pk).update(deleted_at=timezone.now() - settings.BIN_FOR)
        return
    logo = locked.logo.name
    locked.delete()
    if logo and not _is_shown(logo):
        transaction.on_commit(partial(default_storage.delete, logo), robust=True)


def _is_shown(logo: str) -> bool:
    """Whether a preset has this logo, or a session that copied it at go-live."""
    return Preset.objects.filter(logo=logo).exists() or Session.objects.filter(preset_copy__logo=logo).exists()


def forget_logos() -> int:
    """Delete logo files that nothing shows any more, because they were replaced; returns how many."""
    before, count = timezone.now() - _LOGO_KEPT, 0
    for name in stored_logos():
        # A recent one may belong to a preset that is being saved right now.
        if not _is_shown(name) and default_storage.get_modified_time(name) < before:
            default_storage.delete(name)
            count += 1
    return count
