"""What the recordings ask of background work; ``recordings.tasks`` does it."""

from core.nudges import nudge


@nudge
def processing_due(recording_id: str) -> None:
    """This recording may be due: process whose turn it is."""


@nudge
def trim_wanted(recording_id: str) -> None:
    """Make the file of the span that is shown of this recording."""
