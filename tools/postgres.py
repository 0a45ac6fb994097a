#!/usr/bin/env python3
"""Run a command with a throw-away PostgreSQL behind DATABASE_URL: ``tools/postgres.py COMMAND [ARG …]``.

It makes a cluster in a temporary folder, on a free port of 127.0.0.1, without durability, and deletes it afterwards.
PostgreSQL refuses to run as root, so root starts it as the system user ``postgres``.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


def binaries() -> Path:
    """The folder of initdb and postgres: the newest version in Debian's place, else from PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    if on_path is None:
        sys.exit("PostgreSQL's server is missing: install the package postgresql, then run this again.")
    return Path(on_path).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="webinar-postgres-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_owner = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    bin_folder, port = binaries(), free_port()
    server = None
    try:
        subprocess.run(
            [*as_owner, bin_folder / "initdb", "-D", folder / "data", "-U", "webinar", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"],
            check=True, cwd=folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        settings = {
            "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200",
        }  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*as_owner, bin_folder / "postgres", "-D", folder / "data", *options],
                stdout=log, stderr=log, cwd=folder, start_new_session=True,
            )  # fmt: skip
        ready = [str(bin_folder / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
        for _attempt in range(150):
            if subprocess.run(ready, check=False).returncode == 0:
                break
            if server.poll() is not None:
                sys.exit("PostgreSQL did not start:\n" + (folder / "log").read_text())
            try:
                server.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
        environment = {**os.environ, "DATABASE_URL": f"postgresql://webinar@127.0.0.1:{port}/postgres"}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)
            server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main())
