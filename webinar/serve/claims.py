"""Resources that only one running product may have: its DATA_DIR and its ports. Each error says what to do."""

import errno
import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from media.livekit.server import Ports


class CannotStart(Exception):
    """The product cannot start; the message says what to change."""


class DataDirLock:
    """Locks DATA_DIR for this process; the kernel releases the lock even after SIGKILL."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "serve.lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises CannotStart if another process has it."""
        self._path.touch(0o600, exist_ok=True)
        file = self._path.open("r+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            process = file.read().strip() or "?"
            file.close()
            message = _(
                "Another copy of the product (process %(process)s) already runs on %(folder)s. Stop it first, "
                "or give this one a folder and ports of its own: DATA_DIR=… PORT=… LIVEKIT_PORT=… "
                "LIVEKIT_TCP_PORT=… LIVEKIT_UDP_PORT=… RTMP_PORT=…"
            )
            raise CannotStart(message % {"process": process, "folder": self._path.parent}) from error
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let another copy start."""
        if self._file is not None:
            self._file.close()
            self._file = None


def bind_port() -> socket.socket:
    """The listening socket of pages, API and sockets. Raises CannotStart if its port or address is not available."""
    family = socket.AF_INET6 if ":" in settings.BIND else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.BIND, settings.PORT))
        # Listening at once claims the port: two processes that only bind it with SO_REUSEADDR would both succeed.
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise CannotStart(_sentence(error, settings.PORT, "TCP", "PORT", settings.BIND)) from error
    return listener


def check_media_ports(ports: Ports) -> None:
    """Raises CannotStart if a port that our LiveKit server needs is taken."""
    _check(
        (ports.signalling, "LIVEKIT_PORT", socket.SOCK_STREAM, "127.0.0.1"),
        (ports.tcp, "LIVEKIT_TCP_PORT", socket.SOCK_STREAM, ""),
        (ports.udp, "LIVEKIT_UDP_PORT", socket.SOCK_DGRAM, ""),
    )


def check_rtmp_port() -> None:
    """Raises CannotStart if the port for encoders is taken."""
    _check((settings.RTMP_PORT, "RTMP_PORT", socket.SOCK_STREAM, settings.RTMP_BIND))


def _check(*wanted: tuple[int, str, socket.SocketKind, str]) -> None:
    """Port, the setting that changes it, TCP or UDP, and the address to listen on."""
    for number, name, kind, address in wanted:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, number))
                if kind == socket.SOCK_STREAM:
                    probe.listen(1)
            except OSError as error:
                protocol = "TCP" if kind == socket.SOCK_STREAM else "UDP"
                raise CannotStart(_sentence(error, number, protocol, name, address)) from error


def _sentence(error: OSError, port: int, protocol: str, setting: str, address: str) -> str:
    values = {"port": port, "protocol": protocol, "setting": setting, "other": port + 1, "address": address or "*"}
    if error.errno == errno.EADDRINUSE:
        return (
            _(
                "%(protocol)s port %(port)s is taken by another program. Stop that program, or choose another port: "
                "%(setting)s=%(other)s make run"
            )
            % values
        )
    if error.errno == errno.EACCES:
        return (
            _(
                "%(protocol)s port %(port)s needs more rights than this account has. Choose one above 1023: "
                "%(setting)s=8443 make run"
            )
            % values
        )
    values["reason"] = error.strerror or str(error)
    return (
        _("Cannot listen on %(address)s, %(protocol)s port %(port)s: %(reason)s. Check %(setting)s and BIND.") % values
    )
