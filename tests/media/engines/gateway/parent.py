"""The product's side in these tests: holds the keys, answers the gateway, and keeps what it tells."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import timedelta

from media.engine import ROOT
from media.ingests.port import (
    Ended,
    Gateway,
    IngestConfiguration,
    Limits,
    Listen,
    Listening,
    Publishing,
    PublishWanted,
    TokenWanted,
)
from media.livekit import client as port
from media.livekit.grants import CAMERA, MICROPHONE, Grant
from tests.livekit import PATIENCE

STREAM = Grant(
    can_publish=True,
    sources=(CAMERA, MICROPHONE),
    can_subscribe=False,
    can_publish_data=False,
    hidden=False,
    room_admin=False,
)


@dataclass
class Encoder:
    """A running encoder."""

    process: subprocess.Popen

    def stop_sending(self):
        """It is still there, and sends nothing more."""
        self.process.send_signal(signal.SIGSTOP)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stderr.close()

    def finish(self):
        """Stop on purpose: it says goodbye."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)

    def last_words(self):
        """What it says after it has been refused."""
        return self.process.communicate(timeout=PATIENCE)[1]


class Parent:
    """Lets in who has a key of ``keys`` (key → room), and runs encoders."""

    def __init__(self, keys, livekit=None, **limits):
        self.keys = keys
        self.livekit = livekit
        self.events = []
        self.encoders = []
        self.statuses = []
        self.is_answering = True
        self._changed = threading.Condition()
        configuration = IngestConfiguration(Listen("127.0.0.1", 0), Limits(**limits))
        self.gateway = Gateway(configuration, self.on_event, self.statuses.append)

    def __enter__(self):
        self.gateway.start()
        self.port = self.wait(Listening).port
        return self

    def __exit__(self, *exc_info):
        for encoder in self.encoders:
            encoder.kill()
        self.gateway.stop(10)

    def rest(self):
        """End every stream and encoder, and forget what was told."""
        self.is_answering = True
        for encoder in self.encoders:
            encoder.kill()
        self.encoders.clear()
        accepted = {event.ingest for event in self.events if isinstance(event, Publishing)}
        for ingest in accepted - {event.ingest for event in self.events if isinstance(event, Ended)}:
            self.gateway.drop(ingest, description="The test is over.")
            self.wait(Ended)
        self.events.clear()

    def on_event(self, event):
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()
        if not self.is_answering:
            return
        if isinstance(event, PublishWanted):
            if event.app == "live" and event.key in self.keys:
                room = self.keys[event.key]
                self.gateway.accept(event.connection, ingest=room, whip_url=self.whip_url, token=self.token(room))
            else:
                self.gateway.refuse(event.connection, description="This stream key is not known.")
        if isinstance(event, TokenWanted) and self.livekit:
            port.ensure_room(event.ingest)
            self.gateway.give_token(event.ingest, whip_url=self.whip_url, token=self.token(event.ingest))

    @property
    def whip_url(self):
        return f"{self.livekit.url if self.livekit else 'http://127.0.0.1:1'}/whip/v1"

    def token(self, room):
        return port.mint_token(
            identity=f"ingest:{room}", room=room, grant=STREAM, name="Host", lifetime=timedelta(minutes=5)
        )

    def wait(self, kind, holds=lambda event: True, after=0):
        """The first event of this kind for which ``holds``, from the one numbered ``after`` on."""

        def found():
            return next((each for each in self.events[after:] if isinstance(each, kind) and holds(each)), None)

        with self._changed:
            assert self._changed.wait_for(found, PATIENCE), f"Waited in vain for {kind.__name__}: {self.told()}"
            return found()

    def told(self):
        """The names of the events so far, health left out."""
        return [each.event for each in self.events if each.event != "health"]

    def encode(self, key, *options):
        """Start an encoder with this key."""
        url = f"rtmp://127.0.0.1:{self.port}/live/{key}"
        command = [sys.executable, "-m", "tests.media.engines.gateway.encoder", url, *options]
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        encoder = Encoder(process)
        self.encoders.append(encoder)
        return encoder
