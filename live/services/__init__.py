"""Use cases that change several apps and the media engine at once: one function for each."""

from live.services.hosting import HostMedia, host_audio_state, host_video_state
from live.services.joining import Joined, Monitoring, check_connection, join, monitor
from live.services.running import Opened, close_abandoned, end, end_withdrawn, expire_overdue, go_live, start
from live.services.webinars import create_webinar

__all__ = [
    "HostMedia",
    "Joined",
    "Monitoring",
    "Opened",
    "check_connection",
    "close_abandoned",
    "create_webinar",
    "end",
    "end_withdrawn",
    "expire_overdue",
    "go_live",
    "host_audio_state",
    "host_video_state",
    "join",
    "monitor",
    "start",
]
