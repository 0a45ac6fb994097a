#!/usr/bin/env python3
"""Measure how long hostile input keeps a running product from answering others, as a ratio.

``.venv/bin/python tools/freeze.py http://localhost:8000`` requests ``/v1/webinar/health`` alone, then during one
hostile request, and prints how many times longer the slowest answer took. Good values are near 1; before input was
bounded they were in the thousands. It leaves only lines in the product's log. With ``--pid`` it also prints the memory
of that process before, and during 40 unfinished bodies.
"""

import argparse
import socket
import ssl
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

ALONE = 30  # requests alone
HOSTILE = {
    "User-Agent of 16 KB": ("User-Agent", "eyJ-" * 4_000),
    "User-Agent of 64 KB": ("User-Agent", "eyJ-" * 16_000),
    "User-Agent of 128 KB": ("User-Agent", "eyJ-" * 32_000),
    "cookie of 30 KB": ("Cookie", 'a="' + "\\" * 30_000 + '"'),
}


def connect(address: str) -> socket.socket:
    """A connection to the product."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    plain = socket.create_connection((parts.hostname or "localhost", port), timeout=300)
    if parts.scheme != "https":
        return plain
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain)


def ask(address: str, name: str = "X-None", value: str = "") -> float:
    """Seconds until /health with one more header field answers, or the connection ends."""
    began = time.monotonic()
    place = urlsplit(address).netloc
    head = f"GET /v1/webinar/health HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n{name}: {value}\r\n\r\n"
    try:
        with connect(address) as connection:
            connection.sendall(head.encode("latin-1"))
            while connection.recv(65536):
                pass
    except ConnectionError:
        pass
    return time.monotonic() - began


def slowest_during(address: str, name: str, value: str) -> float:
    """The slowest answer to others until a hostile request has ended."""
    hostile = threading.Thread(target=ask, args=(address, name, value))
    hostile.start()
    slowest = ask(address)
    while hostile.is_alive():
        slowest = max(slowest, ask(address))
    return slowest


def memory(pid: int) -> int:
    """Resident memory of a process in MiB."""
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]) // 1024


def unfinished_bodies(address: str, pid: int) -> tuple[int, int]:
    """The process's MiB before, and while 40 bodies with 3.9 of 4 MiB sent wait for the rest."""
    before = memory(pid)
    head = (
        f"POST /accounts/login/ HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 4194304\r\n\r\n"
    ).encode()
    open_now = []
    for _ in range(40):
        connection = connect(address)
        open_now.append(connection)
        try:
            connection.sendall(head + b"a" * 4_000_000)
        except OSError:
            continue
    ask(address)
    during = memory(pid)
    for connection in open_now:
        connection.close()
    return before, during


def main() -> None:
    """Measure, and print the results."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("address", help="of the running product, such as http://localhost:8000")
    options.add_argument("--pid", type=int, help="of its process, on this machine: shows its memory with 40 bodies")
    given = options.parse_args()
    alone = sorted(ask(given.address) for _ in range(ALONE))
    usual = alone[ALONE // 2]
    print(f"/health alone: {usual * 1000:.1f} ms, at most {alone[-1] * 1000:.1f} ms")
    for what, (name, value) in HOSTILE.items():
        slowest = slowest_during(given.address, name, value)
        print(f"{what}: {slowest:.3f} s, {slowest / usual:.0f} times as long")
    if given.pid:
        before, during = unfinished_bodies(given.address, given.pid)
        print(f"40 unfinished bodies: {before} MiB before, {during} MiB with them")


if __name__ == "__main__":
    main()
