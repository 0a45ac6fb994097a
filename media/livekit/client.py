"""The port to LiveKit: plain functions for any thread, each with a time-out, raising only ``media.errors``.

livekit-api is asyncio. One event loop on one daemon thread per process carries all calls, so that its HTTP connections
are reused and no caller needs a loop; a forked process makes its own. Never call these inside a database transaction,
nor on an event loop's thread: they block up to ``settings.LIVEKIT_TIMEOUT`` seconds.
"""

import asyncio
import atexit
import base64
import binascii
import hashlib
import hmac
import os
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, TypeVar

import aiohttp
import jwt
import structlog
from django.conf import settings
from google.protobuf.json_format import Parse, ParseError
from livekit import api
from livekit.protocol import models, webhook

from core.errors import NotAuthenticated
from media.errors import MediaUnavailable, RoomMissing
from media.livekit.grants import LONGEST_LIFETIME, Grant, source_names

logger = structlog.get_logger(__name__)
Reply = TypeVar("Reply")

ROOM_KEPT_SECONDS = 3600  # seconds that an empty room survives: its crew may be away for a while


@dataclass(frozen=True, slots=True)
class RoomInfo:
    """A room in LiveKit. ``people`` does not count hidden connections."""

    name: str
    sid: str
    created_at: datetime
    people: int


@dataclass(frozen=True, slots=True)
class Track:
    """A published track. ``source`` is camera, microphone, screen_share, screen_share_audio or unknown.

    ``width`` and ``height`` are what its publisher declared, 0 if nothing; ``codec`` in lower case.
    """

    sid: str
    source: str
    muted: bool
    kind: Literal["audio", "video"] = "video"
    width: int = 0
    height: int = 0
    codec: str = ""
    simulcast: bool = False


@dataclass(frozen=True, slots=True)
class Participant:
    """A connection in a room; ``sources`` are the kinds of track that it may publish.

    ``metadata`` is from its token: nobody can change it.
    """

    identity: str
    sid: str
    name: str
    joined_at: datetime
    is_publisher: bool
    hidden: bool
    can_publish: bool
    can_publish_data: bool
    sources: tuple[str, ...]
    tracks: tuple[Track, ...]
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """The content of a token of ours."""

    identity: str
    room: str
    can_publish: bool


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """An event of LiveKit. ``id`` is the same when it is delivered again; ``room`` may be empty."""

    id: str
    event: str
    room: str
    created_at: datetime
    participant: Participant | None


def ensure_room(name: str, *, kept: int = ROOM_KEPT_SECONDS) -> RoomInfo:
    """Make the room; an existing one stays unchanged. LiveKit makes none by itself (``auto_create: false``).

    ``kept``: seconds that it survives without anybody in it.
    """
    wanted = api.CreateRoomRequest(name=name, empty_timeout=kept, departure_timeout=kept)
    return _room(_call(lambda client: client.room.create_room(wanted)))


def delete_room(name: str) -> None:
    """Close the room and disconnect everyone in it. A missing room is fine."""
    try:
        _call(lambda client: client.room.delete_room(api.DeleteRoomRequest(room=name)))
    except RoomMissing:
        return


def list_rooms() -> list[RoomInfo]:
    """Every room that LiveKit has now."""
    return [_room(room) for room in _call(lambda client: client.room.list_rooms(api.ListRoomsRequest())).rooms]


def list_participants(name: str) -> list[Participant]:
    """Every connection in the room, including hidden ones. Raises RoomMissing when there is no room."""
    reply = _call(lambda client: client.room.list_participants(api.ListParticipantsRequest(room=name)))
    if not reply.participants:
        # LiveKit answers an empty list for a missing room.
        found = _call(lambda client: client.room.list_rooms(api.ListRoomsRequest(names=[name])))
        if not found.rooms:
            raise RoomMissing
    gone = models.ParticipantInfo.State.DISCONNECTED
    return [_participant(info) for info in reply.participants if info.state != gone]


