"""Captures of sessions: recordings and HLS request them here, within the shares of organization, host or viewer."""

from django.conf import settings

from accounts.models import User
from media.captures.services import Claim, Shares, want_capture
from media.models import Capture
from organizations.models import Membership, Organization
from sessions.models import Session


def want_for_host(session: Session) -> Capture:
    """Request the locked session's capture, for a recording or HLS until its end. Raises CaptureLimit, DiskFull."""
    return want_capture(session.media_room, _claim(session))


def want_for_viewers(session: Session, viewer: User | None) -> Capture:
    """The same for HLS while somebody watches; ``viewer``: who asked for it, None if nobody did."""
    return want_capture(session.media_room, _claim(session, str(viewer.pk) if viewer else ""))


def _claim(session: Session, viewer: str | None = None) -> Claim:
    organization = str(session.room.library.organization_id)
    return Claim(organization, str(session.room.host_id), viewer, _shares)


def _shares() -> Shares:
    """The shares; where none is set: all of CAPTURE_LIMIT but one while somebody else may want that one."""
    most = max(1, settings.CAPTURE_LIMIT)
    but_one = max(1, most - 1)
    has_others = Organization.objects.order_by()[1:2].exists()
    has_colleagues = Membership.objects.order_by().values("user").distinct()[1:2].exists()
    return Shares(
        organization=settings.CAPTURES_PER_ORGANIZATION or (but_one if has_others else most),
        host=settings.CAPTURES_PER_HOST or (but_one if has_colleagues else most),
        viewer=settings.HLS_PER_VIEWER,
    )
