"""Debian's ffmpeg as an encoder: pushes a moving picture and a tone by RTMP in real time until it is stopped."""

import shutil
import subprocess
from types import TracebackType
from typing import Self

from tests.livekit import PATIENCE


class Push:
    """One running ffmpeg; use it as a context so that it ends."""

    def __init__(self, url: str, key: str, *, b_frames: int = 0, size: str = "320x180", fps: int = 25, gop: int = 25):
        binary = shutil.which("ffmpeg")
        assert binary is not None, "ffmpeg is missing: tools/install_test_services.sh installs it."
        picture = ["-f", "lavfi", "-i", f"testsrc=size={size}:rate={fps}"]
        sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]
        x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", str(gop), "-bf", str(b_frames)]
        aac = ["-c:a", "aac", "-ac", "2"]
        sent = ["-re", *picture, "-re", *sound, *x264, "-b:v", "600k", "-threads", "1", *aac, "-f", "flv"]
        self.process = subprocess.Popen(
            [binary, "-hide_banner", "-loglevel", "warning", *sent, f"{url}/{key}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def last_words(self) -> str:
        """What it says after it was turned away."""
        return self.process.communicate(timeout=PATIENCE)[1]

    def kill(self) -> None:
        """End it without a goodbye."""
        self.process.kill()
        self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
