"""The real `serve`: starts, refuses, survives, and leaves nothing behind."""

import asyncio
import re
import signal
import socket
import stat
import subprocess
import sys

import httpx
import pytest
from livekit import api
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.livekit import PATIENCE, until
from tests.product import ROOT, Product, is_running

pytestmark = pytest.mark.product


@pytest.fixture
def stopped(tmp_path):
    """Not started yet; whatever a test leaves running is ended."""
    product = Product(tmp_path)
    yield product
    product.kill()


@pytest.fixture
def product(stopped):
    stopped.start()
    return stopped


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order_and_no_child_is_left(product, sign):
    children = until(lambda: len(found := product.children()) == 2 and found, "LiveKit and the gateway for encoders")
    assert product.stop(sign) == 0
    assert [pid for pid in children if is_running(pid)] == []
    assert "Traceback" not in product.log


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_ended_and_started_again_it_finds_the_session_live_and_makes_its_media_room_again(product, sign):
    address = f"{product.base_url}/v1/webinar"
    sign_in = {"email": product.host_email, "password": product.host_password}
    token = httpx.post(f"{address}/auth/login", json=sign_in).json()["data"]["access_token"]

    def call(method, path, body=None):
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.request(method, address + path, json=body or {}, headers=headers, timeout=PATIENCE)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    room = call("POST", "/rooms", {"title": "Survivor"})["room"]["id"]
    preset = call("GET", "/presets")["presets"][0]["id"]
    session = call("POST", f"/rooms/{room}/sessions", {"title": "Goes on", "preset_id": preset})["session"]["id"]
    call("POST", f"/sessions/{session}/go_live")
    product.stop(sign)
    product.start()

    assert call("GET", f"/sessions/{session}")["status"] == "live"
    assert call("GET", f"/rooms/{room}")["active_session_id"] == session
    secret = (product.data_dir / "keys" / "livekit_secret").read_text().strip()
    assert session in until(lambda: livekit_rooms(product, secret), "the media room that was there before")


def livekit_rooms(product: Product, secret: str) -> list[str]:
    """The names of the rooms that LiveKit itself has."""

    async def names() -> list[str]:
        async with api.LiveKitAPI(f"http://127.0.0.1:{product.livekit_port}", "webinar", secret) as livekit:
            return [room.name for room in (await livekit.room.list_rooms(api.ListRoomsRequest())).rooms]

    return asyncio.run(names())


def test_open_sockets_are_told_that_it_restarts(product):
    with connect(f"ws://localhost:{product.port}/v1/webinar/socket", origin=product.base_url, proxy=None) as socket:
        assert product.stop() == 0
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=PATIENCE)
        assert socket.close_code == 1012


def test_killed_without_warning_it_leaves_no_child(product):
    children = product.children()
    product.kill()
    until(lambda: not any(is_running(pid) for pid in children), "the end of its children")


def test_started_again_after_being_killed_it_finds_its_data_and_keys(product):
    sign_in = {"email": product.host_email, "password": product.host_password}
    before = httpx.post(f"{product.base_url}/v1/webinar/auth/login", json=sign_in).json()["data"]
    keys = {path.name: path.read_text() for path in (product.data_dir / "keys").iterdir()}
    product.kill()
    product.start()
    bearer = {"Authorization": f"Bearer {before['access_token']}"}
    me = httpx.get(f"{product.base_url}/v1/webinar/rooms/my", headers=bearer)
    assert me.status_code == 200
    assert {path.name: path.read_text() for path in (product.data_dir / "keys").iterdir()} == keys
    assert {stat.S_IMODE(path.stat().st_mode) for path in (product.data_dir / "keys").iterdir()} == {0o600}
    assert stat.S_IMODE((product.data_dir / "livekit.yaml").stat().st_mode) == 0o600


def test_the_generated_password_is_printed_at_the_first_start_only(tmp_path):
    product = Product(tmp_path, from_nothing=True, DEMO_HOST_PASSWORD="")
    try:
        product.start()
        until(lambda: "Ctrl-C" in product.log, "the announcement")
        password = re.search(r"Password +(\S+)", product.log)[1]
        sign_in = {"email": product.host_email, "password": password}
        assert httpx.post(f"{product.base_url}/v1/webinar/auth/login", json=sign_in).status_code == 200
        product.restart()
        until(lambda: product.log.count("Ctrl-C") == 2, "the second announcement")
        assert product.log.count(password) == 1
    finally:
        product.kill()


def test_a_second_copy_on_the_same_data_is_refused_with_advice(product):
    second = serve(product.environment)
    assert second.returncode == 1
    assert f"Another copy of the product (process {product.pid}) already runs" in second.stderr
    assert "DATA_DIR=" in second.stderr
    assert product.readiness() == "ready"


@pytest.mark.parametrize("setting", ["PORT", "LIVEKIT_PORT", "LIVEKIT_TCP_PORT", "LIVEKIT_UDP_PORT", "RTMP_PORT"])
def test_a_taken_port_is_named_with_the_setting_that_changes_it(stopped, setting):
    port = int(stopped.environment[setting])
    kind = socket.SOCK_DGRAM if setting == "LIVEKIT_UDP_PORT" else socket.SOCK_STREAM
    with socket.socket(type=kind) as taken:
        taken.bind(("127.0.0.1", port))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        refused = serve(stopped.environment)
    assert refused.returncode == 1
    assert f"port {port} is taken" in refused.stderr
    assert f"{setting}={port + 1} make run" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_without_livekit_the_product_runs_and_says_what_is_off(tmp_path):
    product = Product(tmp_path, LIVEKIT_BINARY="/bin/does-not-exist")
    try:
        product.launch()
        until(lambda: product.readiness() == "degraded", "degraded health")
        until(lambda: "Ctrl-C" in product.log, "the announcement")
        assert product.children() == []
        assert "LiveKit is missing, so video is off; everything else works. `make setup` builds it" in product.log
        assert product.stop() == 0
    finally:
        product.kill()


def test_livekit_is_started_again_when_it_dies(product):
    first = product.livekit_pid()
    subprocess.run(["kill", "-KILL", str(first)], check=True)
    second = until(lambda: (pid := product.livekit_pid()) != first and pid, "another LiveKit process")
    until(lambda: product.readiness() == "ready", "LiveKit's answer")
    assert product.livekit_pid() == second


def test_while_livekit_is_away_the_product_is_degraded_and_answers(product):
    subprocess.run(["kill", "-STOP", str(product.livekit_pid())], check=True)
    until(lambda: product.readiness() == "degraded", "degraded health")
    assert httpx.get(f"{product.base_url}/v1/webinar/sessions").status_code == 200
    subprocess.run(["kill", "-CONT", str(product.livekit_pid())], check=True)
    until(lambda: product.readiness() == "ready", "health")


def serve(environment):
    """Run it to its end, which must come by itself."""
    return subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
