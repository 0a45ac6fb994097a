"""What can go wrong with a step, by name; sentences for people are the caller's."""

import errno

import av

DISK_FULL = "disk_full"
NOTHING_RECORDED = "nothing_recorded"
UNREADABLE = "unreadable"
MISSING = "missing"
TIMED_OUT = "timed_out"
CRASHED = "crashed"

#: What is raised for files that cannot be read or written; libav's errors are not all OSErrors.
BROKEN = (av.FFmpegError, OSError)


class StepFailed(Exception):
    """A step did not work. ``code`` is one of this module's names, ``detail`` technical, for the log."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


def code_of(error: BaseException) -> str:
    """Which of the names an error of the system has; libav's errors carry the system's numbers too."""
    number = getattr(error, "errno", None)
    if number in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return DISK_FULL
    return MISSING if number == errno.ENOENT else UNREADABLE
