"""WHIP under our own origin: for encoders alone, each with its own connection; the rest of LiveKit stays inside."""

import asyncio
import re
from datetime import timedelta

import httpx
import jwt
import pytest
from django.test import override_settings
from livekit import rtc

from media.livekit import client as port
from sessions.livekit.identities import ingest_grant
from tests.media.livekit.test_grants import AUDIENCE
from tests.webinar.test_serve_proxy import refuse_all
from webinar.serve.proxy import LiveKitProxy

pytestmark = pytest.mark.any_database

SDP = {"Content-Type": "application/sdp"}
SECRET = "a-secret-of-these-tests-that-is-long-enough"
PUBLISH = ingest_grant()


def token(identity="ingest:1:abc", room="lecture", grant=PUBLISH, lifetime=timedelta(minutes=5)):
    return port.mint_token(identity=identity, room=room, grant=grant, lifetime=lifetime)


def bearer(of=None):
    return SDP | {"Authorization": f"Bearer {token() if of is None else of}"}


def authorization(head):
    """The header that arrived, which the double answers with."""
    return next((line[15:].encode() for line in head.splitlines() if line.lower().startswith("authorization:")), b"")


@pytest.fixture
async def over_http(httpserver_port, db):
    """``over_http.admit`` answers for stream keys."""
    proxy = LiveKitProxy("/livekit", refuse_all)
    settings = {"LIVEKIT_URL": f"http://127.0.0.1:{httpserver_port}"}
    with override_settings(**settings, LIVEKIT_API_KEY="tests", LIVEKIT_API_SECRET=SECRET):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(proxy), base_url="http://product") as client:
            client.proxy = proxy
            yield client


@pytest.fixture
async def httpserver_port():
    """Answers like LiveKit's WHIP, naming what it was asked."""

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        reply = head.split("\r\n", 1)[0].encode()
        writer.write(
            b"HTTP/1.1 201 Created\r\nLocation: /whip/v1/PA_1\r\nContent-Type: application/sdp\r\n"
            b"ETag: 7\r\nSet-Cookie: a=b\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n"
            b"Link: %b\r\nContent-Length: %d\r\n\r\n%b" % (authorization(head), len(reply), reply)
        )
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_an_encoders_offer_passes_and_its_resource_is_under_our_path(over_http):
    asked = bearer()
    reply = await over_http.post("/livekit/whip/v1?x=1", content=b"v=0", headers=asked)
    assert (reply.status_code, reply.text) == (201, "POST /whip/v1 HTTP/1.1")
    kept = {name: value for name, value in reply.headers.items() if name not in ("content-length", "location")}
    assert kept == {
        "content-type": "application/sdp",
        "etag": "7",
        "link": asked["Authorization"],
        "cache-control": "no-store",
    }
    assert re.fullmatch(r"/livekit/whip/v1/PA_1\.[0-9a-f]{32}", reply.headers["location"])


PAGE = "https://studio.example"


