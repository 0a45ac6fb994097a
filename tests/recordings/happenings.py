"""How it comes to be told that a replay can be watched."""

from recordings import replay
from tests.recordings.conftest import make_recording


def a_recording_is_done(session, guest, host):
    replay.completed(make_recording(session))


HAPPENINGS = {"replay.ready": (True, a_recording_is_done)}
