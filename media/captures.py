"""Which rooms are to be captured: written here, done by the supervisor."""

from media.models import Capture


def want_capture(room: str) -> Capture:
    """The wanted capture of ``room``, a new one where there is none. Call it with the room's session locked."""
    capture = Capture.objects.filter(room=room, wanted=True).first()
    return capture or Capture.objects.create(room=room)


def end_captures(room: str) -> int:
    """Nothing of ``room`` is to be captured any more; how many were. The supervisor finishes their files."""
    return Capture.objects.filter(room=room, wanted=True).update(wanted=False)


def running_capture(room: str) -> Capture | None:
    """The one that is wanted now."""
    return Capture.objects.filter(room=room, wanted=True).first()
