import av
import numpy as np
import pytest

from media.engines.gateway.opus import OpusTranscoder


def aac(rate, layout, seconds=1.0):
    """An AudioSpecificConfig and the raw AAC frames of a tone, with their times in milliseconds."""
    encoder = av.CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = rate, layout, "fltp"
    encoder.open()
    tone = (0.3 * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 440 / rate)).astype(np.float32)
    frames = []
    for begin in range(0, len(tone) - 1023, 1024):
        piece = np.ascontiguousarray(np.repeat(tone[None, begin : begin + 1024], encoder.channels, 0))
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
        frame.sample_rate, frame.pts = rate, begin
        frames += [bytes(packet) for packet in encoder.encode(frame)]
    return bytes(encoder.extradata), [(data, round(1000 * 1024 * n / rate)) for n, data in enumerate(frames)]


@pytest.mark.parametrize(
    ("rate", "layout"), [(48_000, "stereo"), (44_100, "stereo"), (44_100, "mono"), (22_050, "mono")]
)
def test_sound_becomes_packets_of_20_ms_that_follow_each_other(rate, layout):
    configuration, frames = aac(rate, layout)
    transcoder = OpusTranscoder(configuration)
    packets = [packet for data, at in frames for packet in transcoder.transcode(data, 7000 + at)]
    times = [packet.pts for packet in packets]
    assert times == list(range(7 * 48_000, 7 * 48_000 + 960 * len(times), 960))
    assert 0.85 < len(times) / 50 <= 1.0
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout, decoder.format = 48_000, "stereo", "s16"
    heard = np.concatenate([frame.to_ndarray().ravel() for packet in packets for frame in decoder.decode(packet)])
    assert np.sqrt(np.mean(heard.astype(float) ** 2)) > 3000
    assert transcoder.sample_rate == rate


def test_a_hole_stays_a_hole():
    configuration, frames = aac(48_000, "stereo")
    transcoder = OpusTranscoder(configuration)
    before = [packet.pts for data, at in frames[:20] for packet in transcoder.transcode(data, at)]
    after = [packet.pts for data, at in frames[20:] for packet in transcoder.transcode(data, at + 3000)]
    assert after[0] - before[-1] == pytest.approx(3 * 48_000, abs=2000)
    assert np.diff(after).tolist() == [960] * (len(after) - 1)


def test_what_is_no_sound_is_an_error_and_what_follows_is_heard():
    configuration, frames = aac(48_000, "stereo")
    transcoder = OpusTranscoder(configuration)
    with pytest.raises(av.FFmpegError):
        list(transcoder.transcode(b"\xff" * 50, 0))
    assert [packet for data, at in frames for packet in transcoder.transcode(data, at)]
