"""The LiveKit server that the product starts itself: its configuration, and a thread that keeps it running."""

import http.client
import ipaddress
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from core.background import BackgroundThread
from media import child
from media.livekit.client import ROOM_KEPT_SECONDS

logger = structlog.get_logger(__name__)
server_logger = structlog.get_logger("livekit.server")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0  # seconds before a server that died is started again; doubles each time
STEADY_AFTER = 30.0  # seconds of running after which a death counts as the first again
LOOK_SECONDS = 2.0  # seconds between two checks that it still runs; its last line is noticed at once
STOP_SECONDS = 5.0  # seconds to end by itself before it is killed
_LONGEST_LINE = 64 * 1024  # bytes of the server's output; a longer line comes in pieces
LOG_LEVELS = {"debug": "debug", "info": "info", "warn": "warning", "error": "error"}


class NoAddress(Exception):
    """The address at which browsers could reach our media ports is unknown."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server listens: signalling (loopback), media over TCP and over UDP."""

    signalling: int
    tcp: int
    udp: int

    @classmethod
    def from_settings(cls) -> "Ports":
        return cls(settings.LIVEKIT_PORT, settings.LIVEKIT_TCP_PORT, settings.LIVEKIT_UDP_PORT)


def find_binary() -> str | None:
    """The livekit-server to run: LIVEKIT_BINARY, else the one on PATH, else what `make setup` built; or None."""
    if settings.LIVEKIT_BINARY:
        return shutil.which(settings.LIVEKIT_BINARY)
    return shutil.which("livekit-server") or shutil.which(settings.LIVEKIT_BUILT)


def node_address(public_url: str, node_ip: str) -> str:
    """The IP address that browsers send media to: ``node_ip``, else that of ``public_url``'s host, else loopback.

    Raises NoAddress if the host has none. IPv4 is preferred, because more networks pass it.
    """
    if node_ip:
        return node_ip
    host = urlsplit(public_url).hostname or "127.0.0.1"
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except OSError as error:
        raise NoAddress(f"{host} has no address yet. Set LIVEKIT_NODE_IP to this machine's public one.") from error
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    return str(found[0][4][0])


def livekit_config(
    *, ports: Ports, address: str, api_key: str, api_secret: str, webhook_url: str | None, level: str
) -> dict[str, Any]:
    """LiveKit's configuration (its config-sample.yaml lists every key; unknown ones stop it).

    With a loopback ``address`` media stays on this machine. Clients are never given a public STUN server: LiveKit's own
    address is known, and third parties need not learn who watches.
    """
    rtc: dict[str, Any] = {
        "tcp_port": ports.tcp,
        "udp_port": ports.udp,
        "use_external_ip": False,
        "node_ip": address,
        "stun_servers": ["127.0.0.1:3478"],
    }
    if ipaddress.ip_address(address).is_loopback:
        rtc |= {
            "enable_loopback_candidate": True,
            "interfaces": {"includes": ["lo" if sys.platform == "linux" else "lo0"]},
            "ips": {"includes": ["127.0.0.1/32"]},
        }
    config: dict[str, Any] = {
        "port": ports.signalling,
        "bind_addresses": ["127.0.0.1"],
        "keys": {api_key: api_secret},
        "rtc": rtc,
        "room": {
            "auto_create": False,
            "empty_timeout": ROOM_KEPT_SECONDS,
            "departure_timeout": ROOM_KEPT_SECONDS,
        },
        "logging": {"level": level, "json": True},
    }
    if webhook_url:
        config["webhook"] = {"api_key": api_key, "urls": [webhook_url]}
    return config


def write_config(path: Path, config: dict[str, Any]) -> None:
    """Write the configuration as JSON, which is valid YAML. The file holds the secret, so only its owner can read it,
    from the first moment.
    """
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    draft.touch(0o600, exist_ok=False)
    draft.write_text(json.dumps(config, indent=2))
    draft.replace(path)


