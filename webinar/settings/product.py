"""Settings of the product itself: media engine, life cycle, presence."""

from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

from webinar.settings.core import BASE_HOST, BASE_URL, BIND, KEYS_DIR
from webinar.settings.keys import kept_secret
from webinar.settings.variables import BASE_DIR, read

LIVEKIT_EMBEDDED = not read("LIVEKIT_URL")
LIVEKIT_PORT = read("LIVEKIT_PORT")
LIVEKIT_TCP_PORT = read("LIVEKIT_TCP_PORT")
LIVEKIT_UDP_PORT = read("LIVEKIT_UDP_PORT")
LIVEKIT_NODE_IP = read("LIVEKIT_NODE_IP")
LIVEKIT_BINARY = read("LIVEKIT_BINARY")
LIVEKIT_BUILT = BASE_DIR / ".tools" / "livekit-server"  # where `make setup` puts the one that it builds
LIVEKIT_URL = read("LIVEKIT_URL").rstrip("/") or f"http://127.0.0.1:{LIVEKIT_PORT}"
LIVEKIT_API_KEY = read("LIVEKIT_API_KEY") or "webinar"
LIVEKIT_API_SECRET = read("LIVEKIT_API_SECRET") or kept_secret(KEYS_DIR, "livekit_secret")
# The started server is reached through our own origin; `serve` proxies its signalling and WHIP.
LIVEKIT_PROXY_PATH = "/livekit"
LIVEKIT_PUBLIC_URL = (
    BASE_URL.replace("http", "ws", 1) + LIVEKIT_PROXY_PATH
    if LIVEKIT_EMBEDDED
    else (read("LIVEKIT_PUBLIC_URL").rstrip("/") or LIVEKIT_URL.replace("http", "ws", 1))
)
LIVEKIT_TIMEOUT = 5.0  # seconds for one call
WHIP_URL = LIVEKIT_PUBLIC_URL.replace("ws", "http", 1) + "/whip/v1"
RTMP_PORT = read("RTMP_PORT")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
# Encoders connect to us directly, past any proxy: from everywhere once there is a PUBLIC_URL for others.
RTMP_BIND = "" if BIND in _LOOPBACK and BASE_HOST not in _LOOPBACK else BIND
# Spelled in numbers on this machine: some encoders try only the first address of "localhost".
_RTMP_HOST = "127.0.0.1" if BASE_HOST in _LOOPBACK else BASE_HOST
_RTMP_PLACE = (f"[{_RTMP_HOST}]" if ":" in _RTMP_HOST else _RTMP_HOST) + ("" if RTMP_PORT == 1935 else f":{RTMP_PORT}")
RTMP_URL = read("RTMP_URL").rstrip("/") or (f"rtmp://{_RTMP_PLACE}/live" if RTMP_PORT else "")
RTMP_MAX_KBPS = read("RTMP_MAX_KBPS")
if RTMP_MAX_KBPS < 500:
    raise ImproperlyConfigured("RTMP_MAX_KBPS must be 500 at least: the bit rate of a small picture with sound.")
MEDIA_SUPERVISOR = read("MEDIA_SUPERVISOR")

CAPTURE_LIMIT = read("CAPTURE_LIMIT")
CAPTURES_PER_ORGANIZATION = read("CAPTURES_PER_ORGANIZATION")
CAPTURES_PER_HOST = read("CAPTURES_PER_HOST")
HLS_PER_VIEWER = read("HLS_PER_VIEWER")
CAPTURE_WIDTH = read("CAPTURE_WIDTH")
CAPTURE_HEIGHT = read("CAPTURE_HEIGHT")
CAPTURE_FPS = read("CAPTURE_FPS")
CAPTURE_KBPS = read("CAPTURE_KBPS")
CAPTURE_PRESET = read("CAPTURE_PRESET")
if CAPTURE_FPS < 1 or 48_000 % CAPTURE_FPS or 90_000 % CAPTURE_FPS:
    raise ImproperlyConfigured(f"CAPTURE_FPS must be one of 10, 12, 15, 20, 24, 25 and 30, not {CAPTURE_FPS}.")
if CAPTURE_WIDTH < 320 or CAPTURE_HEIGHT < 180 or CAPTURE_WIDTH % 2 or CAPTURE_HEIGHT % 4:
    raise ImproperlyConfigured(
        "CAPTURE_WIDTH must be even and 320 at least, CAPTURE_HEIGHT a multiple of 4 from 180 on."
    )
DISK_RESERVE = read("DISK_RESERVE_MB") * 1024 * 1024  # bytes
PROCESSING_LIMIT = read("PROCESSING_LIMIT")
STORAGE_PER_ORGANIZATION = read("STORAGE_PER_ORGANIZATION_GB") * 10**9  # bytes
RECORDING_RETENTION_DAYS = read("RECORDING_RETENTION_DAYS")
RECORDING_RETRIES = read("RECORDING_RETRIES")
BIN_FOR = timedelta(days=read("BIN_DAYS"))
if not timedelta(days=1) <= BIN_FOR <= timedelta(days=3650):
    raise ImproperlyConfigured("BIN_DAYS must be 1 to 3650.")

