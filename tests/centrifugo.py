"""A STAND-IN for Centrifugo 6, which cannot run here: its documented client protocol, proxies and server API over real sockets.

It follows what was captured from a real server, traps included: a subscribe answer without ``error`` lets everyone in, any
HTTP status but 200 is a temporary error, 3500–3999 and 4500–4999 are final. Only what the product uses is there.
"""

import asyncio
import json
import secrets
import threading
from contextlib import suppress

import aiohttp
import pytest
from aiohttp import web

from tests.ports import free_port

API_KEY = "an-api-key-for-tests"
PROXY_SECRET = "a-proxy-secret-for-tests"
TEMPORARY = {"code": 100, "message": "internal server error", "temporary": True}
DENIED = {"code": 103, "message": "permission denied"}


class Channel:
    """History of one channel."""

    def __init__(self):
        self.epoch = secrets.token_hex(2)
        self.publications = []
        self.offset = 0
        self.keys = {}


class Connection:
    """One client."""

    def __init__(self, socket):
        self.socket = socket
        self.client = secrets.token_hex(8)
        self.user = None
        self.meta = None
        self.channels = set()

    async def send(self, message):
        with suppress(ConnectionError):
            await self.socket.send_str(json.dumps(message))

    async def close(self, code, reason=""):
        await self.socket.close(code=code, message=reason.encode())


