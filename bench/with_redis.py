"""Run a command with a throw-away Redis behind REDIS_URL: ``python -m bench.with_redis COMMAND [ARG …]``."""

import os
import subprocess
import sys
import tempfile

from bench.fanout.__main__ import check_redis
from tests.livekit import until
from tests.redis import RedisServer


def main() -> int:
    check_redis()
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        server = RedisServer(folder, is_durable=False)
        server.start()
        until(server.answers, "Redis")
        try:
            return subprocess.run(sys.argv[1:], env={**os.environ, "REDIS_URL": server.url}, check=False).returncode
        finally:
            server.kill()


if __name__ == "__main__":
    sys.exit(main())
