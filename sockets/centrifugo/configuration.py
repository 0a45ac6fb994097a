"""Centrifugo 6's configuration for this product, from our settings: everything is closed unless a line opens it.

It contains no secrets: Centrifugo reads ``CENTRIFUGO_HTTP_API_KEY`` and ``CENTRIFUGO_VAR_PROXY_SECRET`` from its
environment. The User-Agent, Cookie and Authorization of clients are not passed on, because Centrifugo lets clients set
missing headers themselves.
"""

from typing import Any

from django.conf import settings

#: The header that proves that a request comes from our Centrifugo; never listed in ``http_headers``.
SECRET_HEADER = "X-Centrifugo-Secret"  # noqa: S105 — its name
PORT = 8100
_PROXIES = "/v1/webinar/centrifugo"


def configuration(*, origin: str, port: int) -> dict[str, Any]:
    """The file, as JSON values: for pages of ``origin``, with our API on ``port`` of the same machine."""
    return {
        "http_server": {"address": "127.0.0.1", "port": PORT},
        "log": {"level": "info"},
        "admin": {"enabled": False},
        "health": {"enabled": True},
        "usage_stats": {"disabled": True},
        "swagger": {"enabled": False},
        "debug": {"enabled": False},
        "http_api": {"insecure": False},
        "client": {
            "allowed_origins": [origin],
            "insecure": False,
            "allow_anonymous_connect_without_token": False,
            "ping_interval": "25s",
            "pong_timeout": "8s",
            "user_connection_limit": 0,
            "proxy": {"connect": {"enabled": True, **_proxy("connect", port)}},
        },
        "channel": {
            "without_namespace": _closed(),
            "proxy": {"subscribe": {**_proxy("subscribe", port), "include_connection_meta": True}},
            "namespaces": [_namespace("session"), _namespace("user")],
        },
    }


def _proxy(name: str, port: int) -> dict[str, Any]:
    return {
        "endpoint": f"http://127.0.0.1:{port}{_PROXIES}/{name}",
        "timeout": "5s",
        "http_headers": [],
        "http": {"static_headers": {SECRET_HEADER: "${CENTRIFUGO_VAR_PROXY_SECRET}"}},
    }


def _closed() -> dict[str, Any]:
    """Every permission that a channel could give to clients, set to false."""
    rights = ("subscribe", "publish", "presence", "history")
    refused = {f"allow_{right}_for_{who}": False for right in rights for who in ("client", "anonymous")}
    refused |= {f"allow_{right}_for_subscriber": False for right in rights if right != "subscribe"}
    return refused | {"presence": False, "join_leave": False, "force_push_join_leave": False}


def _namespace(name: str) -> dict[str, Any]:
    return {
        "name": name,
        **_closed(),
        "subscribe_proxy_enabled": True,
        "history_size": settings.REALTIME_HISTORY,
        "history_ttl": "1h",
        "force_recovery": True,
        "force_positioning": True,
    }
