"""The list of all recordings of a host: search, filters, order; and how much space they take."""

from uuid import UUID

from django.db.models import F, Sum, TextChoices
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.rows import containing
from recordings.models import RecordingQuerySet

LONGEST_SEARCH = 255


class Order(TextChoices):
    """Of a list of recordings. The date is when the recording began."""

    NEWEST = "-date", _("Latest date first")
    OLDEST = "date", _("Earliest date first")
    NAME = "name", _("By name")
    LARGEST = "-size", _("Largest first")


def matching(
    recordings: RecordingQuerySet,
    *,
    q: str = "",
    status: str = "",
    is_published: bool | None = None,
    is_kept: bool | None = None,
    room: UUID | None = None,
    sort: str = Order.NEWEST,
) -> RecordingQuerySet:
    """Those of ``recordings`` whose name or session's title has ``q`` in it, whatever its case, in this order.

    None and empty values do not narrow the list.
    """
    if q:
        recordings = recordings.filter(containing("name", q) | containing("session__title", q))
    if status:
        recordings = recordings.filter(status=status)
    if is_published is not None:
        recordings = recordings.filter(published_at__isnull=not is_published)
    if is_kept is not None:
        recordings = recordings.filter(is_kept=is_kept)
    if room is not None:
        recordings = recordings.filter(session__room=room)
    match sort:
        case Order.OLDEST:
            return recordings.order_by("started_at", "pk")
        case Order.NAME:
            return recordings.order_by(Lower("name"), "pk")
        case Order.LARGEST:
            return recordings.order_by(F("file_size").desc(nulls_last=True), "-pk")
    return recordings.order_by("-started_at", "-pk")


def total_size(recordings: RecordingQuerySet) -> int:
    """Bytes of all their whole files together; one query."""
    return recordings.order_by().aggregate(size=Sum("file_size"))["size"] or 0
