"""``python -m media.engines.recorder``: see ``media.engines`` for its protocol."""

import asyncio
import os

import av.logging

from media.engines.recorder.engine import main

if __name__ == "__main__":
    av.logging.set_level(None)
    status = asyncio.run(main())
    # Everything is closed and reported. Exit at once: the SDK's threads may still call into Python, and abort the
    # process if the interpreter is shutting down.
    os._exit(status)
