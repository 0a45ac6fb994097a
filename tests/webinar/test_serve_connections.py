"""Raw connections to the real `serve`: what never ends, what is too much, and how many; over plain TCP and over TLS.

The attacker comes from 127.0.0.2, everybody else from 127.0.0.1.
"""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.livekit import PATIENCE, until
from tests.product import Product
from tests.webinar.test_nginx import make_certificate

pytestmark = pytest.mark.product

ATTACKER = "127.0.0.2"
MIB = 1024 * 1024
PLACES = 40
LIMITS = {
    "CONNECTIONS_PER_ADDRESS": str(PLACES),
    "HEAD_LIMIT_KB": "8",
    "HEAD_FIELDS": "50",
    "HEAD_SECONDS": "5",
    "BODY_SECONDS": "10",
    "BODY_STALL_SECONDS": "4",
    "BODIES_MB": "4",
    "KEEP_ALIVE_SECONDS": "2",
    "SEND_SECONDS": "3",
}
BEGUN = b"GET /v1/webinar/health HTTP/1.1\r\nHost: localhost\r\n"
HEALTH = BEGUN + b"\r\n"
UPGRADE = (
    b"GET /v1/webinar/socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: %s\r\n\r\n"
)


@pytest.fixture(scope="module", params=["http", "https"])
def product(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    tls = {}
    if request.param == "https":
        certificate, key = make_certificate(folder)
        tls = {"TLS_CERT": str(certificate), "TLS_KEY": str(key), "BIND": "127.0.0.1"}
    product = Product(folder, **LIMITS, **tls)
    if tls:
        product.base_url = product.environment["PUBLIC_URL"] = f"https://localhost:{product.port}"
    product.start()
    yield product
    product.kill()


def connect(product, *, source: str = ATTACKER, secure: bool = True, room: int | None = None) -> socket.socket:
    """A connection, after TLS's handshake where the product speaks TLS. ``room``: bytes that we take unread."""
    raw = socket.socket()
    raw.settimeout(PATIENCE)
    if room is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    raw.bind((source, 0))
    raw.connect(("127.0.0.1", product.port))
    if not secure or not product.environment.get("TLS_CERT"):
        return raw
    context = ssl.create_default_context(cafile=product.environment["TLS_CERT"])
    return context.wrap_socket(raw, server_hostname="localhost")


@contextlib.contextmanager
def crowd(product, number: int, first: bytes = b"", *, secure: bool = True) -> Iterator[list[socket.socket]]:
    """As many connections as were let in of ``number``, each of which has sent ``first``."""
    opened = []
    try:
        for _ in range(number):
            try:
                opened.append(connect(product, secure=secure))
                opened[-1].sendall(first)
            except OSError:
                continue
        yield opened
    finally:
        for each in opened:
            each.close()


def send(connection: socket.socket, data: bytes, times: int = 1) -> None:
    """As much of it as is taken."""
    with contextlib.suppress(OSError):
        for _ in range(times):
            connection.sendall(data)


def read(connection: socket.socket) -> bytes:
    """Everything until its end."""
    received = b""
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while piece := connection.recv(65536):
            received += piece
    return received


def is_well(product) -> bool:
    """Whether others are answered."""
    with httpx.Client(trust_env=False, verify=False, timeout=PATIENCE) as http:
        headers = {"Host": f"localhost:{product.port}", "Connection": "close"}
        scheme = "https" if product.environment.get("TLS_CERT") else "http"
        return http.get(f"{scheme}://127.0.0.1:{product.port}/v1/webinar/health", headers=headers).status_code == 200


def memory(product) -> int:
    """Bytes of the process that are in memory."""
    status = Path(f"/proc/{product.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def held(product) -> int:
    """How many connections of the attacker the product holds."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    here, there = f"0100007F:{product.port:04X}", "0200007F:"
    return sum(row[1] == here and row[2].startswith(there) and row[9] != "0" for row in rows)


@pytest.fixture(autouse=True)
def nobody_is_left(product):
    yield
    until(lambda: held(product) == 0, "the end of all connections")
    assert is_well(product)


def test_a_head_that_does_not_come_is_not_waited_for(product):
    begun = [b"", b"\r\n", b"GE", b"GET /", BEGUN, BEGUN + b"X-Slow: a"]
    with contextlib.ExitStack() as open_for_now:  # at once: each waits for the same seconds
        slow = [open_for_now.enter_context(connect(product)) for _ in begun]
        for connection, first in zip(slow, begun, strict=True):
            send(connection, first)
        assert is_well(product)
        answers = [read(connection) for connection in slow]
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 408"] * len(begun)


def test_a_head_that_comes_in_drops_is_not_waited_for(product):
    with connect(product) as slow:
        send(slow, BEGUN)
        slow.settimeout(0.2)
        answer = b""

        def drop():
            nonlocal answer
            try:
                slow.sendall(b"X-A: b\r\n")
                answer += slow.recv(1000)
            except TimeoutError:
                return False
            except OSError:
                return True
            return bool(answer)

        until(drop, "an answer")
        assert answer.startswith(b"HTTP/1.1 408") or not answer


@pytest.mark.parametrize(
    "endless",
    [
        pytest.param([BEGUN + b"X-Endless: ", b"a" * MIB], id="one field"),
        pytest.param([BEGUN, b"X-Endless: " + b"a" * 1000 + b"\r\n"], id="fields"),
        pytest.param([BEGUN + b"X", b"a" * MIB], id="a name"),
        pytest.param([b"GET /", b"a" * MIB], id="an address"),
        pytest.param([b"", b"\r\n" * 1000], id="empty lines"),
        pytest.param(
            [b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Endless: ", b"a" * MIB],
            id="a trailer",
        ),
        pytest.param(
            [b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"a" * MIB],
            id="an extension",
        ),
        pytest.param([HEALTH + b"X", b"a" * MIB], id="what follows a request"),
    ],
)
def test_an_endless_head_is_refused_and_takes_no_memory(product, endless):
    before = memory(product)
    start, rest = endless
    with connect(product) as connection:
        send(connection, start)
        send(connection, rest, times=100 * MIB // len(rest))
        answer = read(connection)
    assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 200"))
    assert memory(product) - before < 40 * MIB


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(BEGUN + b"X-A: b\r\n" * 60 + b"\r\n", 431, id="too many fields"),
        pytest.param(BEGUN + b"X-A: " + b"b" * 9000 + b"\r\n\r\n", 431, id="a long field"),
        pytest.param(BEGUN + b"X" * 9000 + b": b\r\n\r\n", 431, id="a long name"),
        pytest.param(BEGUN + (b"X-A: " + b"b" * 1000 + b"\r\n") * 9 + b"\r\n", 431, id="fields that are long together"),
        pytest.param(b"GET /?%b HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"a" * 9000), 414, id="a long address"),
        pytest.param(b"GET /admin/r%b HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"/" * 1100), 414, id="a long path"),
        pytest.param(
            b"GET /livekit/rtc?%b HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"a" * 70_000),
            414,
            id="a longer one of LiveKit",
        ),
        pytest.param(b"NOT HTTP\r\n\r\n", 400, id="something else"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n",
            413,
            id="a body of a terabyte",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %b\r\n\r\n" % (b"9" * 5000),
            400,
            id="a length too long",
        ),
    ],
)
def test_too_much_is_refused_with_its_status(product, request_, status):
    with connect(product) as connection:
        send(connection, request_)
        assert read(connection).startswith(b"HTTP/1.1 %d" % status)


def test_livekits_long_addresses_pass(product):
    with connect(product) as connection:
        send(connection, b"GET /livekit/rtc?join_request=%b HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"a" * 40_000))
        assert int(read(connection).split()[1]) not in {400, 414, 431}


def test_a_body_that_does_not_come_is_answered_408(product):
    with connect(product) as slow:
        head = b"POST /v1/webinar/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        send(slow, head + b"Content-Length: 1000\r\n\r\n{")
        assert read(slow).startswith(b"HTTP/1.1 408")


def test_a_body_that_nobody_wants_is_not_taken_for_ever(product):
    with connect(product) as connection:
        send(connection, b"POST /static/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n")
        send(connection, b"a" * MIB, times=1)
        assert read(connection).startswith(b"HTTP/1.1 413")


def test_unfinished_bodies_share_a_bounded_memory(product):
    before = memory(product)
    head = (
        b"POST /v1/webinar/presets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 1400000\r\n\r\n"
    )
    with crowd(product, PLACES, head + b"a" * MIB) as unfinished:
        assert is_well(product)
        answers = [read(each)[:12] for each in unfinished]
        assert memory(product) - before < 40 * MIB
    assert set(answers) <= {b"HTTP/1.1 408", b"HTTP/1.1 503", b""}
    assert answers.count(b"HTTP/1.1 503") >= PLACES - 4


def test_small_bodies_pass_while_large_ones_are_unfinished(product):
    head = b"POST /v1/webinar/presets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with crowd(product, 8, head + b"Content-Length: 1400000\r\n\r\n" + b"a" * 900_000), connect(product) as small:
        send(small, head + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}")
        assert read(small).startswith(b"HTTP/1.1 401")


def test_one_address_has_so_many_connections_and_others_are_answered(product):
    with crowd(product, 2 * PLACES, BEGUN):
        until(lambda: held(product) <= PLACES, "the others' refusal")
        assert is_well(product)
    until(lambda: held(product) == 0, "the end of the connections")
    with connect(product) as again:
        send(again, BEGUN + b"Connection: close\r\n\r\n")
        assert read(again).startswith(b"HTTP/1.1 200")


def test_open_sockets_count_too(product):
    upgrade = UPGRADE % product.base_url.encode()
    with crowd(product, PLACES, upgrade) as sockets:
        assert [each.recv(12) for each in sockets] == [b"HTTP/1.1 101"] * PLACES
        with crowd(product, 1, HEALTH) as refused:
            assert [read(each)[:12] for each in refused] in ([], [b""], [b"HTTP/1.1 429"])
        assert is_well(product)


def test_a_handshake_that_does_not_end_counts_and_is_not_waited_for(product):
    """Over TCP alone: a connection on which nothing is said."""
    with crowd(product, 2 * PLACES, secure=False):
        until(lambda: 0 < held(product) <= PLACES, "the others' refusal")
        assert is_well(product)
        until(lambda: held(product) == 0, "the end of those who say nothing")


def test_requests_sent_ahead_are_bounded(product):
    before = memory(product)
    with crowd(product, 10) as connections:
        for each in connections:
            send(each, HEALTH * 10_000)
        assert is_well(product)
        assert all(read(each).count(b"HTTP/1.1 200") <= 40 for each in connections)
    assert memory(product) - before < 60 * MIB


def test_an_idle_connection_is_ended(product):
    with connect(product) as connection:
        send(connection, HEALTH)
        answer = read(connection)
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "path", ["/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js", "/v1/webinar/schema"]
)
def test_a_client_that_takes_nothing_of_an_answer_is_let_go(product, path):
    with connect(product, room=4096) as reader:
        reader.sendall(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path.encode())
        assert reader.recv(12) == b"HTTP/1.1 200"
        until(lambda: held(product) == 0, "its end")


def test_a_slow_client_gets_all_of_it(product):
    with connect(product, room=4096) as reader:
        reader.sendall(b"GET /v1/webinar/schema HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        received = read(reader)
    head, _end, body = received.partition(b"\r\n\r\n")
    assert int(head.lower().partition(b"content-length: ")[2].split()[0]) == len(body)
