"""Another capture engine than the recorder: a thread of the test's process, whose files hold no media."""

import json
import threading
import time
from dataclasses import asdict
from pathlib import Path

from media.captures.port import Connected, Finished, PartBegun, PartClosed, Ready, SegmentMade


class Double:
    """Another engine: a thread of this process, whose files hold no media. It answers as the port asks for."""

    def __init__(self, configuration, on_event, on_exit=lambda status: None):
        self.configuration, self.on_event, self.on_exit = configuration, on_event, on_exit
        self.folder = Path(configuration.folder)
        self.part, self.sequence = configuration.first_part, configuration.first_segment
        self.begun = time.time()
        self.marks, self.commands, self.tokens = [], [], []
        self.killed = None  # an exit status
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.thread.start()

    def mark(self, mark):
        self.marks.append(mark)

    def hide(self, hidden):
        self.commands.append(("hide", hidden))

    def set_look(self, look, texts):
        self.commands.append(("set_look", look, texts))

    def arrange(self, staging):
        self.commands.append(("arrange", staging))

    def give_token(self, token):
        self.tokens.append(token)

    def die(self, status=-9):
        """As if it were killed: nothing is finished."""
        self.killed = status
        self.thread.join()

    def stop(self, seconds):
        self.stopping.set()
        self.thread.join(seconds)
        return 0

    def run(self):
        self.begin(None)
        self.on_event(Connected("connected", time.time()))
        self.on_event(Ready("ready", time.time()))
        while not self.stopping.wait(0.01):
            if self.killed is not None:
                self.on_exit(self.killed)
                return
            if self.marks:
                self.end()
                self.begin(self.marks.pop(0))
        self.end()
        self.on_event(Finished("finished", time.time(), self.part - self.configuration.first_part))
        self.on_exit(0)

    def begin(self, mark):
        self.file = f"part-{self.part:04}.mp4"
        (self.folder / self.file).write_bytes(b"part")
        self.emit(PartBegun("part", time.time(), self.part, self.file, mark, time.time(), time.time() - self.begun))

    def end(self):
        name = f"{self.configuration.video.height}p"
        (self.folder / name).mkdir(exist_ok=True)
        init, file = f"{name}/init-{self.configuration.first_part}.mp4", f"{name}/{self.sequence:08}.m4s"
        for each in (init, file):
            (self.folder / each).write_bytes(b"media")
        is_first = self.sequence == self.configuration.first_segment > 0
        self.emit(
            SegmentMade(
                "segment",
                time.time(),
                name,
                self.sequence,
                file,
                init,
                1.0,
                5,
                time.time(),
                0.0,
                discontinuity=is_first,
            )
        )
        self.emit(PartClosed("part_closed", time.time(), self.part, self.file, 1.0, 4))
        self.part, self.sequence = self.part + 1, self.sequence + 1

    def emit(self, event):
        with (self.folder / "journal.jsonl").open("a") as journal:
            journal.write(json.dumps(asdict(event)) + "\n")
        self.on_event(event)
