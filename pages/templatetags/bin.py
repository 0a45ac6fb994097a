"""What is deleted together, for pages of apps that do not know all of it."""

from django import template
from django.conf import settings

from live.services.bin import contents_of, contents_of_rooms
from rooms.models import Room
from sessions.models import Session

register = template.Library()


@register.simple_tag
def session_contents(session: Session) -> list[str]:
    """What is deleted with a session, one line for each kind."""
    return contents_of([session])[session.pk].sentences


@register.simple_tag
def room_contents(room: Room) -> list[str]:
    """What is deleted with a room: its sessions, and everything that belongs to them."""
    return contents_of_rooms([room])[room.pk].sentences


@register.simple_tag
def bin_days() -> int:
    """For how many days deleted things can be restored."""
    return settings.BIN_FOR.days
