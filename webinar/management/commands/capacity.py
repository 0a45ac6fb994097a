"""``manage.py capacity``: which machines and how much bandwidth a crowd needs, and what is full first."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from webinar.capacity.plan import Crowd, plan
from webinar.capacity.report import as_json, as_text

AUDIO_KBPS = 128  # of HLS, beside the picture


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def read(text: str) -> int:
        if not text.isdecimal() or len(text) > 12 or not least <= int(text) <= most:
            raise ArgumentTypeError(f"{text[:40]!r} is not a whole number from {least} to {most}")
        return int(text)

    return read


def number(least: float, most: float) -> Callable[[str], float]:
    """A number within bounds."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise ArgumentTypeError(f"{text[:40]!r} is not a number from {least:g} to {most:g}")
        return value

    return read


class Command(BaseCommand):
    """Asks neither the database nor anything else: it reckons."""

    help = "Says which machines and how much bandwidth a crowd needs, what is full first, and which engine takes over."
    requires_system_checks: list[str] = []  # nothing of what runs here matters

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--people", type=whole(1, 10_000_000), required=True, help="The audience, all sessions together.")
        add("--sessions", type=whole(1, 10_000), default=1, help="Live at the same time (1).")
        add("--speakers", type=whole(1, 50), default=2, help="On stage in each session, with a camera (2).")
        add("--minutes", type=whole(1, 1_440), default=60, help="How long it lasts (60).")
        add("--arrive", type=number(0.1, 240), default=10.0, help="Minutes within which everybody comes in (10).")
        add("--messages", type=number(0, 6_000), default=60.0, help="Chat messages a minute and session (60).")
        add("--hls-share", type=number(0, 1), default=None, help="Of the audience, 0 to 1; else who is beyond WebRTC.")
        add("--webrtc-viewers", type=whole(0, 100_000), default=settings.WEBRTC_VIEWERS, help="WEBRTC_VIEWERS.")
        add("--cdn", action="store_true", help="Segments of HLS come from a CDN.")
        add("--centrifugo", action="store_true", help="Centrifugo holds the sockets.")
        add("--cores", type=whole(1, 1_024), default=4, help="Of a machine (4).")
        add("--link", type=number(1, 1_000_000), default=1_000.0, help="Mbit/s that a machine can send (1000).")
        add("--json", action="store_true", help="For programs.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sessions"] > options["people"]:
            raise CommandError("There are more sessions than people: give --people for all sessions together.")
        found = plan(
            Crowd(
                people=options["people"],
                sessions=options["sessions"],
                speakers=options["speakers"],
                minutes=options["minutes"],
                arrive_minutes=options["arrive"],
                messages_per_minute=options["messages"],
                hls_share=options["hls_share"],
                webrtc_viewers=options["webrtc_viewers"],
                hls_kbps=settings.CAPTURE_KBPS + AUDIO_KBPS,
                has_cdn=options["cdn"],
                has_centrifugo=options["centrifugo"],
                cores=options["cores"],
                link_mbit=options["link"],
                connections=settings.CONNECTIONS,
            )
        )
        self.stdout.write(json.dumps(as_json(found), indent=2) if options["json"] else as_text(found))
