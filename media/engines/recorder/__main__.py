"""``python -m media.engines.recorder``: see ``media.engines`` for how it is talked to."""

import asyncio
import sys

import av.logging

from media.engines.recorder.engine import main

if __name__ == "__main__":
    av.logging.set_level(None)
    sys.exit(asyncio.run(main()))
