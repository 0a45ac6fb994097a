import struct

import pytest

from media.engines.gateway import amf
from media.engines.gateway.chunks import ChunkReader, MessageType
from media.engines.gateway.errors import LimitExceeded, ProtocolError
from media.engines.gateway.session import Audio, Metadata, PublishWanted, RtmpSession, Unpublished, Video
from tests.media.engines.gateway.client import (
    ECHO,
    HELLO,
    PUBLISH_STREAM,
    audio,
    command,
    message,
    publishing,
    video,
)

LIMIT = 100_000


def events_of(session, data=b""):
    session.receive(data)
    found = []
    while event := session.next_event():
        found.append(event)
    return found


def accepted():
    """A session that takes media, its answers read."""
    session = RtmpSession(LIMIT)
    assert len(events_of(session, publishing())) == 1
    session.accept()
    session.outgoing()
    return session


def answers(data):
    """The commands in what the server sends after its handshake: [[name, number, …]…]."""
    reader = ChunkReader(LIMIT)
    reader.chunk_size = 4096
    reader.feed(data)
    found = []
    while each := reader.next_message():
        if each.type == MessageType.COMMAND:
            found.append(amf.decode(each.body))
    return found


def test_an_encoder_says_its_application_and_key_and_waits():
    session = RtmpSession(LIMIT)
    assert events_of(session, publishing("secret?bandwidth=1", "live/")) == [PublishWanted("live", "secret")]
    told = session.outgoing()
    assert told[0] == 3
    assert told[1 + 1536 : 1 + 2 * 1536] == HELLO[1:]
    replies = answers(told[1 + 2 * 1536 :])
    assert [reply[:2] for reply in replies] == [["_result", 1.0], ["_result", 2.0], ["_result", 3.0], ["_result", 4.0]]
    assert replies[0][3]["code"] == "NetConnection.Connect.Success"
    session.accept()
    assert answers(session.outgoing())[-1][3]["code"] == "NetStream.Publish.Start"


def test_it_does_not_matter_how_the_bytes_arrive():
    session = RtmpSession(LIMIT)
    found = [event for byte in publishing() for event in events_of(session, bytes([byte]))]
    assert found == [PublishWanted("live", "key")]


def test_the_key_is_in_no_representation():
    assert "secret" not in repr(PublishWanted("live", "secret"))


def test_nothing_is_read_while_the_encoder_waits_for_its_answer():
    session = RtmpSession(LIMIT)
    assert len(events_of(session, publishing() + video(b"picture", 40))) == 1
    assert events_of(session) == []
    session.accept()
    assert events_of(session) == [Video(40, b"picture")]


def test_media_before_publish_is_an_error():
    with pytest.raises(ProtocolError):
        events_of(RtmpSession(LIMIT), HELLO + ECHO + command("connect", 1, {"app": "live"}) + video(b"picture"))


def test_a_refusal_is_told_in_words():
    session = RtmpSession(LIMIT)
    events_of(session, publishing())
    session.outgoing()
    session.refuse("NetStream.Publish.BadName", "This stream key is not known.")
    assert answers(session.outgoing()) == [
        [
            "onStatus",
            0.0,
            None,
            {"level": "error", "code": "NetStream.Publish.BadName", "description": "This stream key is not known."},
        ]
    ]


def test_media_metadata_and_the_end_are_told():
    described = amf.encode("@setDataFrame", "onMetaData", {"framerate": 30, "encoder": "OBS"})
    data = (
        message(MessageType.DATA, described, stream=PUBLISH_STREAM)
        + video(b"picture", 0x1000000)
        + audio(b"sound", 21)
        + audio(b"")
        + command("FCUnpublish", 6, None, "key", chunk_size=4096)
    )
    assert events_of(accepted(), data) == [
        Metadata({"framerate": 30.0, "encoder": "OBS"}),
        Video(0x1000000, b"picture"),
        Audio(21, b"sound"),
        Unpublished(),
    ]


def test_pings_are_answered_and_bytes_acknowledged():
    session = accepted()
    window = message(MessageType.WINDOW_SIZE, struct.pack(">I", 4000), chunk_stream=2)
    ping = message(MessageType.USER_CONTROL, struct.pack(">HI", 6, 1234), chunk_stream=2)
    assert events_of(session, window + ping) == []
    assert session.outgoing().endswith(struct.pack(">HI", 7, 1234))
    events_of(session, video(bytes(3000)))
    assert session.outgoing()[7] == MessageType.ACKNOWLEDGEMENT


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        HELLO + ECHO + command("play", 1, None, "key"),
        HELLO + ECHO + message(MessageType.COMMAND, amf.encode(5)),
        HELLO + ECHO + message(MessageType.COMMAND, b""),
        HELLO + ECHO + message(MessageType.SET_CHUNK_SIZE, bytes(4)),
        HELLO + ECHO + message(MessageType.ABORT, b"\x00"),
        HELLO + ECHO + command("connect", 1, {"app": 5}),
        HELLO + ECHO + command("publish", 1, None),
        HELLO + ECHO + command("publish", 1, None, "k" * 300, chunk_size=128),
    ],
)
def test_what_is_no_publishing_is_an_error(data):
    with pytest.raises(ProtocolError):
        events_of(RtmpSession(LIMIT), data)


def test_commands_before_the_key_was_checked_are_short():
    huge = message(MessageType.COMMAND, bytes(70_000))
    with pytest.raises(LimitExceeded):
        events_of(RtmpSession(LIMIT), HELLO + ECHO + huge)


def test_a_second_stream_on_one_connection_is_an_error():
    with pytest.raises(ProtocolError):
        events_of(accepted(), command("publish", 9, None, "other", chunk_size=4096))
