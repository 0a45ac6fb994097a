"""Debian's ffprobe and ffmpeg: another opinion than PyAV's, whose libav makes the files."""

import itertools
import json
import subprocess
from collections import defaultdict


def ffprobe(path):
    """Format and streams of a file."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert not done.stderr, done.stderr
    return json.loads(done.stdout)


def assert_decodes(path):
    """Every picture and every sound can be decoded without a complaint, and no stream's times stand still or go back.

    With the times that the file has: ffmpeg would round them to its guess of the rate, and complain of equal ones where a
    busy recorder left pictures out.
    """
    as_they_are = ["-fps_mode", "passthrough", "-enc_time_base", "-1"]
    command = ["ffmpeg", "-v", "error", "-xerror", "-i", str(path), *as_they_are, "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for times in _decoding_times(path).values():
        assert all(earlier < later for earlier, later in itertools.pairwise(times))


def _decoding_times(path):
    """Of all packets, by stream, in units of the stream."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_entries", "packet=stream_index,dts", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    by_stream = defaultdict(list)
    for packet in json.loads(done.stdout)["packets"]:
        by_stream[packet["stream_index"]].append(packet["dts"])
    return by_stream
