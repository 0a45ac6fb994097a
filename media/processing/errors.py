"""Named errors of steps; sentences for people are up to the caller."""

import errno

DISK_FULL = "disk_full"
NOTHING_RECORDED = "nothing_recorded"
UNREADABLE = "unreadable"
MISSING = "missing"
TIMED_OUT = "timed_out"
CRASHED = "crashed"


class StepFailed(Exception):
    """A step failed. ``code`` is one of this module's names, ``detail`` is technical, for the log."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


def code_of(error: BaseException) -> str:
    """The name for a system error; libav's errors have the system's numbers too."""
    number = getattr(error, "errno", None)
    if number in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return DISK_FULL
    return MISSING if number == errno.ENOENT else UNREADABLE