class LiveKitServer:
    """One livekit-server child process, restarted whenever it dies, until :meth:`stop`.

    ``on_ready`` is called, on the supervising thread, each time a new process answers: the rooms of the one before are
    gone then. The child has its own session, so that a Ctrl-C in the terminal does not reach it, and dies with us even
    on SIGKILL (see ``media.child``).
    """

    def __init__(
        self,
        binary: str,
        *,
        folder: Path,
        webhook_url: str | None,
        ports: Ports | None = None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self.binary = binary
        self.config_file = folder / "livekit.yaml"
        self.webhook_url = webhook_url
        self.ports = ports or Ports.from_settings()
        self.on_ready = on_ready
        self.process: subprocess.Popen[bytes] | None = None
        self._ready = threading.Event()
        self._thread = BackgroundThread("livekit-supervisor", self._supervise)

    def start(self) -> None:
        """Start; returns at once. See :meth:`wait_ready`."""
        self._thread.start()

    def wait_ready(self, seconds: float) -> bool:
        """Whether the server answers within ``seconds``."""
        return self._ready.wait(seconds)

    def stop(self) -> None:
        """End the child and the supervision; returns when both have ended."""
        self._thread.stop(STOP_SECONDS * 2)

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        process = self.process
        return process.pid if process is not None and process.poll() is None else None

    def _supervise(self) -> None:
        pause = FIRST_PAUSE
        while not self._thread.is_stopping():
            began = time.monotonic()
            try:
                self.process = self._spawn()
            except (NoAddress, OSError) as error:
                logger.error("LiveKit could not be started; trying again", reason=str(error), seconds=pause)  # noqa: TRY400
            else:
                self._watch(self.process)
                self._ready.clear()
                if self._thread.is_stopping():
                    return
                if time.monotonic() - began > STEADY_AFTER:
                    pause = FIRST_PAUSE
                logger.warning("LiveKit died; starting it again", status=self.process.returncode, seconds=pause)
            self._thread.pause(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _spawn(self) -> subprocess.Popen[bytes]:
        config = livekit_config(
            ports=self.ports,
            address=node_address(settings.PUBLIC_URL, settings.LIVEKIT_NODE_IP),
            api_key=settings.LIVEKIT_API_KEY,
            api_secret=settings.LIVEKIT_API_SECRET,
            webhook_url=self.webhook_url,
            level="info" if logging.getLogger("livekit.server").isEnabledFor(logging.DEBUG) else "warn",
        )
        write_config(self.config_file, config)
        launcher = [sys.executable, "-I", "-S", str(child.__file__), str(os.getpid())]
        process = subprocess.Popen(
            [*launcher, self.binary, "--config", str(self.config_file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert process.stdout is not None
        threading.Thread(target=self._read_log, args=(process.stdout,), name="livekit-log", daemon=True).start()
        return process

    def _read_log(self, pipe: IO[bytes]) -> None:
        """Until the child has nothing more to say, because it ended: see at once whether it did."""
        _log_lines(pipe)
        self._thread.nudge()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until the child has ended, by itself or because it should."""
        while process.poll() is None:
            self._thread.wait(LOOK_SECONDS if self._ready.is_set() else 0.05)
            if self._thread.is_stopping():
                _end(process)
            elif not self._ready.is_set() and answers(self.ports.signalling):
                self._ready.set()
                try:
                    self.on_ready()
                except Exception:
                    logger.exception("The callback after a start of LiveKit failed")


def answers(port: int) -> bool:
    """Whether a LiveKit server answers on this loopback port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """At its first SIGTERM the server waits for everyone to leave, at the second it ends; after that it is killed."""
    for sign, seconds in ((signal.SIGTERM, 0.2), (signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        process.send_signal(sign)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return


def _log_lines(pipe: IO[bytes]) -> None:
    """Copy the server's lines to our own log, structured as they come; a faulty line does not stop the others."""
    with pipe:
        while raw := pipe.readline(_LONGEST_LINE):
            line = raw.decode("utf-8", "replace").strip()
            try:
                level, message, fields = _structured(line)
                getattr(server_logger, level)(message, **fields)
            except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
                server_logger.info(line)


def _structured(line: str) -> tuple[str, str, dict[str, Any]]:
    """Our level, message and fields of a line in JSON. Raises if the line is not JSON."""
    fields = json.loads(line)
    level, message = LOG_LEVELS.get(fields.pop("level"), "info"), str(fields.pop("msg"))
    for ours in ("ts", "event", "logger", "timestamp", "self", "level"):
        if ours in fields:
            fields[f"livekit_{ours}"] = fields.pop(ours)
    return level, message, fields