def remove_participant(name: str, identity: str) -> bool:
    """Disconnect one connection; False if it was not there. Its token still works: check again when it joins."""
    wanted = api.RoomParticipantIdentity(room=name, identity=identity)
    try:
        _call(lambda client: client.room.remove_participant(wanted))
    except RoomMissing:
        return False
    return True


def update_grant(name: str, identity: str, grant: Grant) -> bool:
    """Change what a connection may do; tracks that it may no longer publish are unpublished. False if it is gone."""
    wanted = api.UpdateParticipantRequest(room=name, identity=identity, permission=grant.as_permission())
    try:
        _call(lambda client: client.room.update_participant(wanted))
    except RoomMissing:
        return False
    return True


def rename_participant(name: str, identity: str, shown: str) -> bool:
    """Change what others see as the name of a connection. False if it is gone."""
    wanted = api.UpdateParticipantRequest(room=name, identity=identity, name=shown)
    try:
        _call(lambda client: client.room.update_participant(wanted))
    except RoomMissing:
        return False
    return True


def mint_token(
    *, identity: str, room: str, grant: Grant, name: str = "", metadata: str = "", lifetime: timedelta
) -> str:
    """A token with which ``identity`` may connect to ``room``, once or many times, until ``lifetime`` has passed.

    ``name`` is what others see; hidden connections need none. Only visible connections get ``metadata``. Makes no
    network call.
    """
    if not timedelta(0) < lifetime <= LONGEST_LIFETIME:
        raise ValueError("A media token must live longer than zero seconds and at most a day.")
    if not identity or not room:
        raise ValueError("A media token names a person and a room.")
    now = int(time.time())
    claims = {
        **_claims(grant, room),
        "name": name,
        "metadata": metadata,
        "sub": identity,
        "iss": settings.LIVEKIT_API_KEY,
        "nbf": now,
        "exp": now + int(lifetime.total_seconds()),
    }
    return jwt.encode(claims, settings.LIVEKIT_API_SECRET, algorithm="HS256")


@lru_cache(500)
def _claims(grant: Grant, room: str) -> dict[str, Any]:
    """What the tokens of all with this grant have in common: livekit-api spells it out field by field, which costs more
    than signing it."""
    token = api.AccessToken(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET)
    claims: dict[str, Any] = token.with_grants(grant.as_claim(room)).claims.asdict()
    return claims


def read_token(token: str) -> TokenClaims | None:
    """The content of a token if our signature is valid and it has not expired; otherwise None. No network call."""
    verifier = api.TokenVerifier(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET)
    try:
        claims = verifier.verify(token)
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return None
    video, identity = claims.video, claims.identity
    if video is None or not video.room_join or not video.room or not isinstance(identity, str) or not identity:
        return None
    return TokenClaims(identity, video.room, can_publish=video.can_publish is True)


def read_webhook(raw: bytes, authorization: str) -> WebhookEvent:
    """The event in this request, after verifying its signature over the raw body.

    ``authorization`` is the raw header: a JWT signed with our secret, whose claim ``sha256`` is the base64 of the
    body's hash (LiveKit's webhook protocol). Nothing is parsed before that. Raises NotAuthenticated.
    """
    verifier = api.TokenVerifier(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET)
    try:
        claimed = base64.b64decode(verifier.verify(authorization).sha256 or "", validate=True)
    except (jwt.PyJWTError, binascii.Error, ValueError, TypeError, AttributeError):
        raise NotAuthenticated from None
    if not hmac.compare_digest(claimed, hashlib.sha256(raw).digest()):
        raise NotAuthenticated
    try:
        event = Parse(raw.decode("utf-8"), webhook.WebhookEvent(), ignore_unknown_fields=True)
    except (ParseError, UnicodeDecodeError):
        raise NotAuthenticated from None
    return WebhookEvent(
        id=event.id,
        event=event.event,
        room=event.room.name,
        created_at=datetime.fromtimestamp(event.created_at, UTC),
        participant=_participant(event.participant) if event.HasField("participant") else None,
    )


