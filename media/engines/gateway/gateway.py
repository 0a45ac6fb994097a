"""The process: asks the parent about publishers, executes its commands, and reports."""

import asyncio
import importlib
import logging
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from media.engines.gateway.configuration import Configuration
from media.engines.gateway.errors import Refused
from media.engines.gateway.server import RtmpServer
from media.engines.gateway.session import PublishWanted
from media.engines.pipe import Pipe, PipeHandler

if TYPE_CHECKING:
    import aiohttp

    from media.engines.gateway.ingest import Ingest, Publisher

HEALTH_SECONDS = 2.0
STOP_SECONDS = 8.0
BAD_NAME = "NetStream.Publish.BadName"


class Gateway:
    """The publishers that wait for an answer, and the running ingests."""

    def __init__(self, configuration: Configuration, pipe: Pipe) -> None:
        self._configuration = configuration
        self._pipe = pipe
        self._http: aiohttp.ClientSession | None = None
        self._loading = asyncio.Lock()
        self._server = RtmpServer(configuration.listen, configuration.limits, self)
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._ingests: dict[str, Ingest] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._commands: dict[str, Callable[[dict[str, Any]], None]] = {
            "accept": self._answer,
            "refuse": self._answer,
            "drop": self._drop,
            "token": self._renew,
        }

    def log(self, level: str, message: str, **fields: object) -> None:
        """Write a log event."""
        self._pipe.log(level, message, **fields)

    async def run(self) -> None:
        """Serve until the parent closes the pipe or sends stop. Raises OSError if the port is not available."""
        port = await self._server.start()
        self._pipe.emit("listening", port=port)
        reports = asyncio.create_task(self._report())
        try:
            async for command in self._pipe.lines():
                if command.get("do") == "stop":
                    break
                self.execute(command)
        finally:
            reports.cancel()
            await self._stop()

    async def _stop(self) -> None:
        for ingest in list(self._ingests.values()):
            ingest.drop("The server is stopping.")
        await self._server.stop()
        if self._closing:
            await asyncio.wait(self._closing, timeout=STOP_SECONDS)
        if self._http is not None:
            await self._http.close()

    async def _load(self) -> "aiohttp.ClientSession":
        """What feeds streams on: libav, WebRTC and HTTP, half a second and 30 MB that only the first encoder needs."""
        async with self._loading:
            if self._http is None:
                await asyncio.to_thread(importlib.import_module, "media.engines.gateway.ingest")
                import aiohttp
                import av.logging

                av.logging.set_level(None)  # broken streams are counted, not written to stderr
                self._http = aiohttp.ClientSession()
            return self._http

    def execute(self, command: dict[str, Any]) -> None:
        """Execute one command; an unknown one is logged."""
        name = command.get("do")
        try:
            self._commands[name](command)  # type: ignore[index]  # whatever it is, it is looked up
        except (KeyError, TypeError, ValueError):
            self.log("warning", "A command was not understood.", do=str(name)[:50])

    async def admit(self, publisher: "Publisher", address: str, wanted: PublishWanted) -> "Ingest":
        """Ask the parent whether this publisher may stream, and where to. Raises Refused."""
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[publisher.id] = future
        self._pipe.emit("publish_wanted", connection=publisher.id, address=address, app=wanted.app, key=wanted.key)
        try:
            async with asyncio.timeout(self._configuration.limits.handshake_seconds):
                answer = await future
        except TimeoutError:
            raise Refused(BAD_NAME, "The server is busy. Try again in a moment.") from None
        finally:
            del self._waiting[publisher.id]
        if answer["do"] == "refuse":
            raise Refused(str(answer.get("code", BAD_NAME)), str(answer.get("description", "Unknown stream key.")))
        return self._feed(publisher, answer, await self._load())

    def _feed(self, publisher: "Publisher", answer: dict[str, Any], http: "aiohttp.ClientSession") -> "Ingest":
        from media.engines.gateway.ingest import Ingest

        identifier = answer["ingest"]
        ingest = self._ingests.get(identifier)
        if ingest is None:
            ingest = Ingest(
                identifier,
                configuration=self._configuration,
                http=http,
                emit=self._pipe.emit,
                on_end=self._ended,
            )
            self._ingests[identifier] = ingest
        ingest.attach(publisher)
        ingest.outlet.renew(answer["whip_url"], answer["token"])
        return ingest

    def _ended(self, ingest: "Ingest") -> None:
        if self._ingests.get(ingest.id) is ingest:
            del self._ingests[ingest.id]
        task = asyncio.create_task(ingest.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _answer(self, command: dict[str, Any]) -> None:
        future = self._waiting.get(command["connection"])
        if command["do"] == "accept" and not all(
            isinstance(command[key], str) for key in ("ingest", "whip_url", "token")
        ):
            raise TypeError
        if future is not None and not future.done():
            future.set_result(command)

    def _drop(self, command: dict[str, Any]) -> None:
        if ingest := self._ingests.get(command["ingest"]):
            ingest.drop(str(command.get("description", "The stream was ended.")))

    def _renew(self, command: dict[str, Any]) -> None:
        if ingest := self._ingests.get(command["ingest"]):
            ingest.outlet.renew(str(command["whip_url"]), str(command["token"]))

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(HEALTH_SECONDS)
            if overflow := self._server.overflow():
                self.log("warning", "Connections were turned away: too many at once.", count=overflow)
            for ingest in list(self._ingests.values()):
                try:
                    await ingest.report()
                except Exception as error:  # noqa: BLE001 — one stream's accident is not the others'
                    self.log("error", "A report failed.", ingest=ingest.id, error=type(error).__name__)


async def main() -> int:
    """Read the configuration, serve, and give the exit status."""
    loop = asyncio.get_running_loop()
    pipe = await Pipe.open()
    logging.getLogger().addHandler(PipeHandler(pipe, loop))
    # An exception's text may contain what a peer sent, so only its type is logged.
    loop.set_exception_handler(
        lambda _, context: pipe.log(
            "error", "Something failed in the background.", error=type(context.get("exception")).__name__
        )
    )
    try:
        return await _serve(pipe)
    finally:
        await pipe.close()


async def _serve(pipe: Pipe) -> int:
    first = await anext(pipe.lines(), None)
    if first is None:
        return 0
    try:
        configuration = Configuration.read(first)
    except ValueError as error:
        pipe.log("error", f"The configuration is invalid: {error}")
        return 2
    gateway = Gateway(configuration, pipe)
    running = asyncio.create_task(gateway.run())
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        return 0
    except OSError as error:
        pipe.log("error", f"Cannot listen on the port: {error.strerror}")
        return 3
    return 0
