"""Fetch a file from the public internet for a user, without giving them access to our network (SSRF).

https only, public addresses only, and the ports in FETCH_PORTS only. The name is resolved once and the connection goes
to the address that was checked (a second look-up could answer differently: DNS rebinding); each redirect is checked the
same way. Size, number of redirects and total time are bounded, and proxies from the environment are not used.
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
    """The file could not be fetched; ``sentence`` says why without revealing our network."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def fetch(url: str, *, limit: int, seconds: float = 10.0) -> bytes:
    """Return the bytes behind an https ``url``: at most ``limit``, within ``seconds`` in all. Raises FetchError."""
    deadline = time.monotonic() + seconds
    for _hop in range(_REDIRECTS + 1):
        answer = _get(url, limit, deadline)
        if isinstance(answer, bytes):
            return answer
        url = answer
    raise FetchError(_("The address redirects too often."))


def public_address(host: str, port: int) -> tuple[int, str]:
    """Address family and address of ``host``; all of its addresses must be public. Raises FetchError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(_("The address could not be found.")) from None
    addresses = [(family, str(address[0])) for family, _type, _protocol, _name, address in found]
    if not addresses or not all(is_public(address) for _family, address in addresses):
        raise FetchError(_("Only public addresses can be fetched."))
    return int(addresses[0][0]), addresses[0][1]


#: The block of global unicast IPv6 addresses (RFC 4291, section 2.4); everything outside it is special-purpose.
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
#: Ranges that are not the public internet although Python calls some of them global (IANA's special-purpose
#: registries): for protocols, for documentation, and those that embed an IPv4 address (6to4 and its relays, Teredo,
#: NAT64), which would lead to that address.
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
    """Whether ``address`` is in the public internet; IPv6 addresses that embed an IPv4 address are not."""
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
    """https to one checked address; the certificate must still match the name.

    ``wire`` is the connected socket, kept after http.client has handed it to the response.
    """

    wire: ssl.SSLSocket | None = None

    def __init__(self, host: str, port: int, family: int, address: str, timeout: float) -> None:
        self._tls = tls_context()
        super().__init__(host, port, timeout=timeout, context=self._tls)
        self._family, self._address = family, address

    def cut(self) -> None:
        """Abort whatever another thread waits for on this connection."""
        if self.wire is not None:
            with contextlib.suppress(OSError):
                # Shut down the plain socket: shutting down the ssl object would remove the TLS state that the other
                # thread uses.
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
    """A TLS context that verifies certificates against the system's authorities."""
    return ssl.create_default_context()


def _get(url: str, limit: int, deadline: float) -> bytes | str:
    """Return the body, or the address of a redirect."""
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
    # A socket's time-out restarts with each byte, so a site that trickles its handshake or headers would never time
    # out.
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
        _left(deadline)  # an aborted connection looks like the end of the file
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
