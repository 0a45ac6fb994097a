"""One connection to Redis that receives from pub/sub channels, for as long as the process lives.

It has its own thread and event loop, independent of the hubs' loops. A connection that breaks, or stays silent, is
replaced by a new one with all its channels.
"""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from math import inf
from typing import Any

from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from realtime.brokers.base import BrokerDown

logger = logging.getLogger(__name__)

JOIN_TIMEOUT = 5.0  # seconds until a subscriber gets an error because Redis is away
PING_EVERY = 5.0  # seconds between pings; a connection that answered none of three is closed
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 2.0  # seconds between two tries to connect
_AT_ONCE = 500  # channels named in one SUBSCRIBE


class _Channel:
    """A channel that somebody wants: ``confirmed`` is done once Redis confirmed it on the present connection."""

    __slots__ = ("confirmed", "topics")

    def __init__(self) -> None:
        self.topics: set[str] = set()
        self.confirmed: Future[None] = Future()


class Listener:
    """``receive`` is given each message; ``resubscribed`` is called when all channels are back after a break."""

    def __init__(self, url: str, receive: Callable[[bytes], None], resubscribed: Callable[[], None]) -> None:
        self._pool = ConnectionPool.from_url(url, protocol=2, socket_connect_timeout=5.0, socket_timeout=None)
        self._receive, self._resubscribed = receive, resubscribed
        self._guard = threading.Lock()
        self._channels: dict[str, _Channel] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._connection: Any = None
        self._wanted: asyncio.Event | None = None
        self._unasked: list[tuple[str, str]] = []  # commands that were not sent yet
        self._unconfirmed: Counter[str] = Counter()
        self._alive = 0.0
        self._was_lost = False
        self._closed = False

    async def join(self, name: str, topic: str) -> None:
        """Receive the channel ``name`` for ``topic``. Raises BrokerDown if Redis does not confirm it in time."""
        with self._guard:
            channel = self._channels.get(name)
            if channel is None:
                channel = self._channels[name] = _Channel()
                self._ask("SUBSCRIBE", name)
            channel.topics.add(topic)
            confirmed = channel.confirmed
        if not confirmed.done():
            try:
                await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(confirmed)), JOIN_TIMEOUT)
            except TimeoutError as error:
                raise BrokerDown("Redis does not confirm a subscription.") from error

    def leave(self, name: str, topic: str) -> None:
        """``topic`` no longer needs the channel; with the last topic it is unsubscribed."""
        with self._guard:
            channel = self._channels.get(name)
            if channel is None or topic not in channel.topics:
                return
            channel.topics.discard(topic)
            if not channel.topics:
                del self._channels[name]
                self._ask("UNSUBSCRIBE", name)

    def close(self) -> None:
        """End the thread."""
        with self._guard:
            self._closed = True
            thread, loop = self._thread, self._loop
            if loop is not None:
                loop.call_soon_threadsafe(self._stop)
        if thread is not None:
            thread.join(5)

    def _ask(self, command: str, name: str) -> None:
        """Send ``command`` soon. Called with the guard held, so that commands keep their order."""
        self._unasked.append((command, name))
        if self._thread is None and not self._closed:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._run, args=[self._loop], name="redis-listener", daemon=True)
            self._thread.start()
        if self._loop is not None and not self._closed:
            self._loop.call_soon_threadsafe(self._wake)

    # From here on: methods on the listener's own thread.

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        self._wanted = asyncio.Event()
        self._task = loop.create_task(self._live())
        try:
            loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    def _wake(self) -> None:
        if self._wanted is not None:
            self._wanted.set()

    def _stop(self) -> None:
        self._task.cancel()

    async def _live(self) -> None:
        wait = _FIRST_WAIT
        while True:
            connection = self._pool.make_connection()
            try:
                await connection.connect()
                wait = _FIRST_WAIT
                await self._converse(connection)
            except (RedisError, OSError, asyncio.IncompleteReadError) as error:
                logger.warning("The connection to Redis broke; connecting again: %s", error)
            finally:
                self._lose()
                await connection.disconnect(nowait=True)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    def _lose(self) -> None:
        with self._guard:
            self._was_lost = self._was_lost or any(channel.confirmed.done() for channel in self._channels.values())
            for channel in self._channels.values():
                if channel.confirmed.done():
                    channel.confirmed = Future()

    async def _converse(self, connection: Any) -> None:
        """Subscribe everything on a new connection, then receive and send until it breaks."""
        assert self._wanted is not None
        loop = asyncio.get_running_loop()
        self._alive = loop.time()
        with self._guard:
            self._unasked = [("SUBSCRIBE", name) for name in self._channels]
            self._unconfirmed.clear()
            self._wanted.set()
        writing = asyncio.create_task(self._write(connection))
        reading = asyncio.create_task(self._receive_all(connection))
        pinging = asyncio.create_task(self._ping(connection))
        tasks = [writing, reading, pinging]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, Exception):
                raise outcome

    async def _write(self, connection: Any) -> None:
        assert self._wanted is not None
        while True:
            await self._wanted.wait()
            with self._guard:
                self._wanted.clear()
                asked, self._unasked = self._unasked, []
            while asked:
                command = asked[0][0]
                names: list[str] = []
                while asked and asked[0][0] == command and len(names) < _AT_ONCE:
                    names.append(asked.pop(0)[1])
                if command == "SUBSCRIBE":
                    self._unconfirmed.update(names)
                await connection.send_command(command, *names)

    async def _ping(self, connection: Any) -> None:
        loop = asyncio.get_running_loop()
        while loop.time() - self._alive < 3 * PING_EVERY:
            await asyncio.sleep(PING_EVERY)
            await connection.send_command("PING")
        raise ConnectionError("Redis is silent")

    async def _receive_all(self, connection: Any) -> None:
        loop = asyncio.get_running_loop()
        while True:
            reply = await connection.read_response(timeout=inf)
            self._alive = loop.time()
            if reply[0] == b"message":
                try:
                    self._receive(reply[2])
                except Exception:
                    logger.exception("Handling a message from Redis failed")
            elif reply[0] == b"subscribe":
                self._confirm(reply[1].decode())

    def _confirm(self, name: str) -> None:
        self._unconfirmed[name] -= 1
        if self._unconfirmed[name] > 0:  # left and joined again in the meantime: the last one counts
            return
        with self._guard:
            channel = self._channels.get(name)
            if channel is not None and not channel.confirmed.done():
                channel.confirmed.set_result(None)
            is_back = self._was_lost and all(channel.confirmed.done() for channel in self._channels.values())
            if is_back:
                self._was_lost = False
        if is_back:
            self._resubscribed()
