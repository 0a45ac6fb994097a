"""``python -m media.engines.gateway``: see ``media.engines`` for its protocol."""

import asyncio
import sys

import av.logging

from media.engines.gateway.gateway import main

if __name__ == "__main__":
    av.logging.set_level(None)  # broken streams are counted, not written to stderr
    sys.exit(asyncio.run(main()))
