"""What every page of the product may use in its templates."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.middleware import ZONE_COOKIE
from pages import mailbox
from rooms.models import Room
from sessions.models import Session
from sessions.people.viewers import viewer_count

THEME_COOKIE = "theme"
THEMES = ("light", "dark")

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative picture from static/img/icons.svg, in the colour of the text around it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.filter
def watching(session: Session) -> int:
    """How many people of the audience are in ``session`` now."""
    return viewer_count(session)


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The theme that this browser chose: ``light``, ``dark``, or empty to follow its system."""
    request = context.get("request")
    chosen = request.COOKIES.get(THEME_COOKIE, "") if request else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag(takes_context=True)
def zone_is_known(context: Context) -> bool:
    """Whether times on the page are in a zone that the reader or their browser told."""
    request = context.get("request")
    return bool(
        request and (getattr(getattr(request, "user", None), "time_zone", "") or request.COOKIES.get(ZONE_COOKIE))
    )


@register.simple_tag
def zone_name() -> str:
    """The reader's zone by its full name, such as Europe/Berlin."""
    return timezone.get_current_timezone_name().replace("_", " ")


@register.simple_tag
def local_time(value: datetime | None, style: str = "long") -> SafeString | str:
    """``<time>`` in the reader's zone, with the zone's name; nothing for None.

    ``style``: ``long`` (Tuesday, 24 November 2026, 15:00 CET) or ``short`` (Tue 24 Nov, 15:00 CET; with the year when
    it is another one). The title holds the zone's full name. app.js rewrites it where the zone was not known.
    """
    if value is None:
        return ""
    here = timezone.localtime(value)
    if style == "short":
        pattern = "D j M, H:i" if here.year == timezone.localtime().year else "D j M Y, H:i"
    else:
        pattern = "l, j F Y, H:i"
    return format_html(
        '<time datetime="{}" data-style="{}" title="{}">{} {}</time>',
        value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        style,
        zone_name(),
        date_format(here, pattern),
        zone_abbreviation(here),
    )


@register.simple_tag
def plain_time(value: datetime) -> str:
    """The moment as text for mails, in the zone at hand with its name: Tuesday, 24 November 2026, 15:00 CET."""
    here = timezone.localtime(value)
    return f"{date_format(here, 'l, j F Y, H:i')} {zone_abbreviation(here)}"


#: Abbreviations that mean one zone to everybody, with its hours from UTC; browsers have the same list (moments.js).
_ABBREVIATIONS = {"UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3} | (
    {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8}
)


def zone_abbreviation(here: datetime) -> str:
    """CET, or UTC+09:00 for zones without an abbreviation that everybody, and every browser, knows."""
    name = here.tzname() or ""
    hours = _ABBREVIATIONS.get(name)
    if hours is not None and here.utcoffset() == timedelta(hours=hours):
        return name
    return _("UTC%(offset)s") % {"offset": _offset(here)}


def _offset(here: datetime) -> str:
    text = here.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


@register.simple_tag
def mails_are_kept() -> bool:
    """Whether mails go to a folder of this machine instead of to people."""
    return mailbox.mails_are_kept()


@register.inclusion_tag("components/share.html", takes_context=True)
def share_box(context: Context, room: Room, session: Session | None = None) -> dict[str, Any]:
    """The address to share, with a copy button and, once others can reach it, a QR code.

    On a session's page its own address, which is for ever that of this session, and below it that of the room. How to
    let others reach it is said to staff, who can do it.
    """
    room_path = reverse("watch", args=[room.slug])
    path = reverse("watch_session", args=[room.slug, session.pk]) if session else room_path
    return {
        "url": settings.BASE_URL + path,
        "path": path,
        "room_url": settings.BASE_URL + room_path,
        "qr": reverse("session_qr", args=[room.slug, session.pk]) if session else reverse("room_qr", args=[room.slug]),
        "only_here": not settings.PUBLIC_URL,
        "is_staff": context["user"].is_staff,
        "session": session,
    }


@register.filter
def minutes(value: int | None) -> str:
    """Seconds as a length for a person: 75 → 1 min, 3720 → 1 h 2 min; empty for None."""
    if value is None:
        return ""
    hours, rest = divmod(int(value) // 60, 60)
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
    return _("%(minutes)d min") % {"minutes": rest}


@register.filter
def watched(value: int | None) -> str:
    """As :func:`minutes`, with seconds below ten minutes: 35 s, 7 min 5 s, 1 h 2 min."""
    if value is None or value >= 600:
        return minutes(value)
    whole, rest = divmod(int(value), 60)
    if whole:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": whole, "seconds": rest}
    return _("%(seconds)d s") % {"seconds": rest}