def is_up(seconds: float = 2.0) -> bool:
    """Whether LiveKit answers a call with our key within this many seconds."""
    try:
        _call(lambda client: client.room.list_rooms(api.ListRoomsRequest(names=["-"])), seconds)
    except MediaUnavailable:
        return False
    return True


def _room(info: Any) -> RoomInfo:
    created = datetime.fromtimestamp(info.creation_time_ms / 1000 or info.creation_time, UTC)
    return RoomInfo(name=info.name, sid=info.sid, created_at=created, people=info.num_participants)


def _participant(info: Any) -> Participant:
    return Participant(
        identity=info.identity,
        sid=info.sid,
        name=info.name,
        joined_at=datetime.fromtimestamp(info.joined_at_ms / 1000 or info.joined_at, UTC),
        is_publisher=info.is_publisher,
        hidden=info.permission.hidden,
        can_publish=info.permission.can_publish,
        can_publish_data=info.permission.can_publish_data,
        sources=source_names(info.permission.can_publish_sources),
        tracks=tuple(_track(track) for track in info.tracks),
        metadata=info.metadata,
    )


def _track(info: Any) -> Track:
    return Track(
        sid=info.sid,
        source=models.TrackSource.Name(info.source).lower(),
        muted=info.muted,
        kind="audio" if info.type == models.TrackType.AUDIO else "video",
        width=info.width,
        height=info.height,
        codec=info.mime_type.rpartition("/")[2].lower(),
        simulcast=info.simulcast,
    )


class _Caller:
    """The thread, its loop, and one client for each server and key in use."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.loop = asyncio.new_event_loop()
        self.clients: dict[tuple[str, str, str], api.LiveKitAPI] = {}
        self.thread = threading.Thread(target=self._run, name="livekit-calls", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.loop.run_forever()
        finally:
            self.loop.close()

    async def client(self) -> api.LiveKitAPI:
        """The client of the present settings; made on the loop, where aiohttp wants it."""
        key = (settings.LIVEKIT_URL, settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET)
        if key not in self.clients:
            timeout = aiohttp.ClientTimeout(total=settings.LIVEKIT_TIMEOUT)
            self.clients[key] = api.LiveKitAPI(*key, timeout=timeout, failover=False)
        return self.clients[key]

    async def close(self) -> None:
        """Close the connections."""
        for client in self.clients.values():
            await client.aclose()


_caller: _Caller | None = None
_lock = threading.Lock()


def _forget_after_fork() -> None:
    """The parent's thread does not run in a child, and its lock may have been held."""
    global _caller, _lock
    _caller, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget_after_fork)


def close() -> None:
    """Close the connections to LiveKit; a later call opens new ones."""
    global _caller
    with _lock:
        caller, _caller = _caller, None
    if caller is not None:
        asyncio.run_coroutine_threadsafe(caller.close(), caller.loop).result(settings.LIVEKIT_TIMEOUT)
        caller.loop.call_soon_threadsafe(caller.loop.stop)
        caller.thread.join(settings.LIVEKIT_TIMEOUT)


atexit.register(close)


def _call(operation: Callable[[api.LiveKitAPI], Awaitable[Reply]], seconds: float | None = None) -> Reply:
    """Run one call on the loop's thread and wait for it. Raises MediaUnavailable, RoomMissing."""
    global _caller  # noqa: PLW0603
    with _lock:
        if _caller is None:
            _caller = _Caller()
        caller = _caller
    patience = seconds or settings.LIVEKIT_TIMEOUT

    async def run() -> Reply:
        async with asyncio.timeout(patience):
            return await operation(await caller.client())

    future = asyncio.run_coroutine_threadsafe(run(), caller.loop)
    try:
        return future.result(patience + 1)
    except api.ServerError as error:
        if error.code == api.ServerErrorCode.NOT_FOUND:
            raise RoomMissing from error
        logger.warning("LiveKit refused a call", code=error.code, status=error.status, reason=error.message)
        raise MediaUnavailable from error
    except (aiohttp.ClientError, TimeoutError, FutureTimeoutError, OSError) as error:
        future.cancel()
        raise MediaUnavailable from error
