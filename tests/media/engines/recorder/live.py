"""A room on the real media server, with people who publish and a recorder."""

import json
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from media.captures.port import (
    CaptureConfiguration,
    Health,
    LiveKit,
    Look,
    PartBegun,
    Ready,
    Recorder,
    Rendition,
    SegmentMade,
    Texts,
    TokenWanted,
    Video,
    read_journal,
)
from media.engine import ROOT
from media.livekit import client as port
from media.livekit.grants import CAMERA, MICROPHONE, SCREEN_SHARE, Grant
from tests.livekit import until
from tests.media.engines.recorder.probe import watch

ROOM = "lecture"
STAGE = Grant(
    can_publish=True,
    sources=(CAMERA, MICROPHONE, SCREEN_SHARE),
    can_subscribe=False,
    can_publish_data=False,
    hidden=False,
    room_admin=False,
)
RECORDER = Grant(
    can_publish=False, sources=(), can_subscribe=True, can_publish_data=False, hidden=True, room_admin=False
)
SMALL = Video(640, 360, preset="ultrafast", max_kbps=1500)


def token(identity, grant):
    return port.mint_token(
        identity=identity, room=ROOM, grant=grant, name=identity.title(), lifetime=timedelta(minutes=10)
    )


class Somebody:
    """A person on stage, as a process of their own."""

    def __init__(self, url, identity, **wanted):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.media.engines.publisher"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.say(json.dumps({"url": url, "token": token(identity, STAGE), **wanted}))
        assert self.process.stdout.readline() == "published\n"

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def do(self, word):
        self.say(word)
        assert self.process.stdout.readline() == word + "\n"

    def leave(self):
        if self.process.poll() is None:
            self.say("end")
        self.process.wait(60)
        self.process.stdin.close()
        self.process.stdout.close()


class Capture:
    """A run of the recorder, and what it told."""

    def __init__(self, url, folder, **options):
        self.events, self.statuses = [], []
        self.folder = Path(folder)
        configuration = CaptureConfiguration(
            "test",
            str(folder),
            LiveKit(url, token("recorder:test", RECORDER)),
            Look("#1d4ed8"),
            Texts("We will be right back"),
            SMALL,
            renditions=(Rendition("180p", 180, 300),),
            **options,
        )
        self.engine = Recorder(configuration, self.on_event, self.statuses.append)
        self.engine.start()

    def on_event(self, event):
        self.events.append(event)
        if isinstance(event, TokenWanted):
            self.engine.give_token(token("recorder:test", RECORDER))

    def told(self, kind):
        return [event for event in list(self.events) if isinstance(event, kind)]

    def wait_ready(self):
        until(lambda: self.told(Ready) or self.statuses, "the recorder is ready")
        assert not self.statuses

    def sees(self):
        """Who can be seen, by the last health: identities to the pictures' sizes."""
        told = self.told(Health)
        return {each.identity: (each.width, each.height) for each in told[-1].sources if each.width} if told else {}

    def wait_segments(self, count):
        """Wait for so many more."""
        before = len(self.segments())
        until(lambda: len(self.segments()) >= before + count or self.statuses, "more segments")
        assert not self.statuses

    def segments(self, rendition="360p"):
        return [
            event
            for event in read_journal(self.folder)
            if isinstance(event, SegmentMade) and event.rendition == rendition
        ]

    def parts(self):
        return [event for event in read_journal(self.folder) if isinstance(event, PartBegun)]

    def watch(self, part):
        return watch(str(self.folder / part.file))


class Scene:
    """All of it; leaves nothing behind. ``url`` of the server's socket."""

    def __init__(self, url):
        self.url = url
        self._stack = ExitStack()
        port.ensure_room(ROOM)

    def enter(self, identity, **wanted):
        somebody = Somebody(self.url, identity, **wanted)
        self._stack.callback(somebody.leave)
        return somebody

    def record(self, folder, **options):
        capture = Capture(self.url, folder, **options)
        self._stack.callback(capture.engine.stop, 10)
        return capture

    def close(self):
        self._stack.close()
