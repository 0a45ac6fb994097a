"""System checks for combinations of settings that would fail later."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 — Django's name for it

from realtime.brokers import get_broker
from webinar.settings.variables import read


@register()
def check_processes(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Per-process parts cannot serve several processes."""
    text = os.environ.get("WEB_CONCURRENCY", "1")
    if not text.isdigit() or int(text) <= 1:
        return []
    found = parts_of_one_process(f"WEB_CONCURRENCY={text}", hint="or unset WEB_CONCURRENCY")
    if settings.LIVEKIT_EMBEDDED:
        message = f"WEB_CONCURRENCY={text} would start a LiveKit server beside each process."
        found.append(Error(message, hint="Set LIVEKIT_URL.", id="webinar.E004"))
    return found


def parts_of_one_process(cause: str, *, hint: str) -> list[CheckMessage]:
    """The parts that several processes, which ``cause`` asks for, could not share. ``hint`` is the alternative."""
    parts = [
        ("Celery's broker", settings.CELERY_BROKER_URL.startswith("memory:"), "REDIS_URL", "E001"),
        ("the cache", "locmem" in settings.CACHES["default"]["BACKEND"], "REDIS_URL", "E002"),
        ("SQLite", settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), "DATABASE_URL", "E003"),
        ("what tells events to open pages", get_broker().is_local, "REDIS_URL and no REALTIME_BROKER", "E005"),
    ]
    return [
        Error(
            f"{cause} runs several processes, but {name} belongs to one.",
            hint=f"Set {variable}, {hint}.",
            id=f"webinar.{number}",
        )
        for name, is_local, variable, number in parts
        if is_local
    ]


@register()
def check_realtime(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The broker is known and has what it needs."""
    needed = {
        "memory": (),
        "redis": ("REDIS_URL",),
        "centrifugo": ("CENTRIFUGO_URL", "CENTRIFUGO_API_URL", "CENTRIFUGO_API_KEY", "CENTRIFUGO_PROXY_SECRET"),
    }
    name = settings.REALTIME_BROKER
    if name not in needed:
        return [Error(f"REALTIME_BROKER is not one of {', '.join(needed)}: {name}", id="webinar.E030")]
    missing = [variable for variable in needed[name] if not getattr(settings, variable)]
    if missing:
        message = f"REALTIME_BROKER={name} needs {', '.join(missing)}."
        return [Error(message, hint="See docs/settings.md.", id="webinar.E031")]
    return []


@register()
def check_addresses(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """PUBLIC_URL, TLS_CERT and TLS_KEY must match."""
    found: list[CheckMessage] = []
    if bool(settings.TLS_CERT) != bool(settings.TLS_KEY):
        hint = "Set both, or neither when a proxy in front answers https."
        found.append(Error("TLS_CERT and TLS_KEY belong together; one is missing.", hint=hint, id="webinar.E010"))
    found += [
        Error(f"{name} names a file that cannot be read: {value}", id="webinar.E011")
        for name, value in (("TLS_CERT", settings.TLS_CERT), ("TLS_KEY", settings.TLS_KEY))
        if value and not os.access(value, os.R_OK)
    ]
    url = urlsplit(settings.PUBLIC_URL)
    if settings.PUBLIC_URL and (url.scheme not in ("http", "https") or not url.hostname or url.path or url.query):
        hint = "Such as https://webinar.example.com or https://example.com:8443, without a path."
        found.append(Error(f"PUBLIC_URL is not an address: {settings.PUBLIC_URL}", hint=hint, id="webinar.E012"))
    if settings.TLS_CERT and url.scheme != "https":
        hint = "Set PUBLIC_URL to the https address that people open."
        found.append(Error("TLS_CERT is set, but PUBLIC_URL is not https.", hint=hint, id="webinar.E013"))
    if url.scheme == "http" and url.hostname not in ("localhost", "127.0.0.1", "::1"):
        hint = "Use https: browsers allow cameras and microphones only on https and localhost."
        found.append(Warning("PUBLIC_URL is not https.", hint=hint, id="webinar.W014"))
    return found


@register()
def check_livekit(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An external LiveKit server needs its own credentials; every secret needs at least 32 characters."""
    found: list[CheckMessage] = []
    if not settings.LIVEKIT_EMBEDDED and not (read("LIVEKIT_API_KEY") and read("LIVEKIT_API_SECRET")):
        hint = "Set LIVEKIT_API_KEY and LIVEKIT_API_SECRET as that server has them."
        found.append(Error("LIVEKIT_URL is set without its key and secret.", hint=hint, id="webinar.E020"))
    if len(settings.LIVEKIT_API_SECRET) < 32:
        found.append(Error("LIVEKIT_API_SECRET is shorter than 32 characters.", id="webinar.E021"))
    binary = settings.LIVEKIT_BINARY
    if binary and not os.access(Path(binary), os.X_OK):
        hint = "Video stays off until it can."
        found.append(Warning(f"LIVEKIT_BINARY cannot be run: {binary}", hint=hint, id="webinar.W022"))
    return found
