"""Debian's ffprobe and ffmpeg: another opinion than PyAV's, whose libav makes the files."""

import json
import subprocess


def ffprobe(path):
    """Format and streams of a file."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert not done.stderr, done.stderr
    return json.loads(done.stdout)


def assert_decodes(path):
    """Every picture and every sound can be decoded without a complaint."""
    command = ["ffmpeg", "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
