"""From a capture's parts to a file: the steps after a recording was stopped."""

from uuid import UUID


def process(recording_id: UUID) -> None:
    """Bring the recording as far as possible. Called whenever something may have changed; repeating it is harmless."""
