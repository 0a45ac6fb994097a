"""``python -m media.engines.gateway``: see ``media.engines`` for its protocol."""

import asyncio
import sys

from media.engines.gateway.gateway import main

if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
