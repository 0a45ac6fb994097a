"""What engines tell, read; the engine itself is tested in tests/media/engines/gateway."""

import pytest

from media.ingests.port import IngestWarning, Publishing, PublishWanted, read_event

AT = {"at": 1_800_000_000.5}


def test_events_are_read_into_their_kinds():
    video = {"codec": "h264", "width": 1280, "height": 720, "fps": 30.0, "encoder": "OBS"}
    told = {"event": "publishing", "ingest": "i", "connection": "c1", "video": video, "audio": None, "mode": "reencode"}
    event = read_event(told | AT)
    assert isinstance(event, Publishing)
    assert (event.video.width, event.audio, event.at) == (1280, None, AT["at"])
    warning = read_event({"event": "warning", "ingest": "i", "code": "keyframe_interval", "seconds": 8.3} | AT)
    assert warning == IngestWarning("warning", AT["at"], "i", "keyframe_interval", seconds=8.3)


def test_logs_are_no_events():
    assert read_event({"event": "log", "level": "info", "message": "Hello."} | AT) is None


def test_a_key_is_in_no_representation():
    event = read_event(
        {"event": "publish_wanted", "connection": "c", "address": "::1", "app": "live", "key": "s3cret"} | AT
    )
    assert event == PublishWanted("publish_wanted", AT["at"], "c", "::1", "live", "s3cret")
    assert "s3cret" not in repr(event)


@pytest.mark.parametrize(
    "told",
    [
        {"event": "dance"},
        {},
        {"event": "publish_wanted", "connection": "c", "key": ["s3cret"]},
        {"event": "warning", "ingest": "i", "code": "s3cret"},
    ],
)
def test_what_is_not_right_is_an_error_that_tells_no_values(told):
    with pytest.raises(ValueError) as error:
        read_event(told | AT)
    assert "s3cret" not in str(error.value)
