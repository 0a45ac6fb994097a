"""What the recordings ask of background work, which ``recordings.tasks`` does, and of apps above."""

from core.nudges import hook, nudge
from recordings.models import Recording


@nudge
def processing_due(recording_id: str) -> None:
    """This recording may be due: process the next one."""


@nudge
def trim_wanted(recording_id: str) -> None:
    """Make the file of the span that is shown of this recording."""


@nudge
def poster_wanted(recording_id: str) -> None:
    """Make the poster that the host chose for this recording."""


@hook
def recording_completed(recording: Recording) -> None:
    """The recording is done, and not published yet: make what goes with it. Repeating it must be harmless."""
