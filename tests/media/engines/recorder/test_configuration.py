"""The first line."""

from pathlib import Path

import pytest

from media.engines.recorder.configuration import Configuration, Rendition, Video

LEAST = {"capture": "a", "folder": "/captures/a"}


def test_what_is_left_out_has_its_default():
    configuration = Configuration.read(LEAST)
    assert configuration.folder == Path("/captures/a")
    assert configuration.video == Video(1280, 720, 30, 23, 3000, "veryfast")
    assert configuration.video.name == "720p"
    assert configuration.renditions == ()


def test_everything_can_be_said():
    configuration = Configuration.read(
        LEAST
        | {
            "livekit": {"url": "ws://127.0.0.1", "token": "secret"},
            "video": {"width": 640, "height": 360, "fps": 25},
            "renditions": [{"name": "small", "height": 180, "max_kbps": 200}],
            "look": {"color": "#aabbcc", "logo": None},
            "texts": {"slate": "Pause"},
            "hosts": ["ann"],
            "segment_seconds": 4,
            "is_hidden": True,
            "first_part": 2,
            "first_segment": 17,
        }
    )
    assert configuration.renditions == (Rendition("small", 180, 200),)
    assert configuration.hosts == ("ann",)
    assert configuration.is_hidden
    assert "secret" not in repr(configuration)


@pytest.mark.parametrize(
    "wrong",
    [
        {"folder": "captures/a"},
        {"folder": 7},
        {"unknown": 1},
        {"capture": None},
        {"video": []},
        {"video": {"fps": 7}},
        {"video": {"fps": 0}},
        {"video": {"width": 641}},
        {"video": {"width": 16}},
        {"video": {"width": True}},
        {"renditions": {}},
        {"renditions": [{"name": "../etc"}]},
        {"renditions": [{"name": "720p"}]},
        {"renditions": [{"height": 2}]},
        {"look": {"color": "red"}},
        {"look": {"color": "#1d4ed8", "logo": 7}},
        {"hosts": "ann"},
        {"segment_seconds": 0},
        {"first_part": -1},
        {"is_hidden": "no"},
    ],
)
def test_what_is_wrong_is_named(wrong):
    with pytest.raises(ValueError, match=r"\w+"):
        Configuration.read(LEAST | wrong)