async def test_a_page_of_an_allowed_origin_may_publish_and_of_no_other(over_http):
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    with override_settings(CORS_ALLOWED_ORIGINS=[PAGE]):
        reply = await over_http.options("/livekit/whip/v1", headers={"Origin": PAGE} | asks)
        assert (reply.status_code, reply.text) == (204, "")
        assert reply.headers["access-control-allow-origin"] == PAGE
        assert "POST" in reply.headers["access-control-allow-methods"]
        assert {"Authorization", "Content-Type"} <= set(reply.headers["access-control-allow-headers"].split(", "))
        made = await over_http.post("/livekit/whip/v1", headers=bearer() | {"Origin": PAGE})
        assert made.headers["access-control-allow-origin"] == PAGE
        assert "Location" in made.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in made.headers
        reply = await over_http.options(made.headers["location"], headers={"Origin": PAGE} | asks)
        assert "DELETE" in reply.headers["access-control-allow-methods"]
        refused = await over_http.post("/livekit/whip/v1", headers=bearer("sk_unknown") | {"Origin": PAGE})
        assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (403, PAGE)
        for origin in ("https://evil.example", "null", ""):
            for method in ("OPTIONS", "POST"):
                reply = await over_http.request(
                    method, "/livekit/whip/v1", headers=bearer() | {"Origin": origin} | asks
                )
                assert not [name for name in reply.headers if name.startswith("access-control")]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_resource_is_changed_and_ended_by_who_made_it(over_http, method):
    resource = (await over_http.post("/livekit/whip/v1", headers=bearer())).headers["location"]
    reply = await over_http.request(method, resource, headers=bearer())
    assert reply.text == f"{method} /whip/v1/PA_1 HTTP/1.1"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize(
    "other", [{"identity": "ingest:2:abc"}, {"identity": "ingest:1:new"}, {"room": "other"}, {"identity": "ingest:1"}]
)
async def test_a_resource_of_another_does_not_exist(over_http, method, other):
    resource = (await over_http.post("/livekit/whip/v1", headers=bearer())).headers["location"]
    assert (await over_http.request(method, resource, headers=bearer(token(**other)))).status_code == 404
    forged = resource[:-1] + ("0" if resource[-1] != "0" else "1")
    for address in (forged, resource.replace("PA_1", "PA_2")):
        assert (await over_http.request(method, address, headers=bearer())).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("secret", "status"),
    [
        (lambda: token("01890a5d-ac96-774b-bcce-b302099a8057:tab", grant=AUDIENCE), 403),
        (lambda: token("01890a5d-ac96-774b-bcce-b302099a8057", grant=PUBLISH), 403),
        (lambda: token("monitor:x", grant=AUDIENCE), 403),
        (lambda: token("ingest:1:abc", grant=AUDIENCE), 403),
        (lambda: token(lifetime=timedelta(seconds=1), room="x")[:-3] + "abc", 401),
        (
            lambda: jwt.encode({"sub": "ingest:1", "iss": "tests", "video": {"roomJoin": True, "room": "x"}}, SECRET),
            401,
        ),
        (lambda: jwt.encode({"sub": "ingest:1", "iss": "tests", "exp": 2**33}, "x" * 40), 401),
        (lambda: jwt.encode({"sub": "ingest:1", "iss": "tests", "exp": 2**33, "video": {}}, None, "none"), 401),
        (lambda: "sk_unknown", 403),
        (lambda: "", 401),
    ],
)
async def test_whip_is_for_encoders_alone(over_http, method, secret, status):
    resource = (await over_http.post("/livekit/whip/v1", headers=bearer())).headers["location"]
    address = "/livekit/whip/v1" if method == "POST" else resource
    assert (await over_http.request(method, address, headers=bearer(secret()))).status_code == status


async def test_a_stream_key_is_exchanged_for_livekits_token(over_http):
    issued = token()
    over_http.proxy._admit = lambda key, _address: issued if key == "sk_1" else None
    reply = await over_http.post("/livekit/whip/v1", headers=bearer("sk_1"))
    assert (reply.status_code, reply.headers["link"]) == (201, f"Bearer {issued}")
    gone = await over_http.delete(reply.headers["location"], headers=bearer("sk_1"))
    assert gone.text == "DELETE /whip/v1/PA_1 HTTP/1.1"


