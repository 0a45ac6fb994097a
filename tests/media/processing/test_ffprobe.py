"""What the tests ask of a recording, asked of recordings that are known to be right and wrong."""

from fractions import Fraction

import av
import numpy as np
import pytest

from tests.media.processing.ffprobe import assert_decodes

TICK = 3000  # a thirtieth of a second on the clock of pictures


def recording(path, gaps):
    """Pictures with these many ticks between them."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 90_000)
        stream.codec_context.max_b_frames = 0
        at = 0
        for number, gap in enumerate(gaps):
            picture = av.VideoFrame.from_ndarray(np.full((270, 320), number % 256, np.uint8), format="yuv420p")
            picture.pts, picture.time_base = at, Fraction(1, 90_000)
            container.mux(stream.encode(picture))
            at += gap * TICK
        container.mux(stream.encode(None))
    return path


def test_a_recording_whose_recorder_left_pictures_out_for_a_while_is_sound(tmp_path):
    assert_decodes(recording(tmp_path / "recording.mp4", [3] * 150 + [1] * 50))


def test_a_recording_with_a_broken_picture_is_not(tmp_path):
    path = recording(tmp_path / "recording.mp4", [1] * 60)
    content = bytearray(path.read_bytes())
    start = content.index(b"mdat") + 2000
    content[start : start + 400] = b"\xff" * 400
    path.write_bytes(content)
    with pytest.raises(AssertionError):
        assert_decodes(path)
