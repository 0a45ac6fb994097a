"""The sockets: who may connect, how long they may take, and how much they may send."""

import asyncio
import contextlib
import itertools
import time
from collections import Counter, deque
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Protocol

from media.engines.gateway.configuration import Limits, Listen
from media.engines.gateway.errors import LimitExceeded, ProtocolError, Refused, UnsupportedCodec
from media.engines.gateway.session import Audio, Metadata, PublishWanted, RtmpSession, Unpublished, Video

if TYPE_CHECKING:
    from media.engines.gateway.ingest import Ingest, Publisher

READ_BYTES = 65_536
MOST_BEFORE_ACCEPTED = 262_144  # bytes: fifty times what handshake and commands of encoders need
RATE_SECONDS = 60  # over which the bit rate is measured: peaks, and what a relay kept, may be higher
LINGER_SECONDS = 2.0
SEND_AGAIN = "The stream cannot be used like this. Choose H.264 and AAC in your encoder, then start it again."
TOO_FAST = (
    "The bit rate was %s kbit/s over the last minute, and this server takes at most %s kbit/s. "
    "Lower it in your encoder."
)


def network_of(address: str) -> str:
    """The unit that counts as one peer: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
    return str(known)


class Authorizer(Protocol):
    """Decides about publishers."""

    async def admit(self, publisher: "Publisher", address: str, wanted: PublishWanted) -> "Ingest":
        """The ingest that the publisher may send to. Raises Refused."""

    def log(self, level: str, message: str, **fields: object) -> None:
        """Write a log event."""


class Connection:
    """One peer, from the handshake to the end."""

    _numbers = itertools.count(1)

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        address: str,
        limits: Limits,
        authorizer: Authorizer,
    ) -> None:
        self.id = f"c{next(self._numbers)}"
        self.address = address
        self._reader, self._writer = reader, writer
        self._limits = limits
        self._authorizer = authorizer
        self._session = RtmpSession(limits.message_bytes)
        self._ingest: Ingest | None = None
        self._began = self._last_media = time.monotonic()
        self._received = 0
        self._recent: deque[tuple[int, int]] = deque()  # seconds since the beginning, and bytes received in each
        self._of_minute = 0  # bytes
        self._turned_away: tuple[str, str] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def began(self) -> float:
        """When it was accepted, on the loop's clock."""
        return self._began

    @property
    def is_accepted(self) -> bool:
        """Whether it publishes with a valid key."""
        return self._ingest is not None

    @property
    def is_rejected(self) -> bool:
        """Whether it is being disconnected."""
        return self._turned_away is not None

    def reject(self, code: str, description: str) -> None:
        """Tell the peer why, then close the connection."""
        if self._turned_away is None:
            self._turned_away = (code, description)
            if self._task is not None:
                self._task.cancel()

    def evict(self) -> None:
        """Disconnect at once without an explanation, to make room for another peer."""
        self._turned_away = ("NetConnection.Connect.Rejected", "")
        self._writer.transport.abort()

    async def run(self) -> None:
        """Serve the peer until either side ends; no exception leaves this method because of what it sends."""
        self._task = asyncio.current_task()
        reason, is_final, detail = "connection_lost", False, ""
        try:
            reason, is_final = await self._serve()
        except UnsupportedCodec as unsupported:
            reason, is_final, detail = "unsupported_codec", True, unsupported.codec
            self._session.refuse("NetStream.Publish.Rejected", str(unsupported))
            if self._ingest is not None:
                self._ingest.warn("unsupported_codec", kind="video", codec=unsupported.codec)
        except (Refused, ProtocolError, OSError) as error:
            reason, detail = self._explain(error), str(error) if isinstance(error, ProtocolError) else ""
        except asyncio.CancelledError:
            if self._turned_away is None:
                raise
            self._session.refuse(*self._turned_away)
        finally:
            if self._ingest is not None:
                self._ingest.detach(self, reason, is_final=is_final, detail=detail)
        await self._close()

    def _explain(self, error: Refused | ProtocolError | OSError) -> str:
        """Tell the peer and the log the reason; returns the reason's code."""
        match error:
            case Refused():
                self._session.refuse(error.code, error.description)
                self._authorizer.log("info", "A publisher was refused.", connection=self.id, reason=error.description)
                return "refused"
            case LimitExceeded():
                self._session.refuse("NetStream.Publish.Rejected", str(error))
                self._authorizer.log("warning", str(error), connection=self.id, address=self.address)
                return "limit"
            case ProtocolError():
                if self._session.has_shaken_hands:
                    self._session.refuse("NetStream.Publish.Rejected", f"{error} {SEND_AGAIN}")
                self._authorizer.log("info", str(error), connection=self.id, address=self.address)
                return "protocol_error"
            case TimeoutError():
                if self._ingest is not None:
                    self._session.refuse("NetStream.Publish.Failed", "Nothing was received for too long.")
                return "silent"
        return "connection_lost"

    async def _serve(self) -> tuple[str, bool]:
        """Read until the peer stops; returns why, and whether it meant to."""
        while True:
            async with asyncio.timeout_at(self._deadline()):
                data = await self._reader.read(READ_BYTES)
                if not data:
                    return "connection_lost", False
                self._count(len(data))
                self._session.receive(data)
            while (event := self._session.next_event()) is not None:
                match event:
                    case Audio() | Video() | Metadata():
                        self._last_media = time.monotonic()
                        assert self._ingest is not None
                        self._ingest.take(self, event)
                    case PublishWanted():
                        await self._flush()
                        self._ingest = await self._authorizer.admit(self, self.address, event)
                        self._last_media = time.monotonic()
                        self._session.accept()
                    case Unpublished():
                        return "unpublished", True
            await self._flush()

    def _deadline(self) -> float:
        """The moment by which something must arrive, on the loop's clock."""
        if self._ingest is None:
            return self._began + self._limits.handshake_seconds
        return self._last_media + self._limits.silence_seconds

    def _count(self, size: int) -> None:
        """Enforce the peer's limits."""
        self._received += size
        if self._ingest is None and self._received > MOST_BEFORE_ACCEPTED:
            raise LimitExceeded("A peer sends a great deal without publishing.")
        second = int(time.monotonic() - self._began)
        self._of_minute += size
        if self._recent and self._recent[-1][0] == second:
            size += self._recent.pop()[1]
        self._recent.append((second, size))
        while self._recent[0][0] <= second - RATE_SECONDS:
            self._of_minute -= self._recent.popleft()[1]
        kbps = self._of_minute * 8 / 1000 / RATE_SECONDS
        if kbps > self._limits.max_kbps:
            raise LimitExceeded(TOO_FAST % (round(kbps), self._limits.max_kbps))

    async def _flush(self) -> None:
        """Send the session's output; a peer that does not read counts as silent."""
        if out := self._session.outgoing():
            self._writer.write(out)
            async with asyncio.timeout(self._limits.handshake_seconds):
                await self._writer.drain()

    async def _close(self) -> None:
        """Close so that the last message arrives: closing with unread bytes would reset the connection."""
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await self._flush()
                self._writer.write_eof()
                while await self._reader.read(READ_BYTES):
                    pass
        self._writer.close()


