"""Centrifugo as the broker: browsers connect to it, and this process only publishes and queries (decision 8).

Topics are channels of the same name; the part before the first colon is the namespace (``session``, ``user``). A
publication's data is ``{"type", "at", "data"}``; topic and offset are Centrifugo's own. The idempotency key is
Centrifugo's too, which keeps it for five minutes. Topics for our own processes (``control:…``) never reach it: they go
to the listener of this process.
"""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from cent import BatchRequest, CentApiResponseError, CentError, Client, HistoryRequest, PublishRequest, StreamPosition
from django.conf import settings

from core.published import write_moment
from realtime.brokers.base import Broker, BrokerDown, Deliver, Message, Position, encode

TIMEOUT = 5.0  # seconds
_BATCH = 500  # commands in one request
_UNRECOVERABLE = 112  # Centrifugo's code for a position that is no longer in its history
_CONTROL = "control:"

Control = Callable[[str, str, Any], None]


class CentrifugoUnavailable(BrokerDown):
    """Centrifugo did not answer, or not according to its API; the event waits in the outbox."""


class CentrifugoBroker(Broker):
    """The server API of Centrifugo 6 at ``settings.CENTRIFUGO_API_URL``."""

    is_local = False

    def __init__(self) -> None:
        super().__init__()
        self._clients = threading.local()
        self._control: Control | None = None

    def on_control(self, listener: Control) -> None:
        """Call ``listener(topic, type, data)`` for events to our own processes."""
        self._control = listener

    def publish(self, topic: str, type: str, data: Any, *, at: datetime, idempotency_key: str) -> int:
        if topic.startswith(_CONTROL):
            if self._control is not None:
                self._control(topic, type, data)
            return 0
        request = PublishRequest(channel=topic, data=_publication(type, data, at), idempotency_key=idempotency_key)
        return self._call(lambda client: client.publish(request)).offset or 0

    def publish_volatile(self, topic: str, type: str, data: Any, *, at: datetime) -> None:
        request = PublishRequest(channel=topic, data=_publication(type, data, at), skip_history=True)
        self._call(lambda client: client.publish(request))

    def positions(self, topics: Iterable[str]) -> dict[str, Position]:
        wanted = [topic for topic in topics if not topic.startswith(_CONTROL)]
        found = {}
        for start in range(0, len(wanted), _BATCH):
            names = wanted[start : start + _BATCH]
            asked = BatchRequest(requests=[HistoryRequest(channel=name, limit=0) for name in names])
            replies = self._call(partial(_batch, asked)).replies
            for name, reply in zip(names, replies, strict=True):
                found[name] = Position(reply.epoch, reply.offset or 0)
        return found

    def history(self, topic: str, since: Position) -> list[Message] | None:
        position = StreamPosition(epoch=since.epoch, offset=since.offset)
        request = HistoryRequest(channel=topic, limit=settings.REALTIME_HISTORY, since=position)
        try:
            result = self._call(lambda client: client.history(request))
        except CentApiResponseError as error:
            if error.code == _UNRECOVERABLE:
                return None
            raise CentrifugoUnavailable(str(error)) from error
        if result.epoch != since.epoch:
            return None
        return [_message(topic, result.epoch, publication) for publication in result.publications]

    async def subscribe(self, topic: str, deliver: Deliver) -> None:
        raise NotImplementedError("With Centrifugo no process holds sockets: clients connect to CENTRIFUGO_URL.")

    async def unsubscribe(self, topic: str, deliver: Deliver) -> None:
        raise NotImplementedError("With Centrifugo no process holds sockets: clients connect to CENTRIFUGO_URL.")

    def disconnect(self, user_id: str, *, code: int, reason: str) -> None:
        """Close every connection of this user; codes from 4500 on are final for the client."""
        from cent import Disconnect, DisconnectRequest

        request = DisconnectRequest(user=user_id, disconnect=Disconnect(code=code, reason=reason))
        self._call(lambda client: client.disconnect(request))

    def _call(self, work: Callable[[Client], Any]) -> Any:
        """Raises CentrifugoUnavailable; CentApiResponseError for what Centrifugo itself refused."""
        try:
            return work(self._client())
        except CentApiResponseError:
            raise
        except CentError as error:
            raise CentrifugoUnavailable(str(error)) from error

    def _client(self) -> Client:
        client: Client | None = getattr(self._clients, "client", None)
        if client is None:
            client = self._clients.client = Client(
                settings.CENTRIFUGO_API_URL, settings.CENTRIFUGO_API_KEY, timeout=TIMEOUT
            )
        return client


def _batch(asked: BatchRequest, client: Client) -> Any:
    return client.batch(asked)


def _publication(type: str, data: Any, at: datetime) -> dict[str, Any]:
    return {"type": type, "at": write_moment(at), "data": data}


def _message(topic: str, epoch: str, publication: Any) -> Message:
    held, offset = publication.data, publication.offset
    at = datetime.fromisoformat(held["at"])
    return Message(topic, held["type"], epoch, offset, encode(topic, held["type"], held["data"], at, offset))
