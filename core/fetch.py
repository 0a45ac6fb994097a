"""Fetch a file from the public internet on somebody's behalf, without becoming their way into our network.

https only, public addresses only, and the ports in FETCH_PORTS only. The name is resolved once and the connection goes
to the address that was checked (a second look-up could answer differently: DNS rebinding); each redirect is checked
the same way. Size, number of redirects and total time are bounded, and no proxy from the environment is used.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import Sentence

_REDIRECTS = 3
_CHUNK = 64 * 1024


class FetchError(Exception):
    """It could not be fetched; ``sentence`` says why, without telling what our network looks like."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def fetch(url: str, *, limit: int, seconds: float = 10.0) -> bytes:
    """The bytes behind an https ``url``, at most ``limit`` of them, within ``seconds`` in all. Raises FetchError."""
    deadline = time.monotonic() + seconds
    for _hop in range(_REDIRECTS + 1):
        answer = _get(url, limit, deadline)
        if isinstance(answer, bytes):
            return answer
        url = answer
    raise FetchError(_("The address redirects too often."))


def public_address(host: str, port: int) -> tuple[int, str]:
    """Family and address of ``host``, all of whose addresses must be public. Raises FetchError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(_("The address could not be found.")) from None
    addresses = [(family, str(address[0])) for family, _type, _protocol, _name, address in found]
    if not addresses or not all(is_public(address) for _family, address in addresses):
        raise FetchError(_("Only public addresses can be fetched."))
    return int(addresses[0][0]), addresses[0][1]


#: Where public IPv6 addresses are given out (RFC 4291, section 2.4); what is elsewhere is for something else.
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
#: Ranges that are not the public internet, some of which Python's tables call global (IANA's special-purpose
#: registries): for protocols, for documentation, and whatever carries an IPv4 address inside (6to4 and its relays,
#: Teredo, NAT64), which would lead to that one.
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "192.0.0.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)


def is_public(address: str) -> bool:
    """Whether ``address`` lies in the public internet; an IPv6 address that carries an IPv4 one does not."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and (parsed.scope_id is not None or parsed not in _GIVEN_OUT):
        return False
    if any(parsed.version == network.version and parsed in network for network in _SPECIAL):
        return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


class _PinnedConnection(http.client.HTTPSConnection):
    """https to one address that was checked; the certificate is still that of the name.

    ``wire`` is the connected socket, also after http.client has given it up to the response.
    """

    wire: ssl.SSLSocket | None = None

    def __init__(self, host: str, port: int, family: int, address: str, timeout: float) -> None:
        self._tls = tls_context()
        super().__init__(host, port, timeout=timeout, context=self._tls)
        self._family, self._address = family, address

    def cut(self) -> None:
        """End whatever another thread waits for on this connection."""
        if self.wire is not None:
            with contextlib.suppress(OSError):
                # The plain socket's: ssl's own takes the TLS state away under the other thread.
                socket.socket.shutdown(self.wire, socket.SHUT_RDWR)

    def connect(self) -> None:
        raw = socket.socket(self._family, socket.SOCK_STREAM)
        raw.settimeout(self.timeout)
        try:
            raw.connect((self._address, self.port))
            self.sock = self.wire = self._tls.wrap_socket(raw, server_hostname=self.host, do_handshake_on_connect=False)
            self.wire.do_handshake()
        except BaseException:
            raw.close()
            raise


def tls_context() -> ssl.SSLContext:
    """Verifies certificates against the system's authorities."""
    return ssl.create_default_context()


def _get(url: str, limit: int, deadline: float) -> bytes | str:
    """The body, or the address to go on to."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise FetchError(_("This is not an https address.")) from None
    if port not in settings.FETCH_PORTS:
        raise FetchError(_("Addresses with a port of their own cannot be fetched."))
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise FetchError(_("This is not an https address."))
    family, address = public_address(parts.hostname, port)
    connection = _PinnedConnection(parts.hostname, port, family, address, _left(deadline))
    # A socket's time-out begins anew with each byte: a site that trickles its handshake or headers would never end.
    watch = threading.Timer(_left(deadline), connection.cut)
    watch.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": "webinar-logo-fetch", "Accept": "image/png, image/jpeg, image/webp"}
        connection.request("GET", path, headers={**headers, "Accept-Encoding": "identity"})
        response = connection.getresponse()
        if response.status in (301, 302, 303, 307, 308):
            return urljoin(url, response.headers.get("Location", ""))
        if response.status != 200:
            raise FetchError(_("The address did not answer with a file."))
        return _read(response, limit, deadline)
    except (OSError, http.client.HTTPException, ValueError):
        raise FetchError(_("The address did not answer in time or not correctly.")) from None
    finally:
        watch.cancel()
        connection.close()


def _read(response: http.client.HTTPResponse, limit: int, deadline: float) -> bytes:
    body = bytearray()
    while True:
        chunk = response.read1(_CHUNK)
        _left(deadline)  # a connection that was cut looks like a file that ended
        if not chunk:
            return bytes(body)
        body += chunk
        if len(body) > limit:
            raise FetchError(_("The file is too large."))


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise FetchError(_("The address did not answer in time or not correctly."))
    return left
