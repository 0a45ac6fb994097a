"""The real product in a process of its own, for tests that need all of it: `serve` on free ports, with its own DATA_DIR."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import override_settings

from tests.livekit import PATIENCE, until
from tests.migrated import copy_migrated
from tests.ports import free_port

ROOT = Path(__file__).parent.parent


class Product:
    """Starts in ``folder``; ``settings`` are further environment variables. ``from_nothing``: it makes its database itself.

    Attributes: base_url, port, livekit_port, rtmp_port, host_email, host_password, data_dir, log_path, pid.
    """

    role = "all"

    def __init__(self, folder: Path, *, from_nothing: bool = False, **settings: str) -> None:
        self.from_nothing = from_nothing
        self.data_dir = Path(folder) / "data"
        self.log_path = Path(folder) / "serve.log"
        self.host_email = "host@example.com"
        self.host_password = "a-password-for-tests-only"
        self.port, self.livekit_port, tcp, udp, self.rtmp_port = (free_port() for _ in range(5))
        self.inner_url = f"http://localhost:{self.port}"
        self.base_url = settings.get("PUBLIC_URL") or self.inner_url
        own = {
            "PORT": str(self.port),
            "DATA_DIR": str(self.data_dir),
            "DEMO_HOST_EMAIL": self.host_email,
            "DEMO_HOST_PASSWORD": self.host_password,
            "LIVEKIT_PORT": str(self.livekit_port),
            "LIVEKIT_TCP_PORT": str(tcp),
            "LIVEKIT_UDP_PORT": str(udp),
            "RTMP_PORT": str(self.rtmp_port),
            # Recorders take little of the machine that tests share.
            "CAPTURE_WIDTH": "640",
            "CAPTURE_HEIGHT": "360",
            "CAPTURE_FPS": "15",
            "CAPTURE_PRESET": "ultrafast",
        }
        foreign = ("PUBLIC_URL", "TLS_CERT", "TLS_KEY", "BIND", "LIVEKIT_URL", "REDIS_URL", "WEB_CONCURRENCY", "DEBUG")
        inherited = {name: value for name, value in os.environ.items() if name not in foreign}
        self.environment = {**inherited, **own, **settings, "DJANGO_SETTINGS_MODULE": "webinar.settings"}
        self.process: subprocess.Popen | None = None

    def further(self, role: str = "web") -> "Product":
        """A further process of this product: these parts on a port of its own, everything else shared."""
        other = Product(self.log_path.parent)
        other.role, other.log_path = role, self.log_path.with_name(f"{role}-{other.port}.log")
        own = {"PORT": str(other.port)}
        other.environment, other.livekit_port = {**self.environment, **own}, self.livekit_port
        return other

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> str:
        """Everything it has written so far, over all its starts."""
        return self.log_path.read_text() if self.log_path.exists() else ""

    def manage(self, *arguments: str) -> None:
        """Run a command of ``manage.py`` beside it."""
        subprocess.run([sys.executable, "manage.py", *arguments], env=self.environment, cwd=ROOT, check=True)

    def start(self) -> None:
        """Returns once everything answers, media too."""
        self.launch()
        try:
            until(self._is_ready, "the product's readiness")
        except BaseException as error:
            self.kill()
            error.add_note(self.log)
            raise

    def launch(self, **settings: str) -> subprocess.Popen:
        """Start it without waiting for anything."""
        database = self.data_dir / "webinar.sqlite3"
        if not (self.from_nothing or database.exists() or self.environment.get("DATABASE_URL")):
            copy_migrated(database)
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--role", self.role],
                cwd=ROOT,
                env={**self.environment, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self.process

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"The product ended by itself:\n{self.log}"
        return self.readiness() == "ready"

    def readiness(self) -> str:
        """ready, degraded or unavailable, as /health/ready says; "away" when nothing answers."""
        try:
            inside = self.base_url if self.environment.get("TLS_CERT") else self.inner_url
            with httpx.Client(trust_env=False, verify=False, timeout=5) as http:
                answer = http.get(f"{inside}/v1/webinar/health/ready", headers={"Host": urlsplit(self.base_url).netloc})
        except httpx.HTTPError:
            return "away"
        return answer.json()["data"]["status"] if answer.status_code == 200 else "unavailable"

    def children(self) -> list[int]:
        """Process ids of everything that it started and that still runs."""
        return children_of(self.pid)

    def livekit_pid(self) -> int | None:
        """The LiveKit server's process id, None between two of them."""
        return self._child("livekit")

    def recorder_pid(self) -> int | None:
        """A recorder's process id, None while there is none."""
        return self._child("media.engines.recorder")

    def _child(self, word: str) -> int | None:
        found = [pid for pid in self.children() if word in _command(pid)]
        return found[0] if found else None

    def stop(self, sign: int = signal.SIGTERM) -> int:
        """End it in order; its exit status."""
        if self.process is None or self.process.poll() is not None:
            return 0 if self.process is None else self.process.returncode
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End it without a chance to tidy up."""
        self.stop(signal.SIGKILL)

    def restart(self) -> None:
        """Stop in order and start again, on the same data and ports."""
        self.stop()
        self.start()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One for the tests of a file."""
    running = Product(tmp_path_factory.mktemp("product"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def media_of(product: Product) -> Iterator[None]:
    """Settings with which this process may make rooms and tokens on the product's LiveKit."""
    secret = (product.data_dir / "keys" / "livekit_secret").read_text()
    url = f"http://127.0.0.1:{product.livekit_port}"
    with override_settings(LIVEKIT_URL=url, LIVEKIT_API_KEY="webinar", LIVEKIT_API_SECRET=secret):
        yield


def _command(pid: int) -> str:
    """How this process was started; nothing when it has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    except OSError:
        return ""


def children_of(pid: int) -> list[int]:
    """Running children of ``pid``, theirs too; ended ones that nobody has waited for are not running."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] not in "ZX":
            found += [int(entry.name), *children_of(int(entry.name))]
    return found


def is_running(pid: int) -> bool:
    """Whether this process exists and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