AUDIENCE_TOKEN_LIFETIME = timedelta(minutes=read("AUDIENCE_TOKEN_MINUTES"))
STUDIO_TOKEN_LIFETIME = timedelta(hours=read("STUDIO_TOKEN_HOURS"))
ABANDONED_LIVE_AFTER = timedelta(minutes=read("ABANDONED_LIVE_MINUTES"))
IDLE_BACKSTAGE_AFTER = timedelta(minutes=read("IDLE_BACKSTAGE_MINUTES"))
WEBRTC_VIEWERS = read("WEBRTC_VIEWERS")
HLS_GRANT_LIFETIME = timedelta(hours=read("HLS_GRANT_HOURS"))
HLS_WINDOW = read("HLS_WINDOW_SECONDS")
HLS_IDLE = timedelta(seconds=read("HLS_IDLE_SECONDS"))
EXPIRE_AFTER = timedelta(hours=read("EXPIRE_AFTER_HOURS"))
PRESENCE_TIMEOUT = timedelta(seconds=read("PRESENCE_SECONDS"))
STAGE_ENTRY = timedelta(seconds=read("STAGE_ENTRY_SECONDS"))
STAGE_RETURN = timedelta(seconds=read("STAGE_RETURN_SECONDS"))
REJOIN_WITHIN = timedelta(seconds=read("REJOIN_SECONDS"))
INVITATION_MAIL_FOR = timedelta(days=1)  # hours for which an unsent mail is retried
REPLAY_PUBLISHING = read("REPLAY_PUBLISHING")
if REPLAY_PUBLISHING not in ("automatic", "review"):
    raise ImproperlyConfigured(f"REPLAY_PUBLISHING must be automatic or review, not {REPLAY_PUBLISHING!r}.")
SOCKET_HEARTBEAT = timedelta(seconds=read("SOCKET_HEARTBEAT_SECONDS"))

REALTIME_HISTORY = 512  # events kept for each topic
REALTIME_TICK = 0.05  # seconds: events within one tick are sent in one frame
REALTIME_QUEUE = 256  # frames that a slow socket may lag behind before it is closed, resumable
ROOMS_PER_HOST = read("ROOMS_PER_HOST")
PRESETS_PER_HOST = read("PRESETS_PER_HOST")
SESSIONS_PER_HOST = read("SESSIONS_PER_HOST")
LOGOS_PER_HOUR = read("LOGOS_PER_HOUR")
INVITATIONS_PER_SESSION = read("INVITATIONS_PER_SESSION")
TEAM_PER_SESSION = read("TEAM_PER_SESSION")
BANS_PER_SESSION = read("BANS_PER_SESSION")
CHAT_PER_PERSON = read("CHAT_PER_PERSON")
HELD_PER_PERSON = read("HELD_PER_PERSON")
QUESTIONS_PER_PERSON = read("QUESTIONS_PER_PERSON")
POLLS_PER_PERSON = read("POLLS_PER_PERSON")
STAGE_REQUESTS_PER_PERSON = read("STAGE_REQUESTS_PER_PERSON")
SIGN_INS_PER_PERSON = read("SIGN_INS_PER_PERSON")
DEVICES_PER_GUEST = read("DEVICES_PER_GUEST")
CODES_PER_HOUR = read("CODES_PER_HOUR")
REFRESHES_PER_HOUR = read("REFRESHES_PER_HOUR")
TICKETS_PER_MINUTE = read("TICKETS_PER_MINUTE")
API_KEYS_PER_ORGANIZATION = read("API_KEYS_PER_ORGANIZATION")
IDEMPOTENT_PER_DAY = read("IDEMPOTENT_PER_DAY")
IDLE_GUEST_FOR = timedelta(days=max(1, read("IDLE_GUEST_DAYS")))
MEDIA_PER_PERSON = read("MEDIA_PER_PERSON")
SOCKETS_PER_USER = read("SOCKETS_PER_USER")
SOCKETS_PER_ADDRESS = read("SOCKETS_PER_ADDRESS")

DEMO_HOST_EMAIL = read("DEMO_HOST_EMAIL")
DEMO_HOST_PASSWORD = read("DEMO_HOST_PASSWORD")
WSGI_THREADS = read("WSGI_THREADS")
WSGI_QUEUE = read("WSGI_QUEUE")
WSGI_PER_ADDRESS = read("WSGI_PER_ADDRESS")
FILE_READERS = read("FILE_READERS")
FILE_READERS_PER_ADDRESS = read("FILE_READERS_PER_ADDRESS")
FILE_STALL_SECONDS = read("FILE_STALL_SECONDS")