async def test_a_stream_key_that_opens_nothing_is_refused_in_words(over_http):
    reply = await over_http.post("/livekit/whip/v1", headers=bearer("sk_1"))
    assert (reply.status_code, reply.text) == (403, "Not from 127.0.0.1.")


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/twirp/livekit.RoomService/ListRooms", "/debug", "/rtc", "/rtc/v1", "/rtc/x", "/whip", "/whip/v1/"),
        *("/whip/v1/PA_1", "/whip/v1/participants/PA_1", "/whip/v1/PA_1.abc", "/whip/v2", "/whip/v1/../../twirp/x"),
        *("/whip/v1/PA%5F1." + "0" * 31, "/settings/regions", "/agent", "/rtc/validate/../../twirp/x", "/whip/v1%0a"),
    ],
)
async def test_the_rest_of_livekit_stays_inside(over_http, path):
    for method in ("GET", "POST", "DELETE"):
        assert (await over_http.request(method, f"/livekit{path}", headers=bearer())).status_code == 404


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/rtc/validate", {"GET", "HEAD"}),
        ("/rtc/v1/validate", {"GET", "HEAD"}),
        ("/whip/v1", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/whip/v1/PA_1." + "0" * 32, {"GET", "HEAD", "OPTIONS", "PATCH", "DELETE"}),
    ],
)
async def test_each_address_takes_its_own_methods(over_http, path, methods):
    every = ("GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE", "PUT", "TRACE", "CONNECT", "PROPFIND")
    answers = {method: (await over_http.request(method, f"/livekit{path}")).status_code for method in every}
    assert {method for method, status in answers.items() if status != 405} == methods


async def test_what_a_client_asks_with_is_cut_down_to_what_is_needed(over_http):
    headers = {
        "X-LiveKit-ClientInfo": "{}",
        "X-Livekit-Ingress": "1",
        "Cookie": "sessionid=secret",
        "Accept": "x" * 300,
    }
    reply = await over_http.get("/livekit/rtc/validate?access_token=a&publish=x&room=y", headers=headers)
    assert reply.text == "GET /rtc/validate?access_token=a HTTP/1.1"
    assert (await over_http.get(f"/livekit/rtc/validate?sid={'x' * 300}")).status_code == 414


async def test_an_offer_that_is_too_long_is_refused(over_http):
    assert (await over_http.post("/livekit/whip/v1", content=b"v" * 300_000)).status_code == 413


async def whip(product, method, address, secret, body=b"", **headers):
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/sdp", **headers}
    url = f"http://localhost:{product.port}{address}"
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.request(method, url, content=body, headers=headers)


@pytest.mark.product
async def test_a_guest_throws_nobody_out_over_whip(product, media_of):
    """With the tokens that the audience has; the sids of everybody are known to it."""
    port.ensure_room("talk")
    host = rtc.Room()
    await host.connect(f"ws://localhost:{product.port}/livekit", token("host", "talk", PUBLISH))
    try:
        [seen] = port.list_participants("talk")
        audience = token("bob:1", "talk", AUDIENCE)
        for secret in (audience, token("bob", "talk", PUBLISH)):
            opened = await whip(product, "POST", "/livekit/whip/v1", secret, b"v=0")
            assert opened.status_code == 403
            for address in (f"/livekit/whip/v1/{seen.sid}", f"/livekit/whip/v1/{seen.sid}.{'0' * 32}"):
                assert (await whip(product, "DELETE", address, secret)).status_code in (403, 404)
        ingest = token("ingest:x", "talk", PUBLISH)
        address = f"/livekit/whip/v1/{seen.sid}.{'0' * 32}"
        assert (await whip(product, "DELETE", address, ingest)).status_code == 404
        assert [one.sid for one in port.list_participants("talk")] == [seen.sid]
    finally:
        await host.disconnect()


@pytest.mark.product
async def test_livekit_itself_ends_only_the_connection_of_the_tokens_own_identity(media_of, product):
    """The second lock: what our proxy would let through by mistake."""
    port.ensure_room("inside")
    host = rtc.Room()
    await host.connect(f"ws://localhost:{product.port}/livekit", token("host", "inside", PUBLISH))
    try:
        [seen] = port.list_participants("inside")
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://127.0.0.1:{product.livekit_port}/whip/v1/{seen.sid}"
            reply = await client.delete(url, headers=bearer(token("bob:1", "inside", AUDIENCE)))
        assert reply.status_code == 404
        assert [one.sid for one in port.list_participants("inside")] == [seen.sid]
    finally:
        await host.disconnect()
