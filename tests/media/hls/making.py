"""Capture folders without a recorder: real segments where they are decoded, bare journals where they are not."""

import json
from pathlib import Path

from media.engines.recorder.configuration import Configuration, Rendition, Video
from media.engines.recorder.encoding import SOUND_BLOCK, SoundEncoder, make_encoder, make_smaller_encoder
from media.engines.recorder.output import Output

NAMES = ("360p", "180p")
SMALL = Video(640, 360, preset="ultrafast", max_kbps=800)


class Journal:
    """A capture's folder whose segments are told and not there."""

    def __init__(self, folder, *, began=1_700_000_000.0, names=NAMES):
        self.folder, self.names = Path(folder), names
        for name in names:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.clock, self.sequence, self.run = began, 0, 0
        self.is_broken = False

    def add(self, duration=2.0, *, names=None, size=100_000):
        """A segment, in all renditions unless ``names`` says in which."""
        for place, name in enumerate(names or self.names):
            self.write(
                {
                    "event": "segment",
                    "at": self.clock + duration,
                    "rendition": name,
                    "sequence": self.sequence,
                    "file": f"{name}/{self.sequence:08}.m4s",
                    "init": f"{name}/init-{self.run}.mp4",
                    "duration": duration,
                    "bytes": size // (place + 1),
                    "started_at": round(self.clock, 3),
                    "media_start": 0.0,
                    "discontinuity": self.is_broken,
                }
            )
        self.is_broken = False
        self.clock += duration
        self.sequence += 1

    def mark(self, mark):
        """A part begins, as a recording is started or stopped."""
        self.write(
            {
                "event": "part",
                "at": self.clock,
                "part": self.run,
                "file": "part-0000.mp4",
                "mark": mark,
                "started_at": round(self.clock, 3),
                "media_start": 0.0,
            }
        )

    def restart(self, gap=3.0):
        """The recorder died and began anew."""
        self.run, self.is_broken = self.run + 1, True
        self.clock += gap

    def write(self, event):
        self.text(json.dumps(event) + "\n")

    def text(self, text):
        with (self.folder / "journal.jsonl").open("a") as file:
            file.write(text)


def encode(folder, seconds, *, first=0, began=1_700_000_000.0, close=True):
    """What the recorder writes of so many seconds of a moving picture and a tone, without a room."""
    import numpy as np
    from av import VideoFrame

    configuration = Configuration(
        "test",
        Path(folder),
        video=SMALL,
        renditions=(Rendition("180p", 180, 300),),
        first_part=first,
        first_segment=first,
    )
    encoders = [make_encoder(SMALL), make_smaller_encoder(SMALL, 180, 300)]
    sound = SoundEncoder()
    output = Output(configuration, encoders, sound, began=began, emit=lambda event: None)
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000)).astype(np.int16)
    position = 0
    for tick in range(int(seconds * 30)):
        if tick == 0:
            output.begin_part(0, None)
        for index, encoder in enumerate(encoders):
            picture = np.full((encoder.height, encoder.width, 3), 40, np.uint8)
            left = tick * 4 % (encoder.width - 20)
            picture[:40, left : left + 20] = 220
            frame = VideoFrame.from_ndarray(picture).reformat(format="yuv420p")
            for packet in encoder.encode(frame, tick * 3000, tick % 60 == 0):
                output.add_picture(index, packet)
        while position + SOUND_BLOCK <= (tick + 1) * 1600:
            block = np.take(tone, range(position, position + SOUND_BLOCK), mode="wrap")
            for packet in sound.encode(np.stack([block, block], axis=1), position):
                output.add_sound(packet)
            position += SOUND_BLOCK
    if close:
        for packet in sound.flush():
            output.add_sound(packet)
        output.close(int(seconds * 30) * 3000)
        for encoder in encoders:
            encoder.close()
        sound.close()
