"""RTMP from the encoder's side, as bytes: for what a well-behaved client cannot be made to send."""

import asyncio
import struct
from contextlib import asynccontextmanager

import av

from media.engines.gateway import amf
from media.engines.gateway.chunks import ChunkWriter, MessageType

HELLO = b"\x03" + bytes(1536)
ECHO = bytes(1536)
PUBLISH_STREAM = 1


def message(type, body, *, stream=0, timestamp=0, chunk_stream=4, chunk_size=ChunkWriter.chunk_size):
    """One message in chunks, with an extended timestamp when it needs one."""
    short = min(timestamp, 0xFFFFFF).to_bytes(3, "big")
    extended = struct.pack(">I", timestamp) if timestamp >= 0xFFFFFF else b""
    head = bytes([chunk_stream]) + short + len(body).to_bytes(3, "big") + bytes([type]) + struct.pack("<I", stream)
    parts = [body[at : at + chunk_size] for at in range(0, len(body), chunk_size)] or [b""]
    return head + extended + (bytes([0xC0 | chunk_stream]) + extended).join(parts)


def command(name, number, *values, stream=0, chunk_size=128):
    body = amf.encode(name, number, *values)
    return message(MessageType.COMMAND, body, stream=stream, chunk_stream=3, chunk_size=chunk_size)


def publishing(key="key", app="live"):
    """All that an encoder says until it may send media."""
    return (
        HELLO
        + ECHO
        + command("connect", 1, {"app": app, "type": "nonprivate", "tcUrl": "rtmp://localhost/live"})
        + message(MessageType.SET_CHUNK_SIZE, struct.pack(">I", 4096), chunk_stream=2)
        + command("releaseStream", 2, None, key)
        + command("FCPublish", 3, None, key)
        + command("createStream", 4, None)
        + command("publish", 5, None, key, "live", stream=PUBLISH_STREAM)
    )


def video(body, timestamp=0):
    return message(MessageType.VIDEO, body, stream=PUBLISH_STREAM, timestamp=timestamp, chunk_stream=6)


def audio(body, timestamp=0):
    return message(MessageType.AUDIO, body, stream=PUBLISH_STREAM, timestamp=timestamp)


def make_media(*, seconds=0.4, size=(64, 48), fps=25, b_frames=0, profile=None, pix_fmt="yuv420p", gop=10, aspect=None):
    """A short stream as FLV bodies: [(is_video, timestamp, body)…], made by FFmpeg."""
    import io

    file = io.BytesIO()
    with av.open(file, "w", format="flv") as output:
        stream = output.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
        stream.options = {"preset": "ultrafast", "bf": str(b_frames), "g": str(gop)} | (
            {"profile": profile} if profile else {}
        )
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        sound = output.add_stream("aac", rate=48_000, layout="stereo")
        packets = []
        for number in range(int(seconds * fps)):
            picture = av.VideoFrame(*size, pix_fmt)
            for plane in picture.planes:
                plane.update(shade(number, bits=10 if "10" in pix_fmt else 8) * (plane.buffer_size // 2))
            picture.pts = number
            packets += stream.encode(picture)
        for number in range(int(seconds * 48_000 / 1024)):
            frame = av.AudioFrame("fltp", "stereo", 1024)
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            frame.sample_rate, frame.pts = 48_000, 1024 * number
            packets += sound.encode(frame)
        packets += [*stream.encode(None), *sound.encode(None)]
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            output.mux(packet)
    return list(read_tags(file.getvalue()))


def shade(number, bits):
    """Two bytes of a picture's grey: two samples of 8 bits, or one of 10."""
    value = 40 * number % 256
    return bytes([value, value]) if bits == 8 else (4 * value).to_bytes(2, "little")


def read_tags(flv):
    """The audio and video tags of an FLV file."""
    at = 13
    while at < len(flv):
        kind, length = flv[at], int.from_bytes(flv[at + 1 : at + 4], "big")
        if kind in {8, 9}:
            timestamp = int.from_bytes(flv[at + 4 : at + 7], "big") | flv[at + 7] << 24
            yield kind == 9, timestamp, flv[at + 11 : at + 11 + length]
        at += 11 + length + 4


def media_bytes(tags):
    """The tags as messages."""
    return b"".join((video if is_video else audio)(body, timestamp) for is_video, timestamp, body in tags)


@asynccontextmanager
async def sending(port, data):
    """A connection that has sent ``data`` and stays; gives what reads the answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        yield reader
    finally:
        writer.close()


async def converse(port, data):
    """Send bytes to the gateway; all that it answers until it closes the connection."""
    async with sending(port, data) as reader:
        return await reader.read()