class Centrifugo:
    """On a free port, in a thread of its own. ``backend`` is the product's address; ``answers`` overrides proxies in tests."""

    def __init__(self, backend, *, origins=(), history=512):
        self.backend, self.origins, self.history = backend, set(origins), history
        self.port = free_port()
        self.url = f"ws://127.0.0.1:{self.port}/connection/websocket"
        self.api_url = f"http://127.0.0.1:{self.port}/api"
        self.namespaces = {"session", "user"}
        self.channels, self.connections = {}, []
        self.asked, self.called = [], []  # proxies; server API
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self.thread.start()
        assert started.wait(15)

    @property
    def settings(self):
        """What the product is told of it, as environment variables."""
        return {
            "REALTIME_BROKER": "centrifugo",
            "CENTRIFUGO_URL": self.url,
            "CENTRIFUGO_API_URL": self.api_url,
            "CENTRIFUGO_API_KEY": API_KEY,
            "CENTRIFUGO_PROXY_SECRET": PROXY_SECRET,
        }

    def forget(self):
        """As its memory engine after a restart: new epochs, no history, nobody connected."""

        async def forget():
            self.channels.clear()
            for connection in list(self.connections):
                connection.socket._req.transport.abort()

        asyncio.run_coroutine_threadsafe(forget(), self.loop).result(15)

    def stop(self):
        self.loop.call_soon_threadsafe(self.ending.set)
        self.thread.join(15)

    def _run(self, started):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._serve(started))
        self.loop.close()

    async def _serve(self, started):
        self.ending = asyncio.Event()
        application = web.Application()
        application.router.add_get("/connection/websocket", self._socket)
        application.router.add_post("/api/{method}", self._api)
        runner = web.AppRunner(application, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        async with aiohttp.ClientSession() as self.http:
            started.set()
            await self.ending.wait()
            for connection in list(self.connections):
                await connection.close(3001, "shutdown")
        await runner.cleanup()

    # The client protocol

    async def _socket(self, request):
        origin = request.headers.get("Origin")
        if origin is not None and self.origins and origin not in self.origins:
            return web.Response(status=403, text="Forbidden")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket)
        self.connections.append(connection)
        try:
            async for message in socket:
                if message.type == aiohttp.WSMsgType.TEXT:
                    for line in message.data.split("\n"):
                        await self._command(connection, json.loads(line))
        finally:
            self.connections.remove(connection)
        return socket

    async def _command(self, connection, command):
        number = command.get("id")
        if "connect" in command:
            await self._connect(connection, number, command["connect"])
        elif connection.user is None:
            await connection.close(3501, "bad request")
        elif "subscribe" in command:
            reply = await self._subscribe(connection, command["subscribe"])
            if reply is not None:
                await connection.send({"id": number, **reply})
        elif "unsubscribe" in command:
            connection.channels.discard(command["unsubscribe"]["channel"])
            await connection.send({"id": number, "unsubscribe": {}})
        elif "rpc" in command:  # without a proxy for it
            await connection.send({"id": number, "error": {"code": 108, "message": "not available"}})
        elif "publish" in command:
            await connection.send({"id": number, "error": DENIED})

    async def _connect(self, connection, number, asked):
        body = {"client": connection.client, "transport": "websocket", "protocol": "json", "encoding": "json"}
        body |= {name: asked[name] for name in ("data", "name", "version") if name in asked}
        answer = await self._ask("connect", body)
        if not isinstance(answer, dict) or isinstance((answer.get("result") or {}).get("user", ""), int):
            await connection.send({"id": number, "error": TEMPORARY})
        elif "error" in answer:
            await connection.send({"id": number, "error": answer["error"]})
        elif "disconnect" in answer:
            await connection.close(answer["disconnect"]["code"], answer["disconnect"]["reason"])
        elif answer.get("result") is None:
            await connection.close(3501, "bad request")
        else:
            result = answer["result"]
            connection.user, connection.meta = result.get("user", ""), result.get("meta")
            reply = {"client": connection.client, "version": "0.0.0 OSS", "ping": 25, "pong": True}
            reply |= {"data": result["data"]} if "data" in result else {}
            await connection.send({"id": number, "connect": reply})

    async def _subscribe(self, connection, asked):
        name = asked["channel"]
        if name.partition(":")[0] not in self.namespaces:
            return {"error": {"code": 102, "message": "unknown channel"}}
        if name in connection.channels:
            return {"error": {"code": 105, "message": "already subscribed"}}
        body = {"client": connection.client, "transport": "websocket", "protocol": "json", "encoding": "json"}
        body |= {"user": connection.user, "channel": name}
        body |= {"meta": connection.meta} if connection.meta is not None else {}
        body |= {"data": asked["data"]} if "data" in asked else {}
        answer = await self._ask("subscribe", body)
        if answer is not None and not isinstance(answer, dict):
            return {"error": TEMPORARY}
        answer = answer or {}
        if "error" in answer:
            return {"error": answer["error"]}
        if "disconnect" in answer:
            await connection.close(answer["disconnect"]["code"], answer["disconnect"]["reason"])
            return None
        channel = self.channels.setdefault(name, Channel())
        connection.channels.add(name)
        reply = {"recoverable": True, "positioned": True, "epoch": channel.epoch, "offset": channel.offset}
        if asked.get("recover"):
            reply["was_recovering"] = True
            since = asked.get("offset", 0)
            oldest = channel.offset - len(channel.publications)
            if asked.get("epoch") == channel.epoch and oldest <= since <= channel.offset:
                missed = [publication for publication in channel.publications if publication["offset"] > since]
                reply |= {"recovered": True, "publications": missed}
        return {"subscribe": reply}

    async def _ask(self, proxy, body):
        """The proxy's answer; a string stands for what is no JSON object, as for every status but 200."""
        self.asked.append((proxy, body))
        address = f"{self.backend}/v1/webinar/centrifugo/{proxy}"
        try:
            async with self.http.post(
                address, json=body, headers={"X-Centrifugo-Secret": PROXY_SECRET}, timeout=aiohttp.ClientTimeout(10)
            ) as reply:
                return json.loads(await reply.text()) if reply.status == 200 else ""
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return ""

    # The server API

    async def _api(self, request):
        if request.headers.get("X-API-Key") != API_KEY:
            return web.Response(status=401)
        method, body = request.match_info["method"], await request.json()
        if method == "batch":
            replies = []
            for command in body["commands"]:
                ((name, arguments),) = command.items()
                replies.append({name: (await self._called(name, arguments)).get("result")})
            return web.json_response({"replies": replies})
        if method not in {"publish", "history", "disconnect", "unsubscribe"}:
            return web.Response(status=404)
        return web.json_response(await self._called(method, body))

    async def _called(self, method, body):
        self.called.append((method, body))
        if method == "disconnect":
            wanted = {"code": 3503, "reason": "force disconnect"} | (body.get("disconnect") or {})
            for connection in [known for known in self.connections if known.user == body["user"]]:
                await connection.close(wanted["code"], wanted["reason"])
            return {"result": {}}
        name = body["channel"]
        if name.partition(":")[0] not in self.namespaces:
            return {"error": {"code": 102, "message": "unknown channel"}}
        channel = self.channels.setdefault(name, Channel())
        if method == "unsubscribe":
            for connection in self.connections:
                if connection.user == body["user"] and name in connection.channels:
                    connection.channels.discard(name)
                    push = {"channel": name, "unsubscribe": {"code": 2000, "reason": "server unsubscribe"}}
                    await connection.send({"push": push})
            return {"result": {}}
        if method == "history":
            return self._history(channel, body)
        return await self._publish(name, channel, body)

    def _history(self, channel, body):
        result = {"publications": [], "offset": channel.offset, "epoch": channel.epoch}
        since = body.get("since")
        if body.get("limit", 0) and since:
            oldest = channel.offset - len(channel.publications)
            if since["epoch"] != channel.epoch or not oldest <= since["offset"] <= channel.offset:
                return {"error": {"code": 112, "message": "unrecoverable position"}}
            missed = [known for known in channel.publications if known["offset"] > since["offset"]]
            result["publications"] = missed[: body["limit"]]
        return {"result": result}

    async def _publish(self, name, channel, body):
        key = body.get("idempotency_key")
        if key in channel.keys:
            return {"result": channel.keys[key]}
        publication = {"data": body["data"]}
        result = {}
        if not body.get("skip_history"):
            channel.offset += 1
            publication["offset"] = channel.offset
            channel.publications = [*channel.publications, publication][-self.history :]
            result = {"offset": channel.offset, "epoch": channel.epoch}
        if key:
            channel.keys[key] = result
        push = {"push": {"channel": name, "pub": publication}}
        for connection in [known for known in self.connections if name in known.channels]:
            await connection.send(push)
        return {"result": result}


@pytest.fixture
def centrifugo():
    """The stand-in in front of nothing yet: set ``backend`` to the product's address."""
    server = Centrifugo("http://127.0.0.1:9")
    yield server
    server.stop()
