"""Writes of `captions`: one function a use case."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from captions.events import CaptionLineSaid
from captions.models import CaptionLine
from core.errors import Invalid, NotAuthenticated
from core.limits import Limiter
from realtime.outbox import emit
from sessions.errors import SessionEnded, SessionNotLive
from sessions.lifecycle import lock_session
from sessions.models import Session
from sessions.rights.capabilities import capabilities, require

#: Lines a person or key may write in a minute: fast speech gives about thirty in a language.
LINES_A_MINUTE = 240
#: Lines of a session within a day: fast speech for 24 hours.
LINES_A_DAY = 50_000
#: How far another machine's clock may be ahead of ours.
_CLOCKS_DIFFER = timedelta(minutes=1)


def add_line(
    *, actor: Person, session: Session, text: str, language: str = "und", at: datetime | None = None
) -> CaptionLine:
    """Add a line for everybody who has captions on.

    ``language`` is a BCP 47 tag. ``at``: when it was said, by default now; slightly ahead of our clock, or slightly
    before the start, is moved into the session. Raises NotAllowed, NotFound, TooMany, Invalid (said in the future),
    SessionNotLive, SessionEnded.
    """
    if actor.user is None:
        raise NotAuthenticated
    Limiter().check("captions", f"{session.pk}:{actor.user.pk}", LINES_A_MINUTE, 60)
    Limiter().check("captions.day", str(session.pk), LINES_A_DAY, 86_400)
    with transaction.atomic():
        locked = lock_session(session.pk)
        require(capabilities(actor, locked).may_caption)
        now = timezone.now()
        if at is not None and at > now + _CLOCKS_DIFFER:
            raise Invalid.field("at", _("This time is in the future. Send when it was said."), "future")
        if locked.status == Session.Status.ENDED:
            raise SessionEnded
        if locked.started_at is None:
            raise SessionNotLive
        said = min(max(at or now, locked.started_at), now)
        line = CaptionLine.objects.create(
            session=locked, written_by=actor.user, text=text, language=language, at=said, created_at=now
        )
        emit(CaptionLineSaid.of(line))
    return line


def forget(session: Session) -> None:
    """Delete the lines of a session that can no longer be restored. ``session`` is locked."""
    CaptionLine.objects.filter(session=session).delete()
