"""Retention: recordings are deleted after a number of days, and the host is told a week before, once."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.person import Person
from audit.services import record
from core.errors import NotFound
from mails.delivery import MailError, deliver, write_mail
from realtime.outbox import emit
from recordings.events import RecordingProgress
from recordings.keeping.bin import move_to_bin
from recordings.models import LibraryRetention, Recording, RecordingQuerySet
from sessions.lifecycle import lock_session
from sessions.rights.capabilities import capabilities, require

logger = structlog.get_logger(__name__)

NOTICE = timedelta(days=7)


def retention_days() -> dict[UUID, int]:
    """Library → days, for those with their own value; the others use RECORDING_RETENTION_DAYS. 0: for ever."""
    return dict(LibraryRetention.objects.values_list("library_id", "days"))


def due_in(notice: timedelta) -> RecordingQuerySet:
    """What retention may delete ``notice`` from now unless it is excluded: finished, not in the bin."""
    now, own = timezone.now(), retention_days()
    finished = Recording.objects.alive().filter(phase=Recording.Phase.DONE, is_kept=False)
    found = Recording.objects.none()
    if settings.RECORDING_RETENTION_DAYS:
        before = now + notice - timedelta(days=settings.RECORDING_RETENTION_DAYS)
        found |= finished.filter(created_at__lte=before).exclude(session__room__library__in=list(own))
    for library, days in own.items():
        if days:
            before = now + notice - timedelta(days=days)
            found |= finished.filter(created_at__lte=before, session__room__library=library)
    return found


def goes_at(recording: Recording, own: dict[UUID, int]) -> datetime | None:
    """When retention moves it to the bin at the earliest; None: never, or not as long as it is unfinished.

    ``own`` is what :func:`retention_days` says; ``session.room`` should be loaded. Nothing goes before it was announced
    a week ago.
    """
    days = own.get(recording.session.room.library_id, settings.RECORDING_RETENTION_DAYS)
    if recording.is_kept or recording.phase != Recording.Phase.DONE or not days:
        return None
    announced = recording.retention_mailed_at or timezone.now()
    return max(recording.created_at + timedelta(days=days), announced + NOTICE)


def apply() -> tuple[int, int]:
    """Announce what will be deleted, and move to the bin what was announced a week ago; returns how many of each."""
    return announce(), expire()


def announce() -> int:
    """Send each host one mail about all of their recordings that will be deleted; each recording is announced once."""
    hosts: dict[User, list[Recording]] = defaultdict(list)
    rows = due_in(NOTICE).filter(retention_mailed_at=None).select_related("session__room__host")
    for recording in rows.order_by("created_at"):
        hosts[recording.session.room.host].append(recording)
    return sum(_announce(host, recordings) for host, recordings in hosts.items())


def expire() -> int:
    """Move to the bin; hosts can still restore them for some days."""
    count = 0
    for recording in due_in(timedelta(0)).filter(retention_mailed_at__lte=timezone.now() - NOTICE):
        try:
            move_to_bin(recording, by=None, why="recording.expired")
        except NotFound:
            continue  # somebody else did it in the meantime
        count += 1
    return count


def keep(*, actor: Person, recording: Recording, is_kept: bool) -> Recording:
    """Exclude the recording from retention, or include it again: then it is announced first. Raises NotFound,
    NotAllowed.
    """
    with transaction.atomic():
        session = lock_session(recording.session_id)
        require(capabilities(actor, session).may_delete)
        return _keep(recording, is_kept, actor.user)


def keep_for_staff(recording: Recording, *, is_kept: bool, by: User) -> Recording:
    """The same for staff. Raises NotFound."""
    with transaction.atomic():
        return _keep(recording, is_kept, by)


def _keep(recording: Recording, is_kept: bool, by: User | None) -> Recording:
    locked = Recording.objects.alive().select_for_update(no_key=True, of=("self",)).filter(pk=recording.pk).first()
    if locked is None:
        raise NotFound
    if locked.is_kept != is_kept:
        locked.is_kept, locked.retention_mailed_at = is_kept, None
        locked.save(update_fields=["is_kept", "retention_mailed_at", "updated_at"])
        emit(RecordingProgress.of(locked))
        action = "recording.kept" if is_kept else "recording.unkept"
        record(action, actor=by.pk if by else None, session=locked.session_id, recording=str(locked.pk))
    return locked


def _announce(host: User, recordings: list[Recording]) -> int:
    def write(claimed: list[UUID]) -> EmailMessage | None:
        mine = [each for each in recordings if each.pk in claimed]
        return _mail(host, mine) if host.email and host.is_active else None

    unannounced = Recording.objects.filter(retention_mailed_at=None)
    try:
        return len(
            deliver((each.pk for each in recordings), unsent=unannounced, mark="retention_mailed_at", write=write)
        )
    except MailError as error:
        logger.warning("A mail about retention could not be sent", host=str(host.pk), why=str(error))
        return 0


def _mail(host: User, recordings: list[Recording]) -> EmailMessage:
    own = retention_days()
    items = []
    for recording in recordings:
        link = settings.BASE_URL + reverse("session", args=[recording.session_id])
        items.append({"recording": recording, "goes_at": goes_at(recording, own), "link": link})
    subject = _("Recordings that will be deleted in a week")
    template, zone = "recordings/email/retention.txt", host.mail_zone
    return write_mail(template, subject=subject, to=host.email, zone=zone, host=host, items=items)
