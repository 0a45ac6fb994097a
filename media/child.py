"""Executes another program as a child that dies with its parent: ``python -I -S child.py PARENT_PID PROGRAM
ARGUMENTS…``.

Linux sends a child PR_SET_PDEATHSIG's signal when the *thread* that started it ends, so start it from a thread that
lives as long as the process. This is a program of its own, not a ``preexec_fn``: running Python between fork and exec
of a process with threads can deadlock. The setting survives exec. Elsewhere than on Linux it only execs.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def main() -> None:
    parent, program = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit("The parent ended before its child started.")
    os.execv(program, sys.argv[2:])  # noqa: S606 — a path that the product itself gives, and no shell


if __name__ == "__main__":
    main()