class RtmpServer:
    """Accepts connections up to the limits."""

    def __init__(self, listen: Listen, limits: Limits, authorizer: Authorizer) -> None:
        self._listen = listen
        self._limits = limits
        self._authorizer = authorizer
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], Connection] = {}
        self._networks: Counter[str] = Counter()
        self._turned_away = 0

    async def start(self) -> int:
        """Start listening; returns the port. Raises OSError."""
        self._server = await asyncio.start_server(
            self._accept, self._listen.host or None, self._listen.port, limit=READ_BYTES
        )
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def overflow(self) -> int:
        """How many connections were closed at once since the last call because there were too many."""
        count, self._turned_away = self._turned_away, 0
        return count

    async def stop(self) -> None:
        """Accept no more connections, and end the present ones."""
        if self._server is not None:
            self._server.close()
        for connection in self._connections.values():
            connection.reject("NetConnection.Connect.AppShutdown", "The server is stopping.")
        if self._connections:
            await asyncio.wait(self._connections, timeout=LINGER_SECONDS + 1)

    def _make_room(self, network: str) -> bool:
        """Whether one more peer of ``network`` may try; peers without an accepted key yield to newcomers.

        Publishers have places of their own, which unaccepted connections never take, however many there are.
        """
        if self._networks[network] >= self._limits.connections_per_address:
            return False
        trying = [each for each in self._connections.values() if not each.is_accepted and not each.is_rejected]
        accepted = sum(each.is_accepted for each in self._connections.values())
        if accepted >= self._limits.connections or len(self._connections) >= self._limits.connections * 2:
            return False
        of_one = Counter(network_of(each.address) for each in trying)
        if of_one[network] >= self._limits.unaccepted_per_address:
            return False
        if len(trying) >= self._limits.unaccepted:
            most = max(of_one.values())
            of_most = (each for each in trying if of_one[network_of(each.address)] == most)
            oldest = min(of_most, key=lambda each: each.began)
            oldest.evict()
        return True

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        if not self._make_room(network_of(address)):
            self._turned_away += 1
            writer.transport.abort()
            return
        connection = Connection(reader, writer, address=address, limits=self._limits, authorizer=self._authorizer)
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = connection
        self._networks[network_of(address)] += 1
        try:
            await connection.run()
        except asyncio.CancelledError:
            writer.transport.abort()
        except Exception as error:  # noqa: BLE001 — one connection's accident is not the others'
            self._authorizer.log("error", "A connection failed.", connection=connection.id, error=type(error).__name__)
            writer.transport.abort()
        finally:
            del self._connections[task]
            self._networks[network_of(address)] -= 1
            if not self._networks[network_of(address)]:
                del self._networks[network_of(address)]
