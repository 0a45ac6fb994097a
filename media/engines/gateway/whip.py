"""WHIP, the input of the media server: one offer over HTTP, then WebRTC (RFC 9725)."""

import asyncio
import contextlib
import time
from fractions import Fraction
from urllib.parse import urljoin, urlsplit

import aiohttp
import aioice.ice
import av
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.exceptions import InvalidStateError
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.stats import RTCRemoteInboundRtpStreamStats

CONNECT_SECONDS = 15.0
DEAF_SECONDS = 8.0  # seconds: we send and get no receiver reports, so the media server is gone
CLOSE_SECONDS = 3.0
QUEUED_PACKETS = 300
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MILLISECOND = Fraction(1, 1000)

_host_addresses = aioice.ice.get_host_addresses


def _addresses_with_loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    return [*_host_addresses(use_ipv4, use_ipv6), "127.0.0.1"]


def reach_loopback() -> None:
    """Also offer 127.0.0.1, which aioice leaves out: our own media server may listen only there."""
    aioice.ice.get_host_addresses = _addresses_with_loopback


class WhipFailed(Exception):
    """The media server was not reached. The message contains no address and no token."""


class PacketTrack(MediaStreamTrack):
    """Encoded packets waiting to be sent. Those that wait too long are dropped."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.late = 0
        self._packets: asyncio.Queue[av.Packet | None] = asyncio.Queue(QUEUED_PACKETS)

    def put(self, packet: av.Packet) -> bool:
        """Queue a packet; False if the connection is so slow that the queue is full, which empties it."""
        if self._packets.full():
            while not self._packets.empty():
                self._packets.get_nowait()
                self.late += 1
            return False
        self._packets.put_nowait(packet)
        return True

    async def recv(self) -> av.Packet:
        """The next packet; aiortc sends it unchanged."""
        packet = await self._packets.get()
        if packet is None:
            raise MediaStreamError
        return packet


class WhipConnection:
    """One connection to the media server. ``lost`` is set when it has ended, whoever ended it."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.lost = asyncio.Event()
        self._http = http
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connected = asyncio.Event()
        self._video, self._audio = PacketTrack("video"), PacketTrack("audio")
        self._senders: list[RTCRtpSender] = []
        self._has_video = False
        self._waits_for_key = True
        self._resource = self._token = ""
        self._sent = 0
        self._sent_at_report = 0
        self._reported = 0
        self._last_report_at = 0.0

    async def open(self, url: str, token: str, *, with_video: bool) -> None:
        """Connect and start sending. Raises WhipFailed; call ``close`` in any case.

        Without video no track for it is published: everybody would wait for its first frame.
        """
        self._token = token
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                if urlsplit(url).hostname in LOOPBACK:
                    reach_loopback()
                self._has_video = with_video
                await self._negotiate(url, token)
                await self._connected.wait()
        except TimeoutError:
            raise WhipFailed("The media server did not answer in time.") from None
        except aiohttp.ClientError as error:
            raise WhipFailed(f"The media server cannot be reached ({type(error).__name__}).") from None
        except (ValueError, InvalidStateError) as error:
            raise WhipFailed(f"The media server's answer is invalid ({type(error).__name__}).") from None
        if self.lost.is_set():
            raise WhipFailed("The media server ended the connection at once.")
        self._last_report_at = time.monotonic()

    async def _negotiate(self, url: str, token: str) -> None:
        video = [(self._video, "video/H264")] if self._has_video else []
        for track, codec in (*video, (self._audio, "audio/opus")):
            transceiver = self._peer.addTransceiver(track, direction="sendonly")
            known = RTCRtpSender.getCapabilities(track.kind).codecs
            transceiver.setCodecPreferences([each for each in known if each.mimeType == codec])
            self._senders.append(transceiver.sender)
        self._peer.on("connectionstatechange", self._changed)
        await self._peer.setLocalDescription(await self._peer.createOffer())
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
        async with self._http.post(url, data=self._peer.localDescription.sdp, headers=headers) as reply:
            if reply.status != 201:
                raise WhipFailed(f"The media server answered {reply.status}.")
            answer = await reply.text()
            self._resource = urljoin(url, reply.headers.get("Location", ""))
        await self._peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def _changed(self) -> None:
        state = self._peer.connectionState
        if state == "connected":
            self._connected.set()
        elif state in {"failed", "closed"}:
            self.lost.set()
            self._connected.set()

    def send_video(self, data: bytes, milliseconds: int, *, is_key: bool) -> None:
        """Send one frame in Annex B; frames before the first key frame are dropped."""
        if not self._has_video or (self._waits_for_key and not is_key):
            return
        packet = av.Packet(data)
        packet.pts = packet.dts = milliseconds
        packet.time_base = MILLISECOND
        self._waits_for_key = not self._video.put(packet)
        self._sent += 1

    def send_audio(self, packet: av.Packet) -> None:
        """Send 20 ms of Opus."""
        self._audio.put(packet)
        self._sent += 1

    @property
    def late(self) -> int:
        """Packets dropped because the connection was too slow."""
        return self._video.late + self._audio.late

    async def check(self, now: float) -> None:
        """Set ``lost`` if the media server has disappeared: it no longer reports receiving what we send.

        ICE notices that as well, but only after half a minute.
        """
        reported = 0
        for sender in self._senders:
            for report in (await sender.getStats()).values():
                if isinstance(report, RTCRemoteInboundRtpStreamStats):
                    reported = max(reported, int(report.timestamp.timestamp() * 1000))
        if reported != self._reported or self._sent == self._sent_at_report:
            self._reported, self._last_report_at = reported, now
        self._sent_at_report = self._sent
        if now - self._last_report_at > DEAF_SECONDS:
            self.lost.set()

    async def close(self) -> None:
        """Disconnect: a running media server removes the participant at once."""
        with contextlib.suppress(TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(CLOSE_SECONDS):
                if self._resource and not self.lost.is_set():
                    headers = {"Authorization": f"Bearer {self._token}"}
                    async with self._http.delete(self._resource, headers=headers):
                        pass
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._peer.close()
        self.lost.set()
