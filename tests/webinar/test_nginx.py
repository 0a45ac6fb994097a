"""Behind nginx, as in deploy/nginx.conf, with a self-signed certificate: one https origin for pages, socket and media."""

import contextlib
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import websockets
from django.conf import settings
from django.test import override_settings

from media.livekit import client as port
from tests.livekit import PATIENCE, async_until, until
from tests.media.livekit.test_grants import AUDIENCE
from tests.ports import free_port
from tests.product import ROOT, Product
from webinar.serve import proxy, uploads
from webinar.serve.http import SIGNAL_URL_LIMIT

pytestmark = pytest.mark.product
PLACES = 30
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for localhost and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return certificate, key


def adapted(text: str, *, inside: int, outside: int, folder: Path) -> str:
    """deploy/nginx.conf with the lines changed that it says are the operator's, as a whole configuration."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    for pattern, replacement in (
        (r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{inside};"),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{outside} ssl;"),
        (r"server_name [^;]+;", "server_name localhost;"),
        (r"ssl_certificate +[^;]+;", f"ssl_certificate {certificate};"),
        (r"ssl_certificate_key [^;]+;", f"ssl_certificate_key {key};"),
        (r"access_log /[^;]+;", f"access_log {folder}/access.log webinar;"),
        # Small, so that they are met soon.
        (r"client_header_timeout [^;]+;", "client_header_timeout 3s;"),
        (r"limit_conn webinar_connections [^;]+;", f"limit_conn webinar_connections {PLACES};"),
    ):
        text, count = re.subn(pattern, replacement, text)
        assert count == 1, pattern
    temporary = "\n".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    return f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\nhttp {{\n{temporary}\n{text}\n}}"


@pytest.fixture(scope="module")
def behind_nginx(tmp_path_factory):
    assert NGINX, "nginx is missing: tools/install_test_services.sh installs it."
    folder = tmp_path_factory.mktemp("nginx")
    make_certificate(folder)
    outside = free_port()
    product = Product(folder, PUBLIC_URL=f"https://localhost:{outside}")
    text = adapted((ROOT / "deploy" / "nginx.conf").read_text(), inside=product.port, outside=outside, folder=folder)
    (folder / "nginx.conf").write_text(text)
    nginx = subprocess.Popen(
        [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    )
    try:
        product.start()
        product.trust = ssl.create_default_context(cafile=folder / "certificate.pem")
        product.access_log = folder / "access.log"
        until(lambda: reachable(product), "nginx")
        yield product
    finally:
        nginx.terminate()
        nginx.wait(30)
        product.kill()


def reachable(product) -> bool:
    try:
        with browser(product) as client:
            return client.get("/v1/webinar/health").status_code == 200
    except httpx.TransportError:
        return False


def browser(product, **options) -> httpx.Client:
    return httpx.Client(base_url=product.base_url, verify=product.trust, trust_env=False, timeout=PATIENCE, **options)


def sign_in(client, product):
    body = {"email": product.host_email, "password": product.host_password}
    return client.post("/v1/webinar/auth/login", json=body).json()["data"]["access_token"]


def test_a_page_comes_over_https_with_secure_cookies_and_policies(behind_nginx):
    with browser(behind_nginx) as client:
        answer = client.get("/accounts/login/")
    assert answer.status_code == 200
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert behind_nginx.base_url.replace("https", "wss") in answer.headers["content-security-policy"]


def test_a_form_is_accepted_from_the_public_origin_and_from_no_other(behind_nginx):
    with browser(behind_nginx) as client:
        client.get("/accounts/login/")
        form = {
            "login": behind_nginx.host_email,
            "password": behind_nginx.host_password,
            "csrfmiddlewaretoken": client.cookies["csrftoken"],
        }
        foreign = client.post("/accounts/login/", data=form, headers={"Origin": "https://elsewhere.example"})
        own = client.post("/accounts/login/", data=form, headers={"Origin": behind_nginx.base_url})
    assert (foreign.status_code, own.status_code) == (403, 302)


def test_a_foreign_host_name_is_refused(behind_nginx):
    with browser(behind_nginx) as client:
        assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_links_and_media_addresses_are_those_of_the_public_origin(behind_nginx):
    with browser(behind_nginx) as client:
        session = live_session(client, behind_nginx)
    assert session["livekit_url"] == behind_nginx.base_url.replace("https", "wss") + "/livekit"
    assert session["whip_url"] == behind_nginx.base_url + "/livekit/whip/v1"
    assert session["realtime"]["url"] == behind_nginx.base_url.replace("https", "wss") + "/v1/webinar/socket"


def live_session(client, product):
    """Start a new session as the host; what `start` answers."""
    client.headers["Authorization"] = f"Bearer {sign_in(client, product)}"
    room = client.post("/v1/webinar/rooms", json={"title": "Behind a proxy"}).json()["data"]["room"]
    preset = client.get("/v1/webinar/presets").json()["data"]["presets"][0]
    body = {"title": "Behind a proxy", "preset_id": preset["id"]}
    made = client.post(f"/v1/webinar/rooms/{room['id']}/sessions", json=body).json()["data"]
    started = client.post(f"/v1/webinar/sessions/{made.get('session', made)['id']}/start", json={})
    assert started.status_code == 200, started.text
    return started.json()["data"]


async def test_the_products_socket_opens_through_nginx(behind_nginx):
    with browser(behind_nginx) as client:
        realtime = live_session(client, behind_nginx)["realtime"]
    async with websockets.connect(
        realtime["url"], ssl=behind_nginx.trust, proxy=None, origin=behind_nginx.base_url
    ) as socket:
        await socket.send(json.dumps({"id": 1, "do": "connect", "ticket": realtime["ticket"]}))
        assert json.loads(await socket.recv())["ok"] is True


async def test_livekits_signalling_passes_through_nginx(behind_nginx):
    secret = (behind_nginx.data_dir / "keys" / "livekit_secret").read_text()
    inside = f"http://127.0.0.1:{behind_nginx.livekit_port}"
    with override_settings(LIVEKIT_URL=inside, LIVEKIT_API_KEY="webinar", LIVEKIT_API_SECRET=secret):
        port.ensure_room("lecture")
        token = port.mint_token(identity="bob:1", room="lecture", grant=AUDIENCE, lifetime=timedelta(minutes=5))
        address = behind_nginx.base_url.replace("https", "wss") + f"/livekit/rtc?access_token={token}&auto_subscribe=1"
        async with websockets.connect(address, ssl=behind_nginx.trust, proxy=None) as signal:
            assert isinstance(await signal.recv(), bytes)  # LiveKit's JoinResponse
            await async_until(lambda: port.list_participants("lecture"), "the participant")
    until(lambda: "/livekit/rtc " in behind_nginx.access_log.read_text(), "nginx's line about it")
    assert token not in behind_nginx.access_log.read_text()
    assert token not in behind_nginx.log


@pytest.mark.parametrize("megabytes", [3, 12, 100])
def test_a_form_with_a_large_file_comes_back_with_its_values_and_a_sentence(behind_nginx, megabytes):
    with browser(behind_nginx) as client:
        client.get("/accounts/login/")
        form = {
            "login": behind_nginx.host_email,
            "password": behind_nginx.host_password,
            "csrfmiddlewaretoken": client.cookies["csrftoken"],
        }
        client.headers["Origin"] = behind_nginx.base_url
        assert client.post("/accounts/login/", data=form).status_code == 302
        client.get("/presets/new")
        values = {"name": "Mine alone", "primary_color": "#0f766e", "csrfmiddlewaretoken": client.cookies["csrftoken"]}
        logo = {"logo": ("logo.png", b"x" * megabytes * 1024 * 1024, "image/png")}
        answer = client.post("/presets/new", data=values, files=logo)
        assert answer.status_code == 200
        assert "This file is larger than 1.0" in answer.text
        assert 'value="Mine alone"' in answer.text
        api = client.post("/v1/webinar/presets", content=b"x" * megabytes * 1024 * 1024)
    assert (api.status_code, api.json()["code"]) == (413, "body_too_large")


def test_addresses_of_playlists_and_files_are_in_no_log(behind_nginx):
    with browser(behind_nginx) as client:
        for path in (
            "/hls/session/secret-grant/index.m3u8",
            "/hls/s/capture/secret-grant/x",
            "/files/secret-grant/x/y",
        ):
            assert client.get(path).status_code == 404
        client.get("/v1/webinar/health?last")
    until(lambda: "/v1/webinar/health" in behind_nginx.access_log.read_text(), "nginx's line about what came after")
    assert "secret-grant" not in behind_nginx.access_log.read_text() + behind_nginx.log


def test_the_clients_address_is_nginxs_word_not_the_clients(behind_nginx):
    with browser(behind_nginx) as client:
        client.get("/v1/webinar/health?forged=1", headers={"X-Forwarded-For": "198.51.100.66"})
    assert "198.51.100.66" not in behind_nginx.log
    assert "ip=127.0.0.1" in behind_nginx.log


def raw(product, source: str = "127.0.0.2") -> ssl.SSLSocket:
    """A connection to nginx."""
    port = urlsplit(product.base_url).port
    plain = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE, source_address=(source, 0))
    return product.trust.wrap_socket(plain, server_hostname="localhost")


def test_nginx_has_the_products_limits():
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for line in (
        f"client_header_timeout {settings.HEAD_SECONDS}s;",
        f"client_body_timeout {settings.BODY_STALL_SECONDS}s;",
        f"client_max_body_size {uploads.MOST // 1024 // 1024}m;",
        f"client_max_body_size {proxy.BODY_LIMIT // 1024}k;",
        f"client_max_body_size {settings.JSON_BODY_LIMIT // 1024}k;",
        f"large_client_header_buffers 4 {SIGNAL_URL_LIMIT // 1024}k;",
        f"keepalive_timeout {settings.KEEP_ALIVE_SECONDS}s;",
        f"send_timeout {settings.SEND_SECONDS}s;",
        f"limit_conn webinar_connections {settings.CONNECTIONS_PER_ADDRESS};",
    ):
        assert line in text


def test_a_head_that_does_not_come_is_ended_by_nginx(behind_nginx):
    with raw(behind_nginx) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            assert slow.recv(100).partition(b" ")[2][:3] in {b"", b"408"}
    with browser(behind_nginx) as client:
        assert client.get("/v1/webinar/health").status_code == 200


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/v1/webinar/recordings/x/tracks", 5_000_000, 413),
        ("/v1/webinar/auth/login", 70_000, 413),
        ("/accounts/login/", 70_000, 413),
        ("/livekit/whip/v1", 300_000, 413),
        ("/?" + "a" * 9_000, 0, 414),
        ("/?" + "a" * 40_000, 0, 414),
    ],
)
def test_what_is_too_large_is_refused_behind_nginx(behind_nginx, path, size, status):
    with browser(behind_nginx) as client:
        assert client.post(path, content=b"x" * size).status_code == status


def test_an_address_has_so_many_connections_behind_nginx_and_others_are_answered(behind_nginx):
    upgrade = (
        "GET /v1/webinar/socket HTTP/1.1\r\nHost: {0.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Origin: {0.scheme}://{0.netloc}\r\n\r\n"
    ).format(urlsplit(behind_nginx.base_url))
    with contextlib.ExitStack() as stack:
        answers = []
        for _ in range(PLACES + 5):
            connection = stack.enter_context(raw(behind_nginx))
            connection.sendall(upgrade.encode())
            answers.append(connection.recv(12))
        assert answers == [b"HTTP/1.1 101"] * PLACES + [b"HTTP/1.1 429"] * 5
        with browser(behind_nginx) as client:
            assert client.get("/v1/webinar/health").status_code == 200


def test_the_key_of_a_password_link_is_in_no_log_of_the_product(behind_nginx):
    with browser(behind_nginx) as client:
        client.get("/accounts/password/reset/key/1-s3cret/")
    until(lambda: "GET /accounts/password/reset/key/" in behind_nginx.log, "the product's line about it")
    assert "s3cret" not in behind_nginx.log


@pytest.fixture
def with_its_own_certificate(tmp_path):
    certificate, key = make_certificate(tmp_path)
    product = Product(tmp_path, TLS_CERT=str(certificate), TLS_KEY=str(key), BIND="127.0.0.1")
    product.base_url = product.environment["PUBLIC_URL"] = f"https://localhost:{product.port}"
    product.trust = ssl.create_default_context(cafile=certificate)
    yield product
    product.kill()


async def test_the_product_answers_https_itself_and_still_hears_livekit(with_its_own_certificate):
    product = with_its_own_certificate
    product.start()
    with browser(product) as client:
        started = live_session(client, product)
        path = f"/v1/webinar/sessions/{started['session']['id']}"
        assert client.get(path).status_code == 200
    until(lambda: "POST /v1/webinar/webhooks/livekit" in product.log, "LiveKit's webhook")
    until(lambda: re.search(r"code=200.*POST /v1/webinar/webhooks/livekit", product.log), "its acceptance")
