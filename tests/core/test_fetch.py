"""Fetching on somebody's behalf: only https, only public addresses, bounded."""

import http.server
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core import fetch
from core.fetch import FetchError, is_public


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111"])
def test_public_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "fec0::1",
        "192.0.0.8",
        "192.0.0.9",
        "192.88.99.1",
        "192.31.196.1",
        "3fff::1",
        "5f00::1",
        "100::1",
        "::8.8.8.8",
        "64:ff9b:1::1",
        "2001:20::1",
        "localhost",
        "",
    ],
)
def test_addresses_that_lead_into_a_network_of_ours(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user:password@example.com/",
        "https://example.com:99999/",
        "https://example.com:8443/",
        "https://example.com:22/",
        "https://[",
        "https://[::1",
        "https://]",
        "https://[v1.x]/",
        "https://\u2100.example/",
        "https://example.com:port/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "https://2130706433/",
        "https://0x7f.1/",
        "not a url",
        "",
    ],
)
def test_addresses_that_are_refused_without_a_connection(url, monkeypatch):
    monkeypatch.setattr(fetch, "_PinnedConnection", None)
    with pytest.raises(FetchError):
        fetch.fetch(url, limit=10)


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    answers = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(fetch.socket, "getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(FetchError):
        fetch.public_address("both.example", 443)


class Site(http.server.BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self):
        path = self.path
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header(
                "Location", {"private": "https://10.0.0.1/", "http": "http://site.example/"}.get(path[4:], "/file")
            )
            self.end_headers()
        elif path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif path == "/file":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 100)
        elif path == "/slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"x")
                self.wfile.flush()
                if self.server.stopping.wait(0.05):
                    return
        elif path == "/slow-headers":
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
            for _ in range(40):
                self.wfile.write(b"x")
                self.wfile.flush()
                if self.server.stopping.wait(0.05):
                    return
            self.wfile.write(b"\r\n\r\nfile")
        else:
            self.send_error(404)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    stopping = threading.Event()

    def handle_error(self, request, client_address):
        pass  # clients that hang up are what some tests are about


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("site.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "site.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture
def site(certificate, monkeypatch, settings):
    """https://site.example:<port>, which resolves to this machine and counts as public."""
    server = Server(("127.0.0.1", 0), Site)
    server.stopping = threading.Event()
    settings.FETCH_PORTS = [server.server_address[1]]
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    resolve = fetch.socket.getaddrinfo

    def lookup(host, port, **options):
        return resolve("127.0.0.1" if host.endswith(".example") else host, port, **options)

    monkeypatch.setattr(fetch.socket, "getaddrinfo", lookup)
    monkeypatch.setattr(fetch, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(fetch, "tls_context", lambda: ssl.create_default_context(cafile=certificate))
    yield f"https://site.example:{server.server_port}"
    server.stopping.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_fetched(site):
    assert fetch.fetch(f"{site}/file", limit=100) == b"x" * 100


def test_a_redirect_on_the_same_terms_is_followed(site):
    assert fetch.fetch(f"{site}/to/file", limit=100) == b"x" * 100


def test_headers_that_trickle_are_cut_off_at_the_total_time(site):
    with pytest.raises(FetchError):
        fetch.fetch(f"{site}/slow-headers", limit=1000, seconds=0.5)


@pytest.mark.parametrize("path", ["to/private", "to/http", "loop", "missing"])
def test_redirects_elsewhere_and_errors_are_refused(site, path):
    with pytest.raises(FetchError):
        fetch.fetch(f"{site}/{path}", limit=100)


def test_more_than_the_limit_is_refused(site):
    with pytest.raises(FetchError):
        fetch.fetch(f"{site}/file", limit=99)


def test_a_trickle_is_cut_off_at_the_total_time(site):
    with pytest.raises(FetchError):
        fetch.fetch(f"{site}/slow", limit=1000, seconds=0.5)


def test_a_certificate_of_another_name_is_refused(site):
    with pytest.raises(FetchError):
        fetch.fetch(site.replace("site.example", "other.example") + "/file", limit=100)


def test_time_that_is_over_fetches_nothing():
    with pytest.raises(FetchError):
        fetch._left(time.monotonic() - 1)
