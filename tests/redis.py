"""A real redis-server of its own: on a free port, in a folder, killed and started again as tests want."""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
import redis

from tests.livekit import until
from tests.ports import free_port


class RedisServer:
    """``url`` is REDIS_URL. With ``is_durable`` it has an append-only file and finds its data after a kill."""

    def __init__(self, folder: Path, *, is_durable: bool = True) -> None:
        self.folder, self.is_durable = Path(folder), is_durable
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Returns once it answers."""
        durable = "yes" if self.is_durable else "no"
        options = {"port": self.port, "bind": "127.0.0.1", "dir": self.folder, "appendonly": durable, "save": ""}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(["redis-server", *words], stdout=log, stderr=log)
        until(self.answers, "Redis")

    def answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "redis.log").read_text()
        with redis.Redis.from_url(self.url, protocol=2) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def kill(self) -> None:
        """As a crash would: no chance to save anything."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)

    def freeze(self) -> None:
        """It keeps its connections and answers nothing."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGCONT)

    def empty(self) -> None:
        """Forget everything, as a new Redis would."""
        with redis.Redis.from_url(self.url, protocol=2) as client:
            client.flushall()


@pytest.fixture(scope="session")
def redis_server():
    """One server for the whole run; what a test stops or kills it starts again."""
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        server = RedisServer(folder, is_durable=False)
        server.start()
        yield server
        server.kill()


@pytest.fixture
def own_redis(tmp_path):
    """A durable server of the test's own."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.thaw()
    server.kill()


@pytest.fixture(scope="module")
def redis_of_file(tmp_path_factory):
    """A durable server for the tests of one file."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()
