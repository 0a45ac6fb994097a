"""Names of lease owners: each identifies one process, even if a later one gets the same process id."""

import hashlib
import itertools
import os
from functools import cache
from pathlib import Path

_numbers = itertools.count(1)


def this_process() -> str:
    """A new name for something in this process, at most 64 characters: pid namespace, pid, start time, and a number."""
    pid = os.getpid()
    return f"{_space()}:{pid}:{_started(pid) or 0}:{next(_numbers)}"


def is_gone(owner: str) -> bool:
    """Whether ``owner`` was a process here that has ended; False for those elsewhere, and if that cannot be known."""
    space, _separator, rest = owner.partition(":")
    pid, _separator, rest = rest.partition(":")
    started, _separator, _number = rest.partition(":")
    if space != _space() or not pid.isdigit() or started == "0":
        return False
    return _started(int(pid)) != started


@cache
def _space() -> str:
    """The pid namespace; a unique value where it cannot be known."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()
        text = boot + str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        text = os.urandom(16).hex()
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _started(pid: int) -> str | None:
    """When this process started, in system ticks; None if there is none or it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]
