"""``python -m media.engines.recorder``: see ``media.engines`` for how it is talked to."""

import asyncio
import os

import av.logging

from media.engines.recorder.engine import main

if __name__ == "__main__":
    av.logging.set_level(None)
    status = asyncio.run(main())
    # Everything is closed and told. The SDK's threads may still call into Python, and abort the process when they find
    # an interpreter that is being taken down.
    os._exit(status)
