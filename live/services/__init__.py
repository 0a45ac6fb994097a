"""What moves several apps and the media engine at once: one function a use case."""

from live.services.encoders import change_key, show_setup
from live.services.health import StreamHealth, stream_health
from live.services.hls import HLS, HLSStatus, ensure_hls, watch_hls
from live.services.hosting import HostMedia, host_audio_state, host_video_state
from live.services.joining import Joined, Monitoring, check_connection, join, monitor
from live.services.running import Opened, close_abandoned, end, expire_overdue, go_live, start
from live.services.webinars import create_webinar

__all__ = [
    "HLS",
    "HLSStatus",
    "HostMedia",
    "Joined",
    "Monitoring",
    "Opened",
    "StreamHealth",
    "change_key",
    "check_connection",
    "close_abandoned",
    "create_webinar",
    "end",
    "ensure_hls",
    "expire_overdue",
    "go_live",
    "host_audio_state",
    "host_video_state",
    "join",
    "monitor",
    "show_setup",
    "start",
    "stream_health",
    "watch_hls",
]
