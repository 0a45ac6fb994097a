"""Files of captures that remain after recordings were made."""

import shutil
from pathlib import Path
from uuid import UUID

from django.conf import settings

from media.captures.port import PartBegun, PartClosed, read_journal
from media.captures.services import is_over
from media.models import Capture
from recordings.models import Recording
from recordings.processing.due import chosen_parts


def work_folder(recording_id: UUID) -> Path:
    """The folder in which a recording is assembled."""
    return Path(settings.PROCESSING_DIR) / str(recording_id)


def forget_work(recording_id: UUID) -> None:
    """Delete the working files; the storage has the result, or it can be made again from the parts."""
    shutil.rmtree(work_folder(recording_id), ignore_errors=True)


def remove_parts(capture: Capture) -> list[str]:
    """Delete the parts of ``capture`` that nobody needs any more; returns their names.

    HLS has segments of its own and does not need parts. A part is needed by each recording that is not completed yet:
    running, processing, failed (it may be retried), or in the bin before completion. An unreadable part is kept as long
    as the recording is, since somebody may still rescue it. Parts of no recording are deleted once the capture is over
    and all its recordings are completed.
    """
    needed: set[str] = set()
    used: set[str] = set()
    all_done = True
    for recording in capture.recordings.all():
        recording.capture = capture
        files = {source.file for source in chosen_parts(recording).sources}
        if recording.files_deleted_at is not None:
            used |= files
        elif recording.status == Recording.Status.COMPLETED:
            probed = recording.steps.get("probe", {}).get("parts", [])
            broken = {part["file"] for part in probed if not part["is_readable"]}
            needed |= files & broken
            used |= files
        else:
            all_done = False
            needed |= files
    journal = read_journal(capture.folder)
    closed = {event.file for event in journal if isinstance(event, PartClosed)}
    going = used & closed
    if all_done and is_over(capture):
        going = {event.file for event in journal if isinstance(event, PartBegun)}
    gone = []
    for file in sorted(going - needed):
        path = capture.folder / file
        if path.exists():
            path.unlink(missing_ok=True)
            gone.append(file)
    return gone
