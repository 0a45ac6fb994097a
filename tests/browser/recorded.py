"""Recordings on the running product without the minutes that recording takes: rows and files, put beside it."""

import json
import shutil
import subprocess
import sys

from core.ids import uuid7
from tests.browser.staging import call, make_session, send
from tests.product import ROOT, Product
from tests.recordings.video import make_pictures, make_video

SECONDS = 60
#: Fields of one that is being processed, for as long as the test likes: the real processing would find nothing.
PROCESSING = {"status": "recording", "phase": "processing", "retry_at": "2099-01-01T00:00:00Z"}
VTT = "WEBVTT\n\n" + "\n\n".join(
    f"00:{second:02}.000 --> 00:{second + 3:02}.000\n{words}"
    for second, words in [
        (1, "Welcome everybody."),
        (10, "Today we speak about bees."),
        (20, "The café opens at noon."),
        (30, "Bees like flowers."),
        (50, "Thank you &amp; goodbye."),
    ]
)
_MAKE = """
import json, sys
from datetime import timedelta
from django.utils import timezone
from media.models import Capture
from recordings.models import Recording
from recordings import replay
from sessions.models import Session
fields = json.loads(sys.argv[1])
session = Session.objects.get(pk=fields.pop("session"))
capture = Capture.objects.create(room=session.media_room, wanted=False)
is_published = fields.pop("is_published")
recording = Recording.objects.create(session=session, capture=capture, **fields)
if is_published:
    replay.completed(recording)
print(recording.pk)
"""


def python(product: Product, code: str, *arguments: str) -> str:
    """What ``code`` prints, run within the product's settings and database."""
    start = "import sys, django; django.setup(); "
    run = subprocess.run(
        [sys.executable, "-c", start + f"exec({code!r})", *arguments],
        cwd=ROOT,
        env=product.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def add_recording(product: Product, session: str, *, is_published: bool = True, **fields) -> str:
    """A completed recording of a minute in the session; its id."""
    folder = product.data_dir / "recordings"
    video = folder / "made" / "video.mp4"
    if not video.exists():
        make_video(video, SECONDS)
        sprite = make_pictures(video.with_name("poster.jpg"), video.with_name("sprite.png"), SECONDS)
        video.with_name("sprite.json").write_text(json.dumps(sprite))
    recording = str(uuid7())
    key = f"test/{recording}"  # as the product names files: by their recording
    (folder / "test").mkdir(exist_ok=True)
    for name, end in (("video.mp4", ".mp4"), ("poster.jpg", "-poster.jpg"), ("sprite.png", "-sprite.png")):
        shutil.copy(video.with_name(name), folder / f"{key}{end}")
    made = {
        "id": recording,
        "session": session,
        "name": "Bees",
        "status": "completed",
        "phase": "done",
        "progress": 100,
        "duration": float(SECONDS),
        "file_path": f"{key}.mp4",
        "file_size": video.stat().st_size,
        "poster_path": f"{key}-poster.jpg",
        "sprite_path": f"{key}-sprite.png",
        "sprite": json.loads(video.with_name("sprite.json").read_text()),
        "is_published": is_published,
    }
    return python(product, _MAKE, json.dumps({**made, **fields}))


def change_recording(product: Product, recording: str, **fields) -> None:
    """Other values in its row, and published if that makes it complete."""
    code = """
import json, sys
from recordings.models import Recording
from recordings import replay
Recording.objects.filter(pk=sys.argv[1]).update(**json.loads(sys.argv[2]))
replay.completed(Recording.objects.get(pk=sys.argv[1]))
"""
    python(product, code, recording, json.dumps(fields))


def ended_session(host, title="Bees", **fields):
    """A session that was on air and is over, nobody having published."""
    session = make_session(host, title, **fields)
    call(host, "POST", f"/sessions/{session['id']}/go_live")
    call(host, "POST", f"/sessions/{session['id']}/end")
    return session


def address_of(session) -> str:
    return f"/w/{session['room']['slug']}/{session['id']}"


def enter_replay(page, session, name="Grace"):
    """Give a name at the session's address."""
    page.goto(address_of(session))
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Watch the replay").click()


def upload(page, recording: str, text: str = VTT, language: str = "en", name: str = "captions.vtt") -> dict:
    """Upload captions as the person of ``page``; the reply."""
    file = {"name": name, "mimeType": "text/vtt", "buffer": text.encode()}
    return send(page, "POST", f"/recordings/{recording}/tracks", multipart={"file": file, "language": language})


def video_of(page) -> dict:
    """Time, whether it plays, and how fast, of the video."""
    return page.evaluate(
        """() => { const video = document.querySelector("#video");
          return { time: video.currentTime, paused: video.paused, rate: video.playbackRate, volume: video.volume,
                   muted: video.muted, duration: video.duration, width: video.videoWidth }; }"""
    )
