"""A clock in the video: milliseconds as black and white blocks, which survive encoding, so that a frame's age can be
read.
"""

import time

import numpy as np
from numpy.typing import NDArray

BITS = 16
WRAP = 1 << BITS


def draw(width: int, height: int, number: int) -> NDArray[np.uint8]:
    """The luma of a moving picture with the present time in its upper part."""
    rows, columns = np.mgrid[0:height, 0:width]
    picture = ((rows + columns + 6 * number) % 160 + 48).astype(np.uint8)
    stamp = milliseconds()
    side = width // BITS
    for bit in range(BITS):
        picture[: height // 6, bit * side : (bit + 1) * side] = 235 if stamp >> bit & 1 else 16
    return picture


def read(picture: NDArray[np.uint8]) -> int:
    """How many milliseconds ago it was drawn; ``picture`` is its luma."""
    height, width = picture.shape
    side = width / BITS
    row = picture[height // 24 : height // 8]
    stamp = 0
    for bit in range(BITS):
        block = row[:, int((bit + 0.3) * side) : int((bit + 0.7) * side)]
        stamp |= (int(block.mean()) > 128) << bit
    return (milliseconds() - stamp) % WRAP


def milliseconds() -> int:
    """Now, within the clock's 65 seconds."""
    return int(time.time() * 1000) % WRAP
