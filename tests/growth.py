"""Whether something takes more than linear time in the length of its input, told by CPU time within one run.

Sizes grow from tiny in small steps, so that nothing exponential ever runs for long.
"""

import time
from collections.abc import Callable

TINY = [4, 8, 12, 16, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40]
TINY_SECONDS = 0.1  # CPU; 40 pieces take a ten-thousandth of it
MIDDLE, MIDDLE_SECONDS = 256, 0.1
LARGE = 4096
NOISE = 0.004  # CPU seconds under which nothing is told from the times; a square would be well above it at LARGE
SIZES = [1024, 2048, 4096, 8192, 16384]
RATIO = 3.2  # twice the length in twice the time, four times for a square
IN_A_ROW = 3
TRIALS = 3


def grows_too_fast(run: Callable[[int], object]) -> str | None:
    """``run(n)`` works on an input of n pieces. A sentence when its time grows faster than n; None otherwise."""
    for size in TINY:
        if (taken := cpu(run, size)) > TINY_SECONDS:
            return f"{taken:.2f} s for {size} pieces"
    if (taken := cpu(run, MIDDLE)) > MIDDLE_SECONDS:
        return f"{taken:.2f} s for {MIDDLE} pieces"
    if cpu(run, LARGE) < NOISE:
        return None
    before, steep, said = 0.0, 0, []
    for size in SIZES:
        taken = min(cpu(run, size) for _ in range(TRIALS))
        is_steep = before > 0 and taken > NOISE and taken / before > RATIO
        steep = steep + 1 if is_steep else 0
        said.append(f"{size}: {taken:.4f} s")
        if steep == IN_A_ROW:
            return ", ".join(said)
        before = taken
    return None


def cpu(run: Callable[[int], object], size: int) -> float:
    """CPU seconds of one call."""
    began = time.thread_time()
    run(size)
    return time.thread_time() - began
