"""The plain project behind uvicorn: ``python -m bench.plain.server`` makes its database, and says its token.

PLAIN_DATABASE: the path of the SQLite file. PLAIN_KEEPS_CONNECTIONS=1: threads keep their connections to it, as the
product's do; by itself Django opens one for each request. A WebSocket is taken and
kept: the least that a connect costs.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

if not settings.configured:
    settings.configure(
        SECRET_KEY="bench" * 10,
        ALLOWED_HOSTS=["127.0.0.1"],
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "rest_framework",
            "rest_framework.authtoken",
            "bench.plain",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        ROOT_URLCONF="bench.plain.urls",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.environ["PLAIN_DATABASE"],
                "CONN_MAX_AGE": None if os.environ.get("PLAIN_KEEPS_CONNECTIONS") else 0,
                "OPTIONS": {
                    "timeout": 20,
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
                },
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        STATIC_URL="static/",
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
            "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
            "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
            "PAGE_SIZE": 20,
        },
    )
    django.setup()

from a2wsgi import WSGIMiddleware

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

EVENTS = 40  # of which a page holds 20

_pages: Any = WSGIMiddleware(get_wsgi_application(), workers=16)


async def application(scope: Any, receive: Receive, send: Send) -> None:
    """HTTP through threads; a socket is accepted, told so, and kept."""
    if scope["type"] == "http":
        await _pages(scope, receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            await send({"type": "websocket.send", "text": "{}"})


def make() -> str:
    """An account with EVENTS events; its token."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.utils import timezone
    from rest_framework.authtoken.models import Token

    from bench.plain.models import Event

    call_command("migrate", verbosity=0, run_syncdb=True)
    user = User.objects.create_user("bench")
    now = timezone.now()
    Event.objects.bulk_create(
        Event(title=f"Event {number}", description="What it is about. " * 5, starts_at=now) for number in range(EVENTS)
    )
    return Token.objects.create(user=user).key


if __name__ == "__main__":
    print(make())
