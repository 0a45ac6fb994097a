"""Every environment variable that the product reads: one table, from which docs/settings.md is written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ

BASE_DIR = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: ``kind`` is a method of environ.Env, ``default`` in its written form, ``help`` for the docs."""

    name: str
    kind: str
    default: str
    help: str
    group: str
    secret: bool = False


def _group(group: str, *rows: tuple[str, str, str, str] | tuple[str, str, str, str, bool]) -> list[Variable]:
    return [Variable(row[0], row[1], row[2], row[3], group, *row[4:]) for row in rows]


VARIABLES: list[Variable] = [
    *_group(
        "Where it runs",
        ("PORT", "int", "8000", "TCP port of pages, API and sockets."),
        ("BIND", "str", "", "Address to listen on. Empty: 127.0.0.1, or 0.0.0.0 when TLS_CERT is set."),
        ("DATA_DIR", "str", ".data", "Folder for everything the product writes: database, keys, files, mail."),
        (
            "PUBLIC_URL",
            "str",
            "",
            "Address that people open, such as https://webinar.example.com. Hosts, origins, cookies, policies, links "
            "and media addresses follow from it. Empty: only this machine, http://localhost:PORT.",
        ),
        ("TLS_CERT", "str", "", "Certificate chain (PEM) when the product itself answers https."),
        ("TLS_KEY", "str", "", "Private key (PEM) of TLS_CERT."),
        (
            "TRUSTED_PROXIES",
            "list",
            "",
            "Addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are believed. Empty: 127.0.0.1 when "
            "PUBLIC_URL is https without TLS_CERT (a proxy on this machine), otherwise nobody.",
        ),
        (
            "SSL_REDIRECT",
            "bool",
            "false",
            "Send plain http requests to https. Needs PUBLIC_URL with https and a proxy in TRUSTED_PROXIES that passes "
            "http on; usually the proxy does it, and with TLS_CERT nothing answers plain http.",
        ),
        (
            "HSTS_SUBDOMAINS",
            "bool",
            "false",
            "Tell browsers to use https for all subdomains of PUBLIC_URL's host too, whatever runs there.",
        ),
        ("HSTS_PRELOAD", "bool", "false", "Let browsers' built-in lists take the host in; needs HSTS_SUBDOMAINS."),
        (
            "DEBUG",
            "bool",
            "false",
            "For developing: technical details in errors, scripts and sheets unbundled. Never with PUBLIC_URL.",
        ),
        ("LOG_FORMAT", "str", "console", "`console` for people or `json` for log collectors."),
        ("LOG_LEVEL", "str", "INFO", "Least severe level that is logged."),
        ("TIME_ZONE", "str", "UTC", "Zone of times shown to people whose own zone is not known."),
        ("WSGI_THREADS", "int", "16", "Threads that answer pages and API requests."),
        ("WSGI_QUEUE", "int", "2000", "Requests that may wait for a thread; more are answered 503."),
        ("WSGI_PER_ADDRESS", "int", "200", "Requests of one address (IPv6: of one /64) that are handled at once."),
        (
            "FILE_READERS",
            "int",
            "400",
            "Videos and HLS segments that are sent at the same time. Further ones replace readers that have "
            "stalled, or those of an address that has more than others; otherwise the answer is 503.",
        ),
        ("FILE_READERS_PER_ADDRESS", "int", "100", "Of these to one address (IPv6: to one /64)."),
        (
            "FILE_STALL_SECONDS",
            "int",
            "120",
            "A connection that reads nothing of a video for this long, as a paused player does, is closed; the player "
            "requests the rest again.",
        ),
    ),
    *_group(
        "Connections",
        ("CONNECTIONS", "int", "10000", "Connections at once, sockets included; fewer if the system allows fewer."),
        (
            "CONNECTIONS_PER_ADDRESS",
            "int",
            "2000",
            "Of these, from one address (IPv6: from one /64), which may be a whole company's. Not for TRUSTED_PROXIES.",
        ),
        ("HEAD_LIMIT_KB", "int", "32", "Header fields of a request, all together; more are answered 431."),
        ("HEAD_FIELDS", "int", "100", "How many of them there may be."),
        ("URL_LIMIT_KB", "int", "8", "Address of a request; longer ones are answered 414. LiveKit's have 64."),
        ("HEAD_SECONDS", "int", "20", "Time for the head of a request, and for a TLS handshake before it."),
        ("BODY_SECONDS", "int", "60", "Time for the body of a request; after it the answer is 408."),
        ("BODY_STALL_SECONDS", "int", "15", "Also 408 if nothing of it arrives for this long."),
        (
            "BODIES_MB",
            "int",
            "64",
            "Memory for bodies of requests that are not handled yet, all together; a quarter of it for one address. "
            "Beyond that the answer is 503.",
        ),
        ("KEEP_ALIVE_SECONDS", "int", "20", "How long a connection may wait for its next request."),
        (
            "SEND_SECONDS",
            "int",
            "60",
            "A connection that reads nothing of an answer for this long is closed. Videos have their own limit.",
        ),
    ),
    *_group(
        "First account",
        ("DEMO_HOST_EMAIL", "str", "host@example.com", "E-mail of the account made at first start."),
        ("DEMO_HOST_PASSWORD", "str", "", "Its password. Empty: a random one, printed once.", True),
    ),
    *_group(
        "Storage and brokers",
        ("SECRET_KEY", "str", "", "Signs and encrypts. Empty: generated once into DATA_DIR/keys.", True),
        ("DATABASE_URL", "str", "", "Empty: SQLite in DATA_DIR. Or postgresql://user:password@host/name.", True),
        (
            "WRITE_WAIT_SECONDS",
            "int",
            "30",
            "With SQLite, how long a change may wait for those before it; after that the answer is 503.",
        ),
        ("WRITE_QUEUE", "int", "200", "With SQLite, how many changes may wait; more are answered 503."),
        ("REDIS_URL", "str", "", "Cache, rate limits, Celery's broker, events. Empty: inside the process.", True),
        (
            "REALTIME_BROKER",
            "str",
            "",
            "How events reach open pages: `memory`, `redis` or `centrifugo`. Empty: redis with REDIS_URL, else memory.",
        ),
        ("CENTRIFUGO_URL", "str", "", "ws(s) address browsers use: wss://host/connection/websocket."),
        ("CENTRIFUGO_API_URL", "str", "http://127.0.0.1:8100/api", "Where we reach Centrifugo's server API."),
        ("CENTRIFUGO_API_KEY", "str", "", "Its CENTRIFUGO_HTTP_API_KEY.", True),
        ("CENTRIFUGO_PROXY_SECRET", "str", "", "Its CENTRIFUGO_VAR_PROXY_SECRET: proves its requests to us.", True),
        ("EMAIL_URL", "str", "", "smtp+tls://user:password@host:587. Empty: mails are kept in DATA_DIR/mail.", True),
        ("DEFAULT_FROM_EMAIL", "str", "webinar@localhost", "Sender of mails."),
    ),
    *_group(
        "LiveKit",
        (
            "LIVEKIT_URL",
            "str",
            "",
            "http(s) address of a LiveKit server to use. Empty: one is started beside the product.",
        ),
        ("LIVEKIT_PUBLIC_URL", "str", "", "ws(s) address browsers use for LIVEKIT_URL. Empty: the same server."),
        ("LIVEKIT_API_KEY", "str", "", "Key of that server. Empty: generated for the started one.", True),
        ("LIVEKIT_API_SECRET", "str", "", "Its secret, at least 32 characters.", True),
        ("LIVEKIT_BINARY", "str", "", "Path of livekit-server. Empty: PATH, then .tools/livekit-server."),
        ("LIVEKIT_PORT", "int", "7880", "Signalling port of the started server (loopback; proxied by PORT)."),
        ("LIVEKIT_TCP_PORT", "int", "7881", "Media over TCP; open it to the internet."),
        ("LIVEKIT_UDP_PORT", "int", "7882", "Media over UDP; open it to the internet."),
        ("LIVEKIT_NODE_IP", "str", "", "Public address of this machine. Empty: PUBLIC_URL's host, resolved."),
        (
            "MEDIA_SUPERVISOR",
            "bool",
            "true",
            "Run captures and the gateway for encoders inside `serve`. false: `manage.py media_supervisor` does it.",
        ),
        (
            "RTMP_PORT",
            "int",
            "1935",
            "TCP port for encoders (RTMP); open it to the internet. 0: no encoder can push to this product.",
        ),
        (
            "RTMP_MAX_KBPS",
            "int",
            "20000",
            "Highest bit rate of an encoder's picture and sound (RTMP), in kbit/s over a minute; beyond it the encoder "
            "is disconnected. From 90 % on the stream's health warns.",
        ),
        ("RTMP_URL", "str", "", "Address that encoders push to. Empty: PUBLIC_URL's host with RTMP_PORT."),
    ),
    *_group(
        "Recording",
        ("CAPTURE_LIMIT", "int", "2", "Sessions that may be recorded or sent as HLS at once: 0.6 of a core for each."),
        (
            "CAPTURES_PER_ORGANIZATION",
            "int",
            "0",
            "Of these, for one organization. 0: all but one once there is another organization.",
        ),
        (
            "CAPTURES_PER_HOST",
            "int",
            "0",
            "Of these, for one host. 0: all but one once there is another member.",
        ),
        (
            "HLS_PER_VIEWER",
            "int",
            "1",
            "Sessions whose HLS one viewer can start at the same time. It ends if a recording needs its place.",
        ),
        ("CAPTURE_WIDTH", "int", "1280", "Width of the recorded picture."),
        ("CAPTURE_HEIGHT", "int", "720", "Its height. A second, smaller picture for HLS has half of it."),
        ("CAPTURE_FPS", "int", "30", "Frames per second, at most: 10, 12, 15, 20, 24, 25 or 30."),
        ("CAPTURE_KBPS", "int", "3000", "Bit rate of the picture, at most."),
        ("CAPTURE_PRESET", "str", "veryfast", "x264's preset: ultrafast takes a third less of a core and more space."),
        ("DISK_RESERVE_MB", "int", "2000", "With less free disk than this nothing new is captured."),
        (
            "RECORDINGS_S3_BUCKET",
            "str",
            "",
            "Bucket of an S3-compatible storage for finished recordings. Empty: they stay in DATA_DIR/recordings.",
        ),
        ("RECORDINGS_S3_ENDPOINT", "str", "", "Address of that storage. Empty: Amazon's."),
        ("RECORDINGS_S3_KEY", "str", "", "Access key. Empty: as botocore finds it.", True),
        ("RECORDINGS_S3_SECRET", "str", "", "Its secret.", True),
        ("RECORDINGS_S3_REGION", "str", "", "Region of the bucket."),
        (
            "STORAGE_PER_ORGANIZATION_GB",
            "int",
            "0",
            "Space for the recordings of one organization, the bin included; above it no recording starts. 0: once "
            "there is another organization, four fifths of the disk space for recordings.",
        ),
        (
            "RECORDING_RETENTION_DAYS",
            "int",
            "0",
            "Age at which recordings go into the bin, unless excluded; their host is told a week before. 0: never.",
        ),
        ("PROCESSING_LIMIT", "int", "2", "Recordings that are processed at once, on each machine."),
        ("RECORDING_RETRIES", "int", "8", "How often a recording whose processing failed is tried again by itself."),
    ),
    *_group(
        "Bin",
        (
            "BIN_DAYS",
            "int",
            "7",
            "How long what was deleted (rooms, sessions with all that belongs to them, recordings, presets) can be "
            "restored; then rows and files are deleted for good. At least 1.",
        ),
    ),
    *_group(
        "API",
        ("FETCH_PORTS", "list", "443", "Ports from which a logo given by its address is fetched, always by https."),
        ("CORS_ALLOWED_ORIGINS", "list", "", "Origins whose pages may call the API and use WHIP (never with cookies)."),
        ("ACCESS_TOKEN_MINUTES", "int", "15", "Life of an access token."),
        ("REFRESH_TOKEN_DAYS", "int", "30", "Life of a refresh token since its last use."),
        ("REFRESH_FAMILY_DAYS", "int", "90", "Life of all refresh tokens that came from one sign-in."),
        ("REFRESH_GRACE_SECONDS", "int", "10", "How long the last spent refresh token still gets a sibling."),
        ("DEVICE_TOKEN_DAYS", "int", "365", "Life of a device token."),
        ("DEVICE_TOKEN_GRACE_HOURS", "int", "24", "How long a replaced device token stays valid."),
        ("AUTH_CODE_MINUTES", "int", "5", "Life of a one-time sign-in code."),
        ("SOCKET_TICKET_SECONDS", "int", "60", "Life of a socket ticket."),
        ("SOCKET_RESUME_MINUTES", "int", "10", "Life of a socket's resume token."),
        ("SOCKETS_PER_USER", "int", "10", "Sockets that one person may have open to one session, in each process."),
        ("SOCKETS_PER_ADDRESS", "int", "600", "Sockets that may come from one address, in each process."),
        ("REGISTER_LIMIT", "int", "600", "Guest registrations a minute and network; joins likewise."),
        (
            "CODE_FAILURE_LIMIT",
            "int",
            "20",
            "Wrong codes, device tokens, invitations or mailed links a minute and network.",
        ),
        ("STREAM_KEY_FAILURE_LIMIT", "int", "20", "Wrong stream keys a minute and network."),
        ("CHAT_BURST", "int", "5", "Chat messages that a person may send at once; then one a second."),
        ("LOGIN_FAILURE_LIMIT", "int", "10", "Wrong passwords in 15 minutes for one account from one network."),
        ("LOGIN_NETWORK_LIMIT", "int", "100", "Wrong passwords in 15 minutes from one network, for any accounts."),
        ("PASSWORD_HASHES", "int", "2", "Passwords that are checked at once: each takes a core for half a second."),
        ("PASSWORD_QUEUE", "int", "4", "Passwords that may wait for that; more are answered 503."),
        (
            "ACCOUNT_MAIL_LIMIT",
            "int",
            "5",
            "Mails per hour to one address: new passwords, new addresses. From one network ten times as many.",
        ),
    ),
    *_group(
        "What one person may make",
        ("ROOMS_PER_HOST", "int", "1000", "Rooms of one host, those in the bin included."),
        ("PRESETS_PER_HOST", "int", "200", "Presets of one person, those in the bin included."),
        ("SESSIONS_PER_HOST", "int", "10000", "Sessions in all rooms of one host, past ones included."),
        ("LOGOS_PER_HOUR", "int", "60", "Logos that one person may upload within an hour."),
        ("INVITATIONS_PER_SESSION", "int", "1000", "Invitations of a session, revoked ones included."),
        (
            "TEAM_PER_SESSION",
            "int",
            "200",
            "People who have a role in a session at once: co-hosts, moderators, speakers.",
        ),
        ("BANS_PER_SESSION", "int", "5000", "Bans of a session, lifted ones included."),
        ("CHAT_PER_PERSON", "int", "5000", "Chat messages of one person in a session within a day."),
        ("HELD_PER_PERSON", "int", "20", "Messages of one person in a session that wait for the crew at once."),
        ("QUESTIONS_PER_PERSON", "int", "100", "Questions of one person in a session."),
        ("POLLS_PER_PERSON", "int", "10", "Polls that one person of the audience may make in a session."),
        (
            "STAGE_REQUESTS_PER_PERSON",
            "int",
            "300",
            "Raised hands and requests of one person in a session within a day.",
        ),
        (
            "SIGN_INS_PER_PERSON",
            "int",
            "50",
            "Sign-ins of programs and devices that one account has at once; beyond it the oldest one ends.",
        ),
        ("DEVICES_PER_GUEST", "int", "20", "Device tokens of a guest; beyond it the oldest one ends."),
        ("CODES_PER_HOUR", "int", "60", "One-time sign-in codes that one person may make within an hour."),
        ("REFRESHES_PER_HOUR", "int", "240", "Times that one account may have its tokens refreshed within an hour."),
        ("TICKETS_PER_MINUTE", "int", "120", "Socket tickets that one person may get within a minute."),
        ("API_KEYS_PER_ORGANIZATION", "int", "100", "Keys of an organization that can be used."),
        (
            "IDEMPOTENT_PER_DAY",
            "int",
            "10000",
            "Replies that are kept for the Idempotency-Keys of one caller in a day.",
        ),
        (
            "IDLE_GUEST_DAYS",
            "int",
            "30",
            "Guests who never joined anything and left no trace are deleted after this time. At least 1.",
        ),
    ),
    *_group(
        "Sessions",
        ("AUDIENCE_TOKEN_MINUTES", "int", "10", "Life of LiveKit tokens of audience and stage."),
        ("STUDIO_TOKEN_HOURS", "int", "12", "Life of LiveKit tokens of the studio."),
        ("ABANDONED_LIVE_MINUTES", "int", "15", "A live session without crew and publisher ends after this."),
        ("IDLE_BACKSTAGE_MINUTES", "int", "60", "A backstage that nobody uses closes after this."),
        (
            "WEBRTC_VIEWERS",
            "int",
            "300",
            "Viewers who watch over WebRTC; further ones get HLS, some seconds later and without limit.",
        ),
        (
            "MEDIA_PER_PERSON",
            "int",
            "5",
            "WebRTC connections of the audience that one person may have to a session: devices and tabs.",
        ),
        ("HLS_GRANT_HOURS", "int", "12", "Life of a viewer's address of HLS playlists; it is judged at each request."),
        ("HLS_WINDOW_SECONDS", "int", "180", "How much of the past the live playlist holds."),
        ("HLS_IDLE_SECONDS", "int", "120", "HLS that nobody records, watches or asked for ends after this."),
        ("EXPIRE_AFTER_HOURS", "int", "24", "A session not started this long after its time expires."),
        ("PRESENCE_SECONDS", "int", "60", "Without a sign of life for this long a person counts as gone."),
        ("REJOIN_SECONDS", "int", "15", "Who is back within this has not left: a reload is no second join."),
        ("SOCKET_HEARTBEAT_SECONDS", "int", "25", "How often sockets ask for a sign of life."),
        ("RECONCILE_SECONDS", "int", "10", "How often open sessions are compared with LiveKit."),
        ("STAGE_ENTRY_SECONDS", "int", "180", "Somebody brought on stage has this long to connect."),
        (
            "REPLAY_PUBLISHING",
            "str",
            "automatic",
            "`automatic`: a recording can be watched as soon as it is ready. `review`: when the host has published it. "
            "Hosts may choose for a room and for a session.",
        ),
        ("STAGE_RETURN_SECONDS", "int", "60", "Somebody on stage who lost the connection has this long to come back."),
    ),
]

_BY_NAME = {variable.name: variable for variable in VARIABLES}

environ.Env.read_env(BASE_DIR / ".env", overwrite=False)
_environment = environ.Env()


def read(name: str) -> Any:
    """The value of the variable ``name``, in its kind; an unlisted name is a KeyError."""
    variable = _BY_NAME[name]
    text = _environment.str(name, default="") or variable.default
    if variable.kind == "str":
        return text
    try:
        match variable.kind:
            case "int":
                return int(text)
            case "bool":
                return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[text.lower()]
            case "list":
                return [part.strip() for part in text.split(",") if part.strip()]
    except (ValueError, KeyError):
        pass
    from django.core.exceptions import ImproperlyConfigured

    raise ImproperlyConfigured(f"{name} must be a value of kind {variable.kind}, not {text!r}. See docs/settings.md.")
